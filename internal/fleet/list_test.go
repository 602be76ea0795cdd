package fleet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
)

// Whoever asks for a construct that is left out learns why, and it is left out once.
func TestWhatIsLeftOut(t *testing.T) {
	const prefix = "arn:aws:lambda:eu-west-1:123456789012:function:"
	orders := target{name: "Orders", DefaultTarget: input.DefaultTarget{Functions: []string{prefix + "x86", prefix + "arm"}}}
	twice := []LeftOut{{Name: "Again", Function: prefix + "arm-2", Why: "its function arm is tuned as Orders of Shop, and a fleet tunes a function once"}}
	for _, name := range []string{"Again", "arm-2", prefix + "arm-2"} {
		_, _, err := choose(t.Context(), nil, Input{Targets: []string{name}}, []target{orders}, twice)
		require.EqualError(t, err, `the input cannot be used: $.targets[0]: given "`+name+`"; allowed: another target: its function arm is tuned as Orders of Shop, and a fleet tunes a function once`)
	}
	f := &fakeBucket{objects: map[string][]byte{"s3://b/survey.json": []byte(`{"format":1,"functions":[{"functionArn":"` + prefix + `arm-2"},{"functionArn":"` + prefix + `x86"}]}`)}}
	for _, in := range []Input{{}, {List: "s3://b/survey.json"}, {Targets: []string{"arm"}}} {
		chosen, out, err := choose(t.Context(), f, in, []target{orders}, twice)
		require.NoError(t, err)
		require.Equal(t, []target{orders}, chosen)
		require.Equal(t, twice, out)
	}
}
