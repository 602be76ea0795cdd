package ranking_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/ranking"
	"github.com/dualarch/dualarch/test/simulation"
)

// What each sandbox costs decides how many there may be.
func TestFewerSandboxesWhereEachCostsMuch(t *testing.T) {
	in, j := simulation.TwoTargets()
	require.Equal(t, 20, ranking.MostToConfirm(in, j))
	in.Payloads = make([]input.WeightedPayload, 5)
	require.Equal(t, 20, ranking.MostToConfirm(in, j))
	in.Payloads = make([]input.WeightedPayload, 6)
	require.Equal(t, 11, ranking.MostToConfirm(in, j))
	j.Targets[0].SnapStart, j.Targets[0].Runtime = true, "python3.14"
	require.Equal(t, 6, ranking.MostToConfirm(in, j))
	j.Targets[0].Runtime = "java21"
	require.Equal(t, 11, ranking.MostToConfirm(in, j))
}
