package rounds

import (
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// Time estimates how long a round takes from its first step to the end of its last, given what the samples so
// far took. Of a configuration without samples it assumes that its function has all that less memory makes slower.
func Time(in input.Input, s run.State, r run.Round, samples []tuning.Sample) time.Duration {
	var publishing, measuring time.Duration
	took, needed := statistics.CallsOf(samples), run.NeededVersions(in, r)
	for _, t := range s.Journal.Targets {
		versions := 0
		var lanes []time.Duration
		longest := in.Longest(t.TimeoutDuration())
		for _, w := range needed {
			if w.Architecture != t.Architecture || run.Failed(s.Failures, w.Configuration) {
				continue
			}
			versions++
			first := timing.Expected(took.Slowest(w.Configuration), longest)
			lane := laneTime(in, r, w, took.Typical(w.Configuration, longest), first)
			lanes = append(lanes, slices.Repeat([]time.Duration{lane}, w.AtOnce)...)
		}
		if versions == 0 {
			continue
		}
		publishing = max(publishing, timing.Publishing(versions, t.SnapStart))
		measuring = max(measuring, together(in, r, t, lanes))
	}
	return publishing + measuring + timing.Reserve
}

// laneTime returns how long the invocations of one of a version's sandboxes take, each as long as is typical; the last one is not begun unless
// there is time for the longest that it may take.
func laneTime(in input.Input, r run.Round, w run.NeededVersion, typical, longest time.Duration) time.Duration {
	calls := w.Samples / w.AtOnce
	if run.CountsWarmOnly(in, r) {
		calls++
	}
	if in.ParallelInvocation && r.Phase == run.PhaseExplore {
		return longest
	}
	return time.Duration(calls-1)*(typical+in.PauseBetween()) + longest
}

// together returns how long the lanes of one function take, of which only so many run at once. Cold starts are measured one
// after the other at each size.
func together(in input.Input, r run.Round, t run.Target, lanes []time.Duration) time.Duration {
	sum, slowest := time.Duration(0), time.Duration(0)
	for _, l := range lanes {
		sum, slowest = sum+l, max(slowest, l)
	}
	atOnce := max(1, t.Concurrency)
	if in.OnlyColdStarts && !in.ParallelInvocation {
		atOnce = min(atOnce, max(1, len(r.Measurements)))
	}
	return max(slowest, sum/time.Duration(min(atOnce, len(lanes))))
}
