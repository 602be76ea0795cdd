package explore

import "github.com/dualarch/dualarch/tuning"

// Exhaustive measures every memory size of every architecture, as AWS Lambda Power Tuning does: one round asks for
// everything, and another only for what is still missing.
type Exhaustive struct {
	// Architectures are asked for in this order at each size.
	Architectures []tuning.Architecture
	// Sizes are the memory sizes (MB) of each architecture, ascending.
	Sizes map[tuning.Architecture][]int
	// Samples is how many samples each configuration needs.
	Samples int
}

// Next returns each configuration's missing samples. Large sizes come first, so that one that runs out of memory is seen
// before smaller ones are tried, and architectures alternate, so that a busy minute hits both.
func (e Exhaustive) Next(samples []tuning.Sample, failures []tuning.Failure) []tuning.Measurement {
	have := map[tuning.Configuration]int{}
	for _, s := range samples {
		if !s.Confirming {
			have[s.Configuration]++
		}
	}
	var next []tuning.Measurement
	for i := 0; ; i++ {
		more := false
		for _, a := range e.Architectures {
			sizes := e.Sizes[a]
			if i >= len(sizes) {
				continue
			}
			more = true
			c := tuning.Configuration{Architecture: a, MemorySize: sizes[len(sizes)-1-i]}
			if _, out := RuledOut(c, failures); out {
				continue
			}
			if missing := e.Samples - have[c]; missing > 0 {
				next = append(next, tuning.Measurement{Configuration: c, Samples: missing})
			}
		}
		if !more {
			return next
		}
	}
}

// AllRuledOut returns what failed, and what is smaller than a size of its architecture that ran out of memory.
func (e Exhaustive) AllRuledOut(_ []tuning.Sample, failures []tuning.Failure) map[tuning.Configuration]tuning.Failure {
	all := map[tuning.Configuration]tuning.Failure{}
	for _, a := range e.Architectures {
		for _, size := range e.Sizes[a] {
			c := tuning.Configuration{Architecture: a, MemorySize: size}
			if f, out := RuledOut(c, failures); out {
				all[c] = f
			}
		}
	}
	return all
}

// Verdict leaves the choice to the measured means: there is nothing to estimate.
func (e Exhaustive) Verdict([]tuning.Sample, []tuning.Failure) Verdict { return Verdict{} }
