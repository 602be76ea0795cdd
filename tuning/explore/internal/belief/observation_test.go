package belief

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// Cold starts are set apart, unless there is nothing else.
func TestObserveSetsColdStartsApart(t *testing.T) {
	warm := tuning.Sample{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Duration: 100, BilledDuration: 100}
	cold := tuning.Sample{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Duration: 300, InitDuration: 500, BilledDuration: 800, Cold: true}
	confirming := tuning.Sample{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Duration: 1, BilledDuration: 1, Confirming: true}
	seen := Observe([]tuning.Sample{cold, warm, warm, confirming}, 0.2)
	require.Len(t, seen, 1)
	require.InDelta(t, math.Log(100), seen[0].location, 1e-9)
	require.Equal(t, []float64{100, 100}, seen[0].durations)
	seen = Observe([]tuning.Sample{cold}, 0.2)
	require.InDelta(t, math.Log(800), seen[0].location, 1e-9)
}
