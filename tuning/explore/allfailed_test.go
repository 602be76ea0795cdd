package explore

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// A function that answers a few times and then no more leaves samples of configurations that have failed.
func TestWhatHasSamplesHasFailed(t *testing.T) {
	a := twoTargets(tuning.Cost)
	first := tuning.Configuration{Architecture: a.Architectures[0], MemorySize: a.Sizes[a.Architectures[0]][0]}
	samples := []tuning.Sample{{Configuration: first, Duration: 100, BilledDuration: 100}, {Configuration: first, Duration: 110, BilledDuration: 110}}
	var all []tuning.Failure
	for architecture, sizes := range a.Sizes {
		for _, size := range sizes {
			all = append(all, tuning.Failure{Configuration: tuning.Configuration{Architecture: architecture, MemorySize: size}, Reason: "gone"})
		}
	}
	all = append(all, tuning.Failure{Configuration: a.Today, Reason: "gone"})
	require.Empty(t, a.Next(samples, all))
	require.Equal(t, Verdict{}, a.Verdict(samples, all))

	one := []tuning.Failure{{Configuration: first, Reason: "gone"}}
	require.NotEmpty(t, a.Next(samples, one))
	require.Equal(t, Verdict{}, a.Verdict(samples, one), "nothing that works has samples")
}
