package explore

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func TestExhaustiveAsksForLargeSizesFirstAndAlternatesArchitectures(t *testing.T) {
	e := Exhaustive{
		Architectures: []tuning.Architecture{tuning.X86, tuning.Arm},
		Sizes:         map[tuning.Architecture][]int{tuning.X86: {128, 256, 512}, tuning.Arm: {256, 1024}},
		Samples:       10,
	}
	require.Equal(t, []tuning.Measurement{
		{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}, Samples: 10}, {Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 1024}, Samples: 10},
		{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 256}, Samples: 10}, {Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 256}, Samples: 10},
		{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 128}, Samples: 10},
	}, e.Next(nil, nil))
}

func TestExhaustiveAsksOnlyForWhatIsMissing(t *testing.T) {
	e := Exhaustive{
		Architectures: []tuning.Architecture{tuning.X86, tuning.Arm},
		Sizes:         map[tuning.Architecture][]int{tuning.X86: {128, 256, 512}, tuning.Arm: {128, 256, 512}},
		Samples:       2,
	}
	samples := []tuning.Sample{
		{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}}, {Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}},
		{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}},
		{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Confirming: true},
	}
	failures := []tuning.Failure{
		{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 256}, OutOfMemory: true},
		{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 256}},
	}
	require.Equal(t, []tuning.Measurement{
		{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Samples: 1},
		{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 128}, Samples: 2},
	}, e.Next(samples, failures), "x86_64 ran out of memory at 256 MB, so 128 MB is not tried; arm64 failed otherwise")
}

// However a round ends (a part of what was asked for measured, some configurations failed), asking again
// comes to an end, never asks for what cannot be had, and leaves each configuration with exactly what
// was asked for.
func TestExhaustiveProperty(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		e := Exhaustive{Architectures: []tuning.Architecture{tuning.X86, tuning.Arm}[:1+r.IntN(2)], Sizes: map[tuning.Architecture][]int{}, Samples: 1 + r.IntN(20)}
		for _, a := range e.Architectures {
			for range 1 + r.IntN(10) {
				e.Sizes[a] = append(e.Sizes[a], 128+r.IntN(3000))
			}
			slices.Sort(e.Sizes[a])
			e.Sizes[a] = slices.Compact(e.Sizes[a])
		}
		var samples []tuning.Sample
		var failures []tuning.Failure
		rounds := 0
		for ; ; rounds++ {
			require.Less(t, rounds, 1000, "seed %d does not end", seed)
			next := e.Next(samples, failures)
			require.Equal(t, next, e.Next(samples, failures), "the same samples give the same answer")
			if len(next) == 0 {
				break
			}
			before := slices.Clone(failures)
			seen := map[tuning.Configuration]bool{}
			for _, m := range next {
				require.False(t, seen[m.Configuration], "asked for twice in one round")
				seen[m.Configuration] = true
				require.Contains(t, e.Sizes[m.Architecture], m.MemorySize)
				require.Positive(t, m.Samples)
				_, out := RuledOut(m.Configuration, before)
				require.False(t, out)
				switch r.IntN(8) {
				case 0:
					failures = append(failures, tuning.Failure{Configuration: m.Configuration, OutOfMemory: r.IntN(2) == 0})
				default:
					for range 1 + r.IntN(m.Samples) {
						samples = append(samples, tuning.Sample{Configuration: m.Configuration})
					}
				}
			}
		}
		have := map[tuning.Configuration]int{}
		for _, s := range samples {
			have[s.Configuration]++
		}
		for a, sizes := range e.Sizes {
			for _, size := range sizes {
				c := tuning.Configuration{Architecture: a, MemorySize: size}
				if _, out := RuledOut(c, failures); !out {
					require.Equal(t, e.Samples, have[c], "seed %d, %v", seed, c)
				}
			}
		}
	}
}
