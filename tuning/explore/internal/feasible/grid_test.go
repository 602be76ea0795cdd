package feasible

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func at(a tuning.Architecture, size int) tuning.Configuration {
	return tuning.Configuration{Architecture: a, MemorySize: size}
}

// Each failure rules out what would fail in the same way, and says which of them it was.
func TestWhatIsRuledOut(t *testing.T) {
	arm, x86 := tuning.Arm, tuning.X86
	memory := tuning.Failure{Configuration: at(arm, 512), OutOfMemory: true}
	timeout := tuning.Failure{Configuration: at(arm, 512), TimedOut: true}
	plain := func(a tuning.Architecture, size int) tuning.Failure {
		return tuning.Failure{Configuration: at(a, size)}
	}
	g := Grid{
		Architectures: []tuning.Architecture{arm, x86}, Today: at(x86, 700),
		Sizes: map[tuning.Architecture][]int{arm: {256, 512, 1024}, x86: {256, 512, 1024}},
	}
	for name, test := range map[string]struct {
		samples  []tuning.Sample
		failures []tuning.Failure
		want     map[tuning.Configuration]tuning.Failure
	}{
		"nothing": {nil, nil, map[tuning.Configuration]tuning.Failure{}},
		"out of memory, on both architectures": {nil, []tuning.Failure{memory}, map[tuning.Configuration]tuning.Failure{
			at(arm, 256): memory, at(arm, 512): memory, at(x86, 256): memory, at(x86, 512): memory,
		}},
		"out of memory, but the other architecture worked": {[]tuning.Sample{{Configuration: at(x86, 256)}}, []tuning.Failure{memory}, map[tuning.Configuration]tuning.Failure{
			at(arm, 256): memory, at(arm, 512): memory, at(x86, 512): memory,
		}},
		"out of time, on its architecture": {nil, []tuning.Failure{timeout}, map[tuning.Configuration]tuning.Failure{
			at(arm, 256): timeout, at(arm, 512): timeout,
		}},
		"an error": {nil, []tuning.Failure{plain(arm, 512)}, map[tuning.Configuration]tuning.Failure{at(arm, 512): plain(arm, 512)}},
		"two sizes and the largest": {nil, []tuning.Failure{plain(arm, 512), plain(arm, 1024)}, map[tuning.Configuration]tuning.Failure{
			at(arm, 256): plain(arm, 1024), at(arm, 512): plain(arm, 512), at(arm, 1024): plain(arm, 1024),
		}},
		"two sizes, and one works": {[]tuning.Sample{{Configuration: at(arm, 256)}}, []tuning.Failure{plain(arm, 512), plain(arm, 1024)}, map[tuning.Configuration]tuning.Failure{
			at(arm, 512): plain(arm, 512), at(arm, 1024): plain(arm, 1024),
		}},
		"today's beside the grid": {nil, []tuning.Failure{{Configuration: at(x86, 1024), OutOfMemory: true}, plain(x86, 700)}, map[tuning.Configuration]tuning.Failure{
			at(arm, 256): {Configuration: at(x86, 1024), OutOfMemory: true}, at(arm, 512): {Configuration: at(x86, 1024), OutOfMemory: true},
			at(arm, 1024): {Configuration: at(x86, 1024), OutOfMemory: true}, at(x86, 256): {Configuration: at(x86, 1024), OutOfMemory: true},
			at(x86, 512): {Configuration: at(x86, 1024), OutOfMemory: true}, at(x86, 700): plain(x86, 700),
			at(x86, 1024): {Configuration: at(x86, 1024), OutOfMemory: true},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			got := g.AllRuledOut(test.samples, test.failures)
			require.Equal(t, test.want, got)
			candidates := g.Candidates(test.samples, test.failures)
			for c := range got {
				require.NotContains(t, candidates, c)
			}
			require.NotContains(t, candidates, g.Today, "it was not asked for")
		})
	}
}

// Between the largest size that failed and the smallest that works, each octave has the same share.
func TestBoundary(t *testing.T) {
	samples := []tuning.Sample{{Configuration: at(tuning.X86, 2048)}, {Configuration: at(tuning.Arm, 3008)}}
	failures := []tuning.Failure{{Configuration: at(tuning.Arm, 512)}, {Configuration: at(tuning.X86, 256), OutOfMemory: true}, {Configuration: at(tuning.X86, 1024)}}
	arm := BoundaryOf(tuning.Arm, samples, failures)
	require.Equal(t, Boundary{Failed: 512, working: 2048, failures: 2}, arm, "an error on x86_64 says nothing of arm64")
	for size, want := range map[int]float64{256: 0.05 * 0.05, 512: 0.05 * 0.05, 1024: 0.5, 2048: 1, 4096: 1} {
		require.InDelta(t, want, arm.Probability(size), 1e-12, "%d MB", size)
	}
	require.InDelta(t, 1, BoundaryOf(tuning.Arm, samples, nil).Probability(128), 0, "nothing has failed")
}
