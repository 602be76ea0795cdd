package rounds

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/ranking"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/upkeep"
	"github.com/dualarch/dualarch/tuning"
)

// A round that confirms costs what one that explores does, because the same steps wait.
func TestALookCostsWhatARoundDoes(t *testing.T) {
	const f = "arn:aws:lambda:eu-west-1:123456789012:function:prime"
	in, _, err := input.Decode(json.RawMessage(`{"lambdaARN":"`+f+`"}`), input.Defaults{TunerArchitecture: tuning.Arm})
	require.NoError(t, err)
	journal := run.Journal{Targets: []run.Target{{Function: f, Architecture: tuning.X86}}}
	r := ranked{&ranking.Ranking{Input: in, State: run.State{Journal: journal}}}
	want := upkeep.Overhead(in, journal)
	require.Positive(t, want.Version)
	require.InDelta(t, want.Round, r.price(nil).Round, 1e-12)
	require.InDelta(t, want.Version, r.price([]*ranking.Candidate{{}}).Sandbox, 1e-12)
}
