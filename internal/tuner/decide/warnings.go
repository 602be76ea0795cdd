package decide

import (
	"fmt"
	"strings"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/tuning"
)

// warnings lists what a reader should know before trusting the output: first what callers were served with, then the
// steps' own.
func (r ranked) warnings(o *tuning.Output) []string {
	all := append(append(append([]string{}, latestTraffic(r.State)...), r.State.Warnings...), r.State.Notes...) // never null
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }

	if o.OutOfTime != nil {
		add("%s", phrase.TimeWarning(*o.OutOfTime))
	}
	for _, t := range r.State.Journal.Targets {
		if !r.Measured(t.Architecture) {
			add("%s; the verdict is the other architecture's alone", r.nothingOn(t.Architecture))
		}
	}
	if today := r.State.Journal.Today(); r.Today == nil {
		if reason := r.whyRuledOut(today); reason != "" {
			add("today's %s could not be measured: %s", phrase.Configuration(today), reason)
		}
	}
	if clock := countOf(r.Samples, func(s tuning.Sample) bool { return s.Source == tuning.ClientClock }); clock > 0 {
		add("%d of %d durations were read from the caller's clock, because the platform's report was not found; they include the network", clock, len(r.Samples))
	}
	r.coldWarnings(o, add)
	for _, t := range o.Targets {
		if h := t.Hosts; h != nil {
			add("%s ran on two kinds of host, %s %% apart: %d of %d sandboxes on the slower one", t.Architecture, phrase.Percent(h.ApartPercent), h.Slower, h.Sandboxes)
		}
	}
	if bad := countOf(r.Samples, func(s tuning.Sample) bool { return s.Failed }); bad > 0 {
		add("%d of %d invocations ended with an error that allowedExceptions allows", bad, len(r.Samples))
	}
	if lost := r.State.Counts.PossiblyDuplicated; lost > 0 {
		add("%d invocations may have run twice, because their answer was lost", lost)
	}
	if u := r.State.Counts.Unsampled; u.Estimated > 0 {
		add("lambdaCost includes estimates of %d invocations without a report, which were lost, cut short or failed: each is assumed to last as long as others of its size, or until its time-out", u.Estimated)
	}
	r.snapshotWarnings(add)
	responseWarnings(r.State.Responses, add)
	r.applyWarnings(o, add)
	return all
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

// coldWarnings adds warnings of cold starts in figures that mean warm invocations: for one function, as in AWS Lambda
// Power Tuning, whenever there are more than the trimmed mean leaves out.
func (r ranked) coldWarnings(o *tuning.Output, add func(string, ...any)) {
	if r.Input.OnlyColdStarts {
		return
	}
	var mixed, many []string
	for _, t := range o.Targets {
		for _, size := range t.Sizes {
			c := tuning.Configuration{Architecture: t.Architecture, MemorySize: size.Power}
			if measured := r.Candidate(c); measured != nil && measured.Mixed {
				mixed = append(mixed, phrase.Configuration(c))
			}
			if !r.Input.SetsColdApart() && size.Cold != nil && size.Cold.Samples > int(r.Input.DiscardTopBottom*float64(size.Samples)) {
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

// applyWarnings adds warnings of what autoOptimize does not do, or does against the advice.
func (r ranked) applyWarnings(o *tuning.Output, add func(string, ...any)) {
	switch {
	case !r.Input.AutoOptimize:
	case Applies(r.Input, r.State.Journal):
		if o.Recommendation != nil && o.Recommendation.Action == tuning.Keep && o.Recommendation.Power != o.Power {
			add("autoOptimize sets %d MB, which fresh samples did not confirm to be better than today's %d MB", o.Power, o.Recommendation.Power)
		}
	case len(r.State.Journal.Targets) == 2:
		add("autoOptimize changes nothing if two functions are tuned; deploy it: Primary %s, MemorySize %d", o.Architecture, o.Power)
	case r.State.Journal.Targets[0].Owned:
		add("autoOptimize changes nothing on a function that CloudFormation owns; deploy it: MemorySize %d", o.Power)
	default:
		add("%d MB were not applied: %s", o.Power, r.Input.NotApplied)
	}
}

// snapshotWarnings adds warnings of what cost and maxCost leave out for functions whose snapshots AWS charges for.
func (r ranked) snapshotWarnings(add func(string, ...any)) {
	if confirming := r.State.Counts.Snapshots.Confirming; r.Input.MaxCost > 0 && confirming > 0 {
		add("the snapshots of the versions that confirmed the winner cost %.2g USD beside maxCost, which is for exploring", confirming)
	}
	for _, t := range r.State.Journal.Targets {
		if !t.PaysForSnapshots() || t.Architecture != r.Winner.Architecture {
			continue
		}
		if region := arn.Region(t.Function); !price.SnapStartKnown(r.Input.Terms, region) {
			add("the price table of %s has no price for SnapStart in %s: that of us-east-1 is used", price.Date, region)
		}
		if r.Input.InvocationsPerMonth == 0 {
			add("cost does not include what AWS charges for caching a version's snapshot (SnapStart on Python and .NET), %.3g USD a month at %d MB: give invocationsPerMonth to have it shared",
				r.Winner.Prices.Caching(r.Winner.MemorySize)*price.SecondsPerMonth, r.Winner.MemorySize)
		}
	}
}
