package decide

import (
	"cmp"
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/tuner/ranking"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/internal/tuner/trial"
	"github.com/dualarch/dualarch/internal/tuner/upkeep"
	"github.com/dualarch/dualarch/tuning"
)

// Applies reports whether the winner is to be set on the function.
func Applies(in input.Input, j run.Journal) bool {
	return in.AutoOptimize && in.NotApplied == "" && !in.DryRun && len(j.Targets) == 1 && !j.Targets[0].Owned
}

// End returns where a run goes on that has nothing more to measure.
func End(in input.Input, j run.Journal) run.Step {
	if Applies(in, j) {
		return run.StepApply
	}
	return run.StepRestore
}

// ranked is what was measured, to be put into the output.
type ranked struct{ *ranking.Ranking }

// Decide computes the output from the samples; nil for a dry run. It fails if every size failed, with each one's reason.
func Decide(in input.Input, s run.State, samples []tuning.Sample) (*tuning.Output, error) {
	r := ranked{ranking.Of(in, s, run.WithCosts(in, s.Journal, samples))}
	if r.Winner == nil {
		return nil, r.nothingMeasured()
	}
	if in.DryRun {
		return nil, nil
	}
	o := &tuning.Output{
		Power: r.Winner.MemorySize, Cost: statistics.Significant(r.Winner.Cost), Duration: statistics.Rounded(r.Winner.Duration),
		Architecture: r.Winner.Architecture, StateMachine: r.runCosts(), Stats: r.stats(), Targets: r.targets(),
		Exploration: r.exploration(), Curve: r.curve(), Comparison: r.comparison(), Responses: s.Responses.Result(),
		Throttles: s.Counts.Throttles, PossiblyDuplicated: s.Counts.PossiblyDuplicated, OutOfTime: r.outOfTime(),
	}
	if advice := r.recommendation(); advice != nil {
		advice.Text += phrase.TimeRanOut(o.OutOfTime) + phrase.Answers(o.Responses) + phrase.Savings(advice.SavingsPerMonth, in.InvocationsPerMonth)
		o.Recommendation = advice
	}
	o.Warnings = r.warnings(o)
	return o, nil
}

// runCosts adds up what the run cost.
func (r ranked) runCosts() tuning.StateMachine {
	counts := r.State.Counts
	m := tuning.StateMachine{Visualization: visualization(r.Input.VisualizationURL, r.Candidates)}
	transitions := counts.Transitions + 1 // Verdict, or Apply
	m.ExecutionCost = statistics.Significant(float64(transitions) * upkeep.Transition(r.Input, r.State.Journal))
	for _, sample := range r.Samples {
		m.LambdaCost += sample.Charge()
	}
	m.LambdaCost = statistics.Significant(m.LambdaCost + counts.Unsampled.Cost + counts.Snapshots.Exploring + counts.Snapshots.Confirming)
	// Restore, Verdict (or Apply) and Publish, if there is one, are the tuner's Lambdas, and before them every second
	// transition.
	calls := float64((transitions + 3) / 2)
	m.TunerCost = statistics.Significant(calls * upkeep.Prices(r.Input, r.State.Journal).Invocation(upkeep.Memory, 1000*counts.StepGBSeconds/calls))
	return m
}

// stats returns AWS Lambda Power Tuning's, if the input asks for them: the sizes asked for, without today's, in the
// order of powerValues.
func (r ranked) stats() []tuning.Stat {
	if !r.Input.IncludeOutputResults {
		return nil
	}
	var all []tuning.Stat
	for _, c := range r.Candidates {
		if c.Asked {
			all = append(all, tuning.Stat{
				AveragePrice: statistics.Significant(c.Cost), AverageDuration: statistics.Rounded(c.Duration), Value: c.MemorySize, Architecture: c.Architecture,
			})
		}
	}
	if r.Input.StatsOrder != nil {
		target := func(s tuning.Stat) int {
			return slices.IndexFunc(r.Candidates, func(c ranking.Candidate) bool { return c.Architecture == s.Architecture })
		}
		place := func(s tuning.Stat) int { return slices.Index(r.Input.StatsOrder, s.Value) }
		slices.SortStableFunc(all, func(a, b tuning.Stat) int { return cmp.Or(target(a)-target(b), place(a)-place(b)) })
	}
	return all
}

// targets describes every configuration there was to measure.
func (r ranked) targets() []tuning.TargetStatistics {
	throttled := map[tuning.Configuration]int{}
	for _, t := range r.State.Throttled {
		throttled[t.Configuration] += t.Count
	}
	today := r.State.Journal.Today()
	contest := r.Contest(trial.Trial.Duration)
	all := make([]tuning.TargetStatistics, len(r.State.Journal.Targets))
	for i, t := range r.State.Journal.Targets {
		all[i] = tuning.TargetStatistics{Architecture: t.Architecture, FunctionARN: t.Function}
		for _, size := range run.SizesOf(r.Input, r.State.Journal, t) {
			c := tuning.Configuration{Architecture: t.Architecture, MemorySize: size}
			why := r.whyRuledOut(c)
			if r.Input.Exploration == tuning.Adaptive && len(r.Exploring[c]) == 0 && why == "" {
				continue // what was not measured is on the curve
			}
			statistic := statistics.SizeStatistics(size, r.Exploring[c], r.Input.DiscardTopBottom)
			statistic.Today, statistic.Throttles, statistic.Failed = c == today, throttled[c], why
			if measured := r.Candidate(c); measured != nil {
				statistic.Cost, statistic.Duration = statistics.Significant(measured.Cost), statistics.Rounded(measured.Duration)
			}
			all[i].Sizes = append(all[i].Sizes, statistic)
		}
		if k, two := contest.KindsOf(t.Architecture); two {
			all[i].Hosts = &tuning.Hosts{ApartPercent: statistics.Rounded(k.Apart), Slower: k.Slower, Sandboxes: k.Of}
		}
	}
	return all
}
