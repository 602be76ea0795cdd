package decide

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/packing"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/tuning"
)

// Verdict is the step that turns the samples into the execution's output. It only computes. Next is
// apply where the input asks for autoOptimize and the function is the tuner's to change.
func Verdict(_ context.Context, event run.Event) (run.State, error) {
	if event.State == nil {
		return run.State{}, run.Problemf(run.TuningFailed, "Verdict was started without the state of the step before")
	}
	s := *event.State
	in, _, err := input.Decode(event.Input, event.Defaults) // Plan has kept the warnings
	if err != nil {
		return run.State{}, err
	}
	samples, err := packing.Decode(s.Samples)
	if err != nil {
		return run.State{}, err
	}
	if s.Output, err = Decide(in, s, samples); err != nil {
		return run.State{}, err
	}
	s.Next = run.StepDone
	if Applies(in, s.Journal) {
		s.Next = run.StepApply
	}
	// Apply needs none of it, and Step Functions keeps every state twice.
	s.Samples, s.Versions, s.Responses = "", nil, nil
	return s, nil
}

// Applies says whether the winner is to be set on the function.
func Applies(in input.Input, j run.Journal) bool {
	return in.AutoOptimize && !in.DryRun && len(j.Targets) == 1 && !j.Targets[0].Owned
}

// Decide computes the output from the samples; nil for a dry run. It fails where every size failed, with
// each one's reason.
func Decide(in input.Input, s run.State, samples []tuning.Sample) (*tuning.Output, error) {
	samples = run.WithCosts(in, s.Journal, samples)
	st := rank(in, s, samples)
	if st.winner == nil {
		return nil, nothingMeasured(in, s, st)
	}
	if in.DryRun {
		return nil, nil
	}
	o := &tuning.Output{
		Power: st.winner.MemorySize, Cost: statistics.Significant(st.winner.cost), Duration: statistics.Rounded(st.winner.duration),
		Architecture: st.winner.Architecture, StateMachine: runCosts(in, s, st, samples),
		Targets: targetStatistics(in, s, st, samples), Exploration: explored(in, s.Journal, st), Curve: curve(st), Comparison: compare(st), Responses: s.Responses.Result(),
		Throttles: s.Counts.Throttles, PossiblyDuplicated: s.Counts.PossiblyDuplicated,
	}
	if in.IncludeOutputResults {
		o.Stats = stats(in, st)
	}
	if r := recommend(in, s.Journal, st, samples); r != nil {
		r.Text += answersText(o.Responses) + savings(r.SavingsPerMonth, in.InvocationsPerMonth)
		o.Recommendation = r
	}
	o.Warnings = warnings(in, s, st, samples, o)
	return o, nil
}

// nothingMeasured is the error of a run without a single size that worked. Neighbours with the same reason are
// named together.
func nothingMeasured(in input.Input, s run.State, st ranking) error {
	var reasons []string
	for _, t := range s.Journal.Targets {
		sizes := in.ConfiguredSizes(t.Architecture)
		reason := func(i int) string {
			return st.unmeasured(in, tuning.Configuration{Architecture: t.Architecture, MemorySize: sizes[i]})
		}
		for first := 0; first < len(sizes); {
			last := first
			for last+1 < len(sizes) && reason(last+1) == reason(first) {
				last++
			}
			at := fmt.Sprint(sizes[first])
			if last > first {
				at += fmt.Sprintf(" to %d", sizes[last])
			}
			reasons = append(reasons, fmt.Sprintf("%s at %s MB: %s", t.Architecture, at, reason(first)))
			first = last + 1
		}
	}
	return run.Problemf(run.NothingMeasured, "no memory size could be measured: %s", strings.Join(reasons, "; "))
}

// unmeasured says why there is no sample of a configuration.
func (st ranking) unmeasured(in input.Input, c tuning.Configuration) string {
	switch reason := st.failed(c); {
	case reason != "":
		return reason
	case in.Capped():
		return "no sample within the budget that was given"
	}
	return "no sample"
}

// failed says why a configuration is out of the verdict, or "".
func (st ranking) failed(c tuning.Configuration) string {
	f, left := st.leftOut[c]
	switch {
	case !left:
		return ""
	case f.Configuration == c:
		return f.Reason
	case f.OutOfMemory:
		return "not tried, since " + configurationText(f.Configuration) + " ran out of memory"
	case f.TimedOut:
		return "not tried, since " + configurationText(f.Configuration) + " timed out"
	}
	return fmt.Sprintf("not tried, since nothing worked on %s, not even %d MB", f.Architecture, f.MemorySize)
}

