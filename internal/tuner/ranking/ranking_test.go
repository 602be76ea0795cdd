package ranking

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// What balanced weighs shares of is the largest of all that was asked for, on both architectures.
func TestBalanceIsThePeersOverBothArchitectures(t *testing.T) {
	r := Ranking{objective: explore.Objective{Strategy: tuning.Balanced, Weight: 0.25}, Candidates: []Candidate{
		{Cost: 4, Duration: 100, Asked: true}, {Cost: 8, Duration: 50, Asked: true}, {Cost: 1000, Duration: 1000},
	}}
	r.choose(tuning.Configuration{})
	require.Equal(t, explore.Means{Cost: 8, Duration: 100}, r.largest)
	require.Equal(t, 50.0, r.Winner.Duration)
}
