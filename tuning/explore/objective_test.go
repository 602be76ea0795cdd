package explore

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func TestObjectiveValues(t *testing.T) {
	a, b := Means{Cost: 4, Duration: 100}, Means{Cost: 8, Duration: 50}
	largest := Largest([]Means{a, b})
	require.Equal(t, Means{Cost: 8, Duration: 100}, largest)
	for _, test := range []struct {
		objective Objective
		a, b      float64
	}{
		{Objective{Strategy: tuning.Cost, Weight: 0.25}, 4, 8},
		{Objective{Strategy: tuning.Speed, Weight: 0.25}, 100, 50},
		{Objective{Strategy: tuning.Balanced, Weight: 0.25}, 0.25*4/8 + 0.75*100/100, 0.25*8/8 + 0.75*50/100},
		{Objective{Strategy: tuning.Balanced, Weight: 1}, 0.5, 1},
		{Objective{Strategy: tuning.Balanced, Weight: 0}, 1, 0.5},
	} {
		require.InDelta(t, test.a, test.objective.Value(a, largest), 1e-12, "%v", test.objective)
		require.InDelta(t, test.b, test.objective.Value(b, largest), 1e-12, "%v", test.objective)
	}
	require.Zero(t, Objective{Strategy: tuning.Balanced, Weight: 1}.Value(Means{Duration: 5}, Means{Duration: 5}), "nothing costs anything")
}

// Equally good by the strategy's own measure: the other one decides.
func TestObjectiveTies(t *testing.T) {
	dear, cheap := Means{Cost: 8, Duration: 50}, Means{Cost: 4, Duration: 50}
	slow, fast := Means{Cost: 4, Duration: 100}, Means{Cost: 4, Duration: 50}
	require.Positive(t, Objective{Strategy: tuning.Speed}.Compare(dear, cheap, Means{}))
	require.Positive(t, Objective{Strategy: tuning.Cost}.Compare(slow, fast, Means{}))
	half := Objective{Strategy: tuning.Balanced, Weight: 0.5}
	largest := Means{Cost: 8, Duration: 100}
	require.Equal(t, half.Value(Means{8, 50}, largest), half.Value(Means{4, 100}, largest))
	require.Positive(t, half.Compare(Means{8, 50}, Means{4, 100}, largest))
	require.Zero(t, half.Compare(dear, dear, largest))
}