// runCosts adds up what the run cost.
func runCosts(in input.Input, s run.State, st ranking, samples []tuning.Sample) tuning.StateMachine {
	m := tuning.StateMachine{Visualization: visualization(in.VisualizationURL, st.figures)}
	region := arn.Region(s.Journal.Targets[0].Function)
	// After the step before come Verdict, the choice after it, Apply where it is due, and the end.
	transitions := s.Counts.Transitions + 3
	if Applies(in, s.Journal) {
		transitions++
	}
	m.ExecutionCost = statistics.Significant(float64(transitions) * price.Transition(in.Terms, region))
	for _, sample := range samples {
		m.LambdaCost += sample.Charge()
	}
	snapshots := s.Counts.Snapshots
	m.LambdaCost = statistics.Significant(m.LambdaCost + s.Counts.Unsampled.Cost + snapshots.Exploring + snapshots.Confirming)
	// The tuner's own Lambdas run on demand too, without the target's storage; every second transition is one
	// of them.
	own := price.ForRun(in.Terms, run.Target{Function: s.Journal.Targets[0].Function, Architecture: in.TunerArchitecture}.Priced())
	calls := float64((transitions + 1) / 2)
	m.TunerCost = statistics.Significant(calls * own.Invocation(1024, 1000*s.Counts.StepGBSeconds/calls))
	return m
}

// stats are AWS Lambda Power Tuning's: the sizes asked for, without today's, in the order of powerValues.
func stats(in input.Input, st ranking) []tuning.Stat {
	var all []tuning.Stat
	for _, f := range st.figures {
		if f.asked {
			all = append(all, tuning.Stat{
				AveragePrice: statistics.Significant(f.cost), AverageDuration: statistics.Rounded(f.duration), Value: f.MemorySize, Architecture: f.Architecture,
			})
		}
	}
	if in.StatsOrder != nil {
		target := func(s tuning.Stat) int {
			return slices.IndexFunc(st.figures, func(f candidate) bool { return f.Architecture == s.Architecture })
		}
		place := func(s tuning.Stat) int { return slices.Index(in.StatsOrder, s.Value) }
		slices.SortStableFunc(all, func(a, b tuning.Stat) int { return cmp.Or(target(a)-target(b), place(a)-place(b)) })
	}
	return all
}

// targetStatistics describes every configuration there was to measure.
func targetStatistics(in input.Input, s run.State, st ranking, samples []tuning.Sample) []tuning.TargetStatistics {
	exploring := map[tuning.Configuration][]tuning.Sample{}
	for _, sample := range samples {
		if !sample.Confirming {
			exploring[sample.Configuration] = append(exploring[sample.Configuration], sample)
		}
	}
	throttled := map[tuning.Configuration]int{}
	for _, t := range s.Throttled {
		throttled[t.Configuration] += t.Count
	}
	targets := make([]tuning.TargetStatistics, len(s.Journal.Targets))
	for i, t := range s.Journal.Targets {
		targets[i] = tuning.TargetStatistics{Architecture: t.Architecture, FunctionARN: t.Function}
		for _, size := range run.SizesOf(in, s.Journal, t) {
			c := tuning.Configuration{Architecture: t.Architecture, MemorySize: size}
			if in.Exploration == tuning.Adaptive && len(exploring[c]) == 0 && st.failed(c) == "" {
				continue // what was not measured is on the curve
			}
			measured := statistics.SizeStatistics(size, exploring[c], in.DiscardTopBottom)
			measured.Today = c == s.Journal.Today()
			measured.Throttles = throttled[c]
			measured.Failed = st.failed(c)
			at := slices.IndexFunc(st.figures, func(f candidate) bool { return f.Configuration == c })
			if at >= 0 {
				measured.Cost, measured.Duration = statistics.Significant(st.figures[at].cost), statistics.Rounded(st.figures[at].duration)
			}
			targets[i].Sizes = append(targets[i].Sizes, measured)
		}
	}
	return targets
}

// compare sets the winner beside the other architecture's best and beside today's configuration.
func compare(st ranking) *tuning.Comparison {
	c := &tuning.Comparison{}
	if st.other != nil {
		c.OtherArchitecture = beside(*st.winner, *st.other)
	}
	if st.today != nil {
		c.Today = beside(*st.winner, *st.today)
	}
	if *c == (tuning.Comparison{}) {
		return nil
	}
	return c
}

func beside(winner, f candidate) *tuning.Versus {
	less := func(a, b float64) float64 {
		if b == 0 {
			return 0
		}
		return statistics.Rounded(100 * (1 - a/b))
	}
	return &tuning.Versus{
		Architecture: f.Architecture, Power: f.MemorySize, Cost: statistics.Significant(f.cost), Duration: statistics.Rounded(f.duration),
		CheaperPercent: less(winner.cost, f.cost), FasterPercent: less(winner.duration, f.duration),
	}
}
