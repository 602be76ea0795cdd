package decide

import (
	"cmp"
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
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

// Decide computes the output from the samples; nil for a dry run. It fails if every size failed, with each one's reason.
func Decide(in input.Input, s run.State, samples []tuning.Sample) (*tuning.Output, error) {
	r := rank(in, s, run.WithCosts(in, s.Journal, samples))
	if r.winner == nil {
		return nil, r.nothingMeasured()
	}
	if in.DryRun {
		return nil, nil
	}
	o := &tuning.Output{
		Power: r.winner.MemorySize, Cost: statistics.Significant(r.winner.cost), Duration: statistics.Rounded(r.winner.duration),
		Architecture: r.winner.Architecture, StateMachine: r.runCosts(), Stats: r.stats(), Targets: r.targets(),
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
func (r *ranking) runCosts() tuning.StateMachine {
	counts := r.state.Counts
	m := tuning.StateMachine{Visualization: visualization(r.in.VisualizationURL, r.candidates)}
	transitions := counts.Transitions + 1 // Verdict, or Apply
	m.ExecutionCost = statistics.Significant(float64(transitions) * r.transitionPrice())
	for _, sample := range r.samples {
		m.LambdaCost += sample.Charge()
	}
	m.LambdaCost = statistics.Significant(m.LambdaCost + counts.Unsampled.Cost + counts.Snapshots.Exploring + counts.Snapshots.Confirming)
	// Restore and Verdict, or Apply, are the tuner's Lambdas, and before them every second transition.
	calls := float64((transitions + 2) / 2)
	m.TunerCost = statistics.Significant(calls * r.tunerPrices().Invocation(tunerMemory, 1000*counts.StepGBSeconds/calls))
	return m
}

// stats returns AWS Lambda Power Tuning's, if the input asks for them: the sizes asked for, without today's, in the
// order of powerValues.
func (r *ranking) stats() []tuning.Stat {
	if !r.in.IncludeOutputResults {
		return nil
	}
	var all []tuning.Stat
	for _, c := range r.candidates {
		if c.asked {
			all = append(all, tuning.Stat{
				AveragePrice: statistics.Significant(c.cost), AverageDuration: statistics.Rounded(c.duration), Value: c.MemorySize, Architecture: c.Architecture,
			})
		}
	}
	if r.in.StatsOrder != nil {
		target := func(s tuning.Stat) int {
			return slices.IndexFunc(r.candidates, func(c candidate) bool { return c.Architecture == s.Architecture })
		}
		place := func(s tuning.Stat) int { return slices.Index(r.in.StatsOrder, s.Value) }
		slices.SortStableFunc(all, func(a, b tuning.Stat) int { return cmp.Or(target(a)-target(b), place(a)-place(b)) })
	}
	return all
}

// targets describes every configuration there was to measure.
func (r *ranking) targets() []tuning.TargetStatistics {
	throttled := map[tuning.Configuration]int{}
	for _, t := range r.state.Throttled {
		throttled[t.Configuration] += t.Count
	}
	today := r.state.Journal.Today()
	all := make([]tuning.TargetStatistics, len(r.state.Journal.Targets))
	for i, t := range r.state.Journal.Targets {
		all[i] = tuning.TargetStatistics{Architecture: t.Architecture, FunctionARN: t.Function}
		for _, size := range run.SizesOf(r.in, r.state.Journal, t) {
			c := tuning.Configuration{Architecture: t.Architecture, MemorySize: size}
			why := r.whyRuledOut(c)
			if r.in.Exploration == tuning.Adaptive && len(r.exploring[c]) == 0 && why == "" {
				continue // what was not measured is on the curve
			}
			statistic := statistics.SizeStatistics(size, r.exploring[c], r.in.DiscardTopBottom)
			statistic.Today, statistic.Throttles, statistic.Failed = c == today, throttled[c], why
			if measured := r.candidate(c); measured != nil {
				statistic.Cost, statistic.Duration = statistics.Significant(measured.cost), statistics.Rounded(measured.duration)
			}
			all[i].Sizes = append(all[i].Sizes, statistic)
		}
	}
	return all
}
