package tuner

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// Answers with a time in them are alike, also where each payload is sent once a size, and where each
// Measure comes no further than one invocation of each function.
func TestAnswersWithATimeInThem(t *testing.T) {
	five := `"payload":[{"payload":{"n":1},"weight":1},{"payload":{"n":2},"weight":1},{"payload":{"n":3},"weight":1},{"payload":{"n":4},"weight":1},{"payload":{"n":5},"weight":1}]`
	for name, test := range map[string]struct {
		input     string
		takes     float64 // ms
		different bool
		want      *tuning.ResponseComparison
	}{
		"one payload":               {input: `{"num":5}`, want: &tuning.ResponseComparison{Unstable: []string{"/time"}}},
		"each payload once":         {input: `{"powerValues":[512],"num":5,` + five + `}`, want: &tuning.ResponseComparison{Unstable: []string{"/time"}}},
		"each payload once, really": {input: `{"powerValues":[512],"num":5,"onlyColdStarts":true,` + five + `}`, want: &tuning.ResponseComparison{NotCompared: "no payload got two answers of each function, and one alone does not tell what differs by chance"}},
		"five minutes each":         {input: `{"powerValues":[512],"num":5}`, takes: 300_000, want: &tuning.ResponseComparison{Unstable: []string{"/time"}}},
		"and a difference":          {input: `{"num":5}`, different: true, want: &tuning.ResponseComparison{Unstable: []string{"/time"}}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.defaults.TimeoutSeconds = 24 * 3600
				b := quick()
				if test.takes > 0 {
					w.allow(840)
					b.Workload = lambdasim.Constant(test.takes)
				}
				var clock atomic.Int64
				b.Respond = func(i lambdasim.Invocation) lambdasim.Response {
					machine := ""
					if test.different {
						machine = i.Architecture
					}
					return lambdasim.Response{Body: fmt.Appendf(nil, `{"time":%d,"machine":%q,"large":%q}`, clock.Add(1), machine, strings.Repeat("x", 100_000))}
				}
				w.behave(b)
				o := w.tuned(test.input)
				require.Equal(t, test.want.NotCompared, o.Responses.NotCompared)
				require.Equal(t, test.want.Unstable, o.Responses.Unstable)
				if test.different {
					require.Zero(t, o.Responses.Alike)
					require.Equal(t, "/machine: x86_64 answered \"x86_64\", arm64 answered \"arm64\"", o.Responses.FirstDifference)
					return
				}
				require.Equal(t, o.Responses.Compared, o.Responses.Alike)
				require.Equal(t, test.want.NotCompared == "", o.Responses.Compared > 0)
			})
		})
	}
}

// Where a Measure has time for one invocation only, the hashes of earlier answers tell that a function
// still answers alike.
func TestAnswersOfLongFunctionsAreCompared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.defaults.TimeoutSeconds = 24 * 3600
		w.allow(840)
		b := quick()
		b.Workload = lambdasim.Constant(float64(13 * time.Minute / time.Millisecond))
		b.Respond = func(lambdasim.Invocation) lambdasim.Response {
			return lambdasim.Response{Body: []byte(`{"answer":"hush"}`)}
		}
		w.behave(b)
		o := w.tuned(`{"powerValues":[512],"num":5}`)
		require.Greater(t, o.Responses.Compared, 2)
		require.Equal(t, o.Responses.Compared, o.Responses.Alike)
		for _, event := range w.tuning.Executions()[0].History() {
			var state struct{ Responses json.RawMessage }
			if json.Unmarshal([]byte(event.Output), &state) == nil {
				require.NotContains(t, string(state.Responses), "hush")
			}
		}
	})
}
