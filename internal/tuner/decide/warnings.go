package decide

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// warnings are what a reader should know before trusting the output, the steps' own first.
func warnings(in input.Input, s run.State, st ranking, samples []tuning.Sample, o *tuning.Output) []string {
	all := append(append([]string{}, s.Warnings...), s.Notes...)
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }

	for _, t := range s.Journal.Targets {
		sizes := in.ConfiguredSizes(t.Architecture)
		measured := slices.ContainsFunc(st.figures, func(f candidate) bool { return f.asked && f.Architecture == t.Architecture })
		if !measured {
			last := tuning.Configuration{Architecture: t.Architecture, MemorySize: sizes[len(sizes)-1]}
			add("%s; the verdict is the other architecture's alone", st.nothingOn(in, last))
		}
	}
	if today := s.Journal.Today(); st.today == nil {
		if reason := st.failed(today); reason != "" {
			add("today's %s could not be measured: %s", configurationText(today), reason)
		}
	}
	if clock := countOf(samples, func(s tuning.Sample) bool { return s.Source == tuning.ClientClock }); clock > 0 {
		add("%d of %d durations were read from the caller's clock, since the platform's report was not to be had; they include the network", clock, len(samples))
	}
	coldWarnings(in, st, o, add)
	if bad := countOf(samples, func(s tuning.Sample) bool { return s.Failed }); bad > 0 {
		add("%d of %d invocations ended with an error that allowedExceptions allows", bad, len(samples))
	}
	if s.Counts.PossiblyDuplicated > 0 {
		add("%d invocations may have run twice, since their answer was lost", s.Counts.PossiblyDuplicated)
	}
	if u := s.Counts.Unsampled; u.Estimated > 0 {
		add("lambdaCost holds estimates of %d invocations without a report, which were lost, cut short or failed: each is taken to last as long as others of its size, or until its time-out", u.Estimated)
	}
	snapshotWarnings(in, s, o, add)
	responseWarnings(s.Responses, add)
	applyWarnings(in, s.Journal, st, o, add)
	return all
}

// nothingOn says why an architecture was not measured, by its largest size.
func (st ranking) nothingOn(in input.Input, largest tuning.Configuration) string {
	f, failed := st.leftOut[largest]
	why := fmt.Sprintf("(%s: %s)", configurationText(largest), st.unmeasured(in, largest))
	switch {
	case failed && f.Configuration != largest:
		return fmt.Sprintf("nothing was measured on %s %s", largest.Architecture, why)
	case failed && in.Exploration == tuning.Adaptive:
		return fmt.Sprintf("%s failed at every memory size that was tried %s", largest.Architecture, why)
	case in.Exploration == tuning.Adaptive && !st.verdict.Spent:
		return fmt.Sprintf("none of the memory sizes asked for was measured on %s", largest.Architecture)
	case in.Exploration == tuning.Adaptive:
		return fmt.Sprintf("nothing was measured on %s before the budget ended the search", largest.Architecture)
	}
	return fmt.Sprintf("%s failed at every memory size %s", largest.Architecture, why)
}

func countOf(samples []tuning.Sample, is func(tuning.Sample) bool) int {
	count := 0
	for _, s := range samples {
		if is(s) {
			count++
		}
	}
	return count
}

// coldWarnings say where cold starts stand in figures that mean warm invocations: for one function, as in
// AWS Lambda Power Tuning, wherever there are more than the trimmed mean leaves out.
func coldWarnings(in input.Input, st ranking, o *tuning.Output, add func(string, ...any)) {
	if in.OnlyColdStarts {
		return
	}
	var mixed, many []string
	for _, t := range o.Targets {
		for _, size := range t.Sizes {
			c := tuning.Configuration{Architecture: t.Architecture, MemorySize: size.Power}
			if slices.ContainsFunc(st.figures, func(f candidate) bool { return f.Configuration == c && f.mixed }) {
				mixed = append(mixed, configurationText(c))
			}
			if !in.SetsColdApart() && size.Cold != nil && size.Cold.Samples > int(in.DiscardTopBottom*float64(size.Samples)) {
				many = append(many, fmt.Sprintf("%.0f %% at %d MB", 100*size.ColdShare, size.Power))
			}
		}
	}
	if len(mixed) > 0 {
		add("only cold starts were seen of %s; cost and duration there include initialisation", strings.Join(mixed, ", "))
	}
	if len(many) > 0 {
		add("cold starts are among the samples (%s), more than discardTopBottom leaves out; cost and duration there include initialisation", strings.Join(many, ", "))
	}
}

// responseWarnings never let a difference between the two functions' answers pass in silence.
func responseWarnings(r *answers.Comparison, add func(string, ...any)) {
	if r == nil {
		return
	}
	c := r.Result()
	if c != nil && c.Compared > c.Alike {
		add("the two functions answered differently in %d of %d comparisons; the first difference: %s", c.Compared-c.Alike, c.Compared, c.FirstDifference)
	}
	if c != nil && c.NotCompared != "" {
		add("the answers were not compared: %s", c.NotCompared)
	}
	if r.ErrorStatuses > 0 {
		add("%d of %d answers had a statusCode of 400 or more: the function may have been measured on its error path", r.ErrorStatuses, r.Answers)
	}
}

// applyWarnings say what autoOptimize does not do, or does against the advice.
func applyWarnings(in input.Input, j run.Journal, st ranking, o *tuning.Output, add func(string, ...any)) {
	switch {
	case !in.AutoOptimize:
	case Applies(in, j):
		if o.Recommendation != nil && o.Recommendation.Action == tuning.Keep && o.Recommendation.Power != o.Power {
			add("autoOptimize sets %d MB, which fresh samples did not confirm to be better than today's %d MB", o.Power, o.Recommendation.Power)
		}
	case len(j.Targets) == 2:
		add("autoOptimize changes nothing where two functions are tuned; deploy it: Primary %s, MemorySize %d", o.Architecture, o.Power)
	default:
		add("autoOptimize changes nothing on a function that CloudFormation owns; deploy it: MemorySize %d", o.Power)
	}
}

// snapshotWarnings tell what cost and maxCost do not hold of functions whose snapshots AWS charges for.
func snapshotWarnings(in input.Input, s run.State, o *tuning.Output, add func(string, ...any)) {
	if confirming := s.Counts.Snapshots.Confirming; in.MaxCost > 0 && confirming > 0 {
		add("the snapshots of the versions that confirmed the winner cost %.2g USD beside maxCost, which is for exploring", confirming)
	}
	for _, t := range s.Journal.Targets {
		if !t.PaysForSnapshots() || t.Architecture != o.Architecture {
			continue
		}
		if region := arn.Region(t.Function); !price.SnapStartKnown(in.Terms, region) {
			add("the price table of %s has no price for SnapStart in %s: that of us-east-1 is used", price.Date, region)
		}
		if in.InvocationsPerMonth == 0 {
			add("cost does not hold what AWS charges for caching a version's snapshot (SnapStart on Python and .NET), %.3g USD a month at %d MB: give invocationsPerMonth to have it shared",
				price.For(in.Terms, t.Priced()).Caching(o.Power)*price.SecondsPerMonth, o.Power)
		}
	}
}
