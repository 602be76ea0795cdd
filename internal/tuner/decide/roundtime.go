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
	took := callsOf(samples)
	for _, t := range s.Journal.Targets {
		versions := 0
		var lanes []time.Duration
		longest := in.Longest(t.TimeoutDuration())
		for _, w := range run.NeededVersions(in, r) {
			if w.Architecture != t.Architecture || run.Failed(s.Failures, w.Configuration) {
				continue
			}
			versions++
			first := min(longest, 3*took.slowest(w.Configuration))
			if first == 0 {
				first = longest
			}
			lanes = append(lanes, laneTime(in, r, w, took.typical(w.Configuration, longest), first))
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
	return callsOf(samples).slowest(c)
}

// calls sums up how long the invocations of each configuration took, in ms: a round may have thousands of versions, and
// as many samples.
type calls map[tuning.Configuration]callTimes

type callTimes struct {
	sum, slowest float64
	count        int
}

func callsOf(samples []tuning.Sample) calls {
	all := calls{}
	for _, s := range samples {
		c := all[s.Configuration]
		c.sum, c.slowest, c.count = c.sum+s.Total(), max(c.slowest, s.Total()), c.count+1
		all[s.Configuration] = c
	}
	return all
}

func (all calls) slowest(c tuning.Configuration) time.Duration {
	return time.Duration(all[c].slowest * float64(time.Millisecond))
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

// typical is how long an invocation takes: as long as those of its configuration did, else as those of the nearest one
// of the same architecture, or of the other, would with its memory.
func (all calls) typical(c tuning.Configuration, longest time.Duration) time.Duration {
	nearest, distance := c, 0.0
	if all[c].count == 0 {
		distance = math.Inf(1)
		for m := range all {
			d := math.Abs(math.Log2(float64(m.MemorySize) / float64(c.MemorySize)))
			if m.Architecture != c.Architecture {
				d += 100
			}
			if d < distance || d == distance && m.MemorySize < nearest.MemorySize {
				nearest, distance = m, d
			}
		}
	}
	if math.IsInf(distance, 1) {
		return longest
	}
	ms := all[nearest].sum / float64(all[nearest].count) * max(1, float64(nearest.MemorySize)/float64(c.MemorySize))
	return min(longest, time.Duration(ms*float64(time.Millisecond)))
}
