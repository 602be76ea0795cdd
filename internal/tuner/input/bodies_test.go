package input

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBodies(t *testing.T) {
	for payload, want := range map[string][]string{
		`{"a": 1}`: {`{"a":1}`},
		`[1, 2]`:   {`[1,2]`},
		`"{}"`:     {`{}`},
		`[{"payload": {"a": 1}, "weight": 3}, {"payload": "text", "weight": 1}]`: {`{"a":1}`, `"text"`},
	} {
		var bodies []string
		for _, body := range Bodies(json.RawMessage(payload)) {
			bodies = append(bodies, string(body))
		}
		require.Equal(t, want, bodies, payload)
	}
}
