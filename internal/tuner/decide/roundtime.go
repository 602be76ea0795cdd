package decide

import (
	"math"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// RoundTime estimates how long a round takes from its first step to the end of its last, given what the samples so
// far took. Of a configuration without samples it assumes that its function has all that less memory makes slower.
func RoundTime(in input.Input, s run.State, r run.Round, samples []tuning.Sample) time.Duration {
	var publishing, measuring time.Duration
	for _, t := range s.Journal.Targets {
		versions := 0
		var lanes []time.Duration
		longest := in.Longest(t.TimeoutDuration())
		for _, w := range run.NeededVersions(in, r) {
			if w.Architecture != t.Architecture || run.Failed(s.Failures, w.Configuration) {
				continue
			}
			versions++
			first := min(longest, 3*SlowestCall(w.Configuration, samples))
			if first == 0 {
				first = longest
			}
			lanes = append(lanes, laneTime(in, r, w, typicalCall(w.Configuration, longest, samples), first))
		}
		if versions == 0 {
			continue
		}
		publishing = max(publishing, timing.Publishing(versions, t.SnapStart))
		measuring = max(measuring, together(in, r, t, lanes))
	}
	return publishing + measuring + timing.Reserve
}

// laneTime is how long one version's invocations take, each as long as is typical; the last one is not begun unless
// there is time for the longest that it may take.
func laneTime(in input.Input, r run.Round, w run.NeededVersion, typical, longest time.Duration) time.Duration {
	calls := w.Samples
	if run.CountsWarmOnly(in, r) {
		calls++
	}
	if in.ParallelInvocation && r.Phase == run.PhaseExplore {
		return longest
	}
	return time.Duration(calls-1)*(typical+in.PauseBetween()) + longest
}

// SlowestCall is how long the slowest invocation of a configuration took; 0 if there is none.
func SlowestCall(c tuning.Configuration, samples []tuning.Sample) time.Duration {
	slowest := 0.0
	for _, s := range samples {
		if s.Configuration == c {
			slowest = max(slowest, s.Total())
		}
	}
	return time.Duration(slowest * float64(time.Millisecond))
}

// together is how long the lanes of one function take, of which only so many run at once. Cold starts are measured one
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

// typicalCall is how long an invocation takes: as long as those of its configuration did, else as those of the nearest
// one of the same architecture, or of the other, would with its memory.
func typicalCall(c tuning.Configuration, longest time.Duration, samples []tuning.Sample) time.Duration {
	sums, counts := map[tuning.Configuration]float64{}, map[tuning.Configuration]int{}
	for _, s := range samples {
		sums[s.Configuration] += s.Total()
		counts[s.Configuration]++
	}
	nearest, distance := tuning.Configuration{}, math.Inf(1)
	for m := range counts {
		d := math.Abs(math.Log2(float64(m.MemorySize) / float64(c.MemorySize)))
		if m.Architecture != c.Architecture {
			d += 100
		}
		if d < distance || d == distance && m.MemorySize < nearest.MemorySize {
			nearest, distance = m, d
		}
	}
	if math.IsInf(distance, 1) {
		return longest
	}
	ms := sums[nearest] / float64(counts[nearest]) * max(1, float64(nearest.MemorySize)/float64(c.MemorySize))
	return min(longest, time.Duration(ms*float64(time.Millisecond)))
}
