package explore

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/internal/belief"
)

// world is a function on one or two architectures that adaptive exploration is let loose on, without AWS.
type world struct {
	random *rand.Rand
	// typical is a warm call's duration in ms, noise the standard deviation of its logarithm.
	typical func(tuning.Configuration) float64
	noise   float64
	// payloads gives instead of typical which payload a configuration's call of that number gets, and its duration.
	payloads func(number int, c tuning.Configuration) (payload int, ms float64)
	// init is what a cold start takes on top; coldShare of the later calls are cold too.
	init, coldShare float64
	// fails says how a configuration fails.
	fails func(tuning.Configuration) (tuning.Failure, bool)
	// taken is what all invocations took, unsampled what those took that gave no sample.
	taken, unsampled Spending
}

var defaultGrid = []int{128, 256, 512, 1024, 1536, 1769, 2048, 3008}

// oneThread is CPU-bound work that takes so long at one vCPU on each architecture.
func oneThread(x86, arm float64) func(tuning.Configuration) float64 {
	return func(c tuning.Configuration) float64 {
		ms := arm
		if c.Architecture == tuning.X86 {
			ms = x86
		}
		return ms * belief.VCPUMemory / math.Min(float64(c.MemorySize), belief.VCPUMemory)
	}
}

// pricesFor are us-east-1's, of 2026.
func pricesFor(sizes map[tuning.Architecture][]int, today tuning.Configuration) map[tuning.Configuration]Price {
	prices := map[tuning.Configuration]Price{}
	for a, list := range sizes {
		gbSecond := 0.0000166667
		if a == tuning.Arm {
			gbSecond = 0.0000133334
		}
		for _, size := range append(slices.Clone(list), today.MemorySize) {
			prices[tuning.Configuration{Architecture: a, MemorySize: size}] = Price{Invocation: 0.2e-6, Millisecond: gbSecond / 1000 * float64(size) / 1024}
		}
	}
	return prices
}

// twoTargets explores the default sizes; arm64 at 512 MB serves today.
func twoTargets(s tuning.Strategy) Adaptive {
	sizes := map[tuning.Architecture][]int{tuning.X86: defaultGrid, tuning.Arm: defaultGrid}
	today := tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}
	return Adaptive{
		Architectures: []tuning.Architecture{tuning.Arm, tuning.X86}, Sizes: sizes, Today: today, Prices: pricesFor(sizes, today),
		Objective: Objective{Strategy: s, Weight: 0.5, Trim: 0.2}, Budget: Budget{Spending: Spending{Invocations: 100}},
	}
}

// measure does what a round asks for, as the tuner does it: a version for each configuration, whose first
// call is cold and comes on top.
func (w *world) measure(a Adaptive, round []tuning.Measurement, failures []tuning.Failure) ([]tuning.Sample, []tuning.Failure) {
	var samples []tuning.Sample
	for _, m := range round {
		if _, out := RuledOut(m.Configuration, failures); out {
			continue
		}
		if w.fails != nil {
			if f, failed := w.fails(m.Configuration); failed {
				failures = append(failures, f)
				w.taken = w.taken.Plus(a.Worst(m.Configuration))
				w.unsampled = w.unsampled.Plus(a.Worst(m.Configuration))
				continue
			}
		}
		for warm, extra := 0, 0; warm < m.Samples; {
			cold := warm == 0 && extra == 0 || w.random.Float64() < w.coldShare
			s := w.call(a, m.Configuration, warm, cold)
			samples = append(samples, s)
			w.taken = w.taken.Plus(Spending{Invocations: 1, Cost: s.Cost})
			if cold && extra < m.Samples {
				extra++
			} else {
				warm++
			}
		}
	}
	return samples, failures
}

func (w *world) call(a Adaptive, c tuning.Configuration, number int, cold bool) tuning.Sample {
	s := tuning.Sample{Configuration: c, Cold: cold}
	if w.payloads != nil {
		s.Payload, s.Duration = w.payloads(number, c)
	} else {
		s.Duration = w.typical(c)
	}
	s.Duration = math.Round(100*s.Duration*math.Exp(w.noise*w.random.NormFloat64())) / 100
	if cold {
		s.InitDuration = w.init
	}
	s.BilledDuration = math.Ceil(s.Duration + s.InitDuration)
	if longest := a.Budget.Longest[c.Architecture]; longest > 0 {
		s.BilledDuration = min(s.BilledDuration, longest)
	}
	s.Cost = a.Prices[c].Invocation + a.Prices[c].Millisecond*s.BilledDuration
	return s
}

// explored is what a whole exploration leaves.
type explored struct {
	samples  []tuning.Sample
	failures []tuning.Failure
	rounds   [][]tuning.Measurement
	verdict  Verdict
}

// explore goes on until the explorer has seen enough; it gives up after many rounds.
func (w *world) explore(a Adaptive) explored {
	var e explored
	for len(e.rounds) < 200 {
		a.Budget.Unsampled = w.unsampled
		round := a.Next(e.samples, e.failures)
		if len(round) == 0 {
			break
		}
		e.rounds = append(e.rounds, round)
		fresh, failures := w.measure(a, round, e.failures)
		e.samples, e.failures = append(e.samples, fresh...), failures
	}
	e.verdict = a.Verdict(e.samples, e.failures)
	return e
}
