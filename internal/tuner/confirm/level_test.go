package confirm

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func TestLevelsOfFreshSandboxes(t *testing.T) {
	arm := tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}
	few, many := Contest{Contenders: []Contender{{arm, []float64{98, 102}}}}, Contest{Contenders: []Contender{{arm, []float64{98, 102, 98, 102, 98, 102, 98, 102}}}}
	wide, ok := few.LevelOf(arm)
	require.True(t, ok)
	narrow, ok := many.LevelOf(arm)
	require.True(t, ok)
	require.InDelta(t, 100, narrow.Mean, 1e-9)
	require.Less(t, wide.Low, narrow.Low)
	require.Less(t, narrow.High, wide.High)
	require.InDelta(t, narrow.Mean*narrow.Mean, narrow.Low*narrow.High, 1e-6, "as far apart as shares")
	for _, values := range [][]float64{nil, {100}, {0, 0}, {math.Inf(1), 1}} {
		_, ok := Contest{Contenders: []Contender{{arm, values}}}.LevelOf(arm)
		require.False(t, ok, values)
	}
}

// An estimate is never surer than its parts, nor than what a kind of host may add that exploring did not run on.
func TestEstimatesAreAsUnsureAsTheirParts(t *testing.T) {
	point := Level{Mean: 80, Low: 80, High: 80}
	band := Level{Mean: 100, Low: 80, High: 125}
	sure := point.Over(Level{Mean: 100, Low: 100, High: 100})
	require.InDelta(t, 20, sure.Percent, 1e-9)
	require.InDelta(t, 100*(1-0.8*math.Exp(kindMost)), sure.Low, 1e-9)
	require.InDelta(t, 100*(1-0.8*math.Exp(-kindMost)), sure.High, 1e-9)
	unsure := point.Over(band)
	require.InDelta(t, 20, unsure.Percent, 1e-9)
	require.Less(t, unsure.Low, sure.Low)
	require.Less(t, sure.High, unsure.High)
	back := band.Over(point)
	require.InDelta(t, 1, (1-unsure.Low/100)*(1-back.High/100), 1e-9, "the same from the other side")

	one, ok := ExploredLevel(100, 0.2, 1)
	require.True(t, ok)
	five, _ := ExploredLevel(100, 0.2, 5)
	require.Less(t, one.Low, five.Low)
	_, ok = ExploredLevel(0, 0, 5)
	require.False(t, ok)
}
