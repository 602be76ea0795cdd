package tuner

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

func TestRun(t *testing.T) {
	for name, input := range map[string]string{
		"two targets":             `{}`,
		"one target":              `{"lambdaARN":"arn:aws:lambda:us-east-1:123456789012:function:prime-x86","num":5}`,
		"only cold starts":        `{"onlyColdStarts":true,"num":25}`,
		"parallel":                `{"parallelInvocation":true,"num":10}`,
		"parallel, one target":    `{"lambdaARN":"arn:aws:lambda:us-east-1:123456789012:function:prime-arm64:live","num":10,"parallelInvocation":true}`,
		"a dry run":               `{"dryRun":true}`,
		"weighted payloads, slow": `{"payload":[{"payload":{"a":1},"weight":1},{"payload":{"a":2},"weight":3}],"num":20,"sleepBetweenRunsMs":1000}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				before := w.snapshots()
				outcome := w.run(input)
				require.Nil(t, outcome.Error)
				require.Equal(t, statemachine.Succeeded, outcome.Status)
				t.Log(outcome.Transitions, outcome.Output)
				require.Equal(t, before, w.snapshots())
			})
		})
	}
}

// The largest input there is, in the state machine's limits of 256 KB and 25,000 events: every size of
// both functions, as many samples as Plan lets through.
func TestLargestRuns(t *testing.T) {
	for name, input := range map[string]string{
		"all sizes":            `{"powerValues":"ALL","num":100,"parallelInvocation":true,"includeOutputResults":true}`,
		"many samples":         `{"powerValues":[512,1024],"num":2800,"parallelInvocation":true}`,
		"a large payload":      `{"powerValues":[512,1024],"num":5,"payload":"` + strings.Repeat("x", 150_000) + `"}`,
		"all fail differently": `{"powerValues":"ALL","num":5}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{Concurrency: 3000})
				b := lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 100, P99: 300}), HostSigma: 0.1, SlowShare: 0.1, SlowFactor: 20}
				if strings.HasPrefix(name, "all fail") {
					b.Respond = func(i lambdasim.Invocation) lambdasim.Response {
						if i.MemorySize == 3008 || i.MemorySize == 512 {
							return lambdasim.Response{Body: []byte(`{}`)}
						}
						return lambdasim.Response{FunctionError: "Unhandled", Body: fmt.Appendf(nil, `{"errorType":"E","errorMessage":"%d %s"}`, i.MemorySize, strings.Repeat("é", 1000))}
					}
				}
				w.behave(b)
				o := w.tuned(input)
				require.Len(t, o.Targets, 2)
				largest := 0
				history := w.tuning.Executions()[0].History()
				for _, e := range history {
					largest = max(largest, len(e.Input), len(e.Output))
				}
				t.Logf("%d events, at most %d bytes", len(history), largest)
			})
		})
	}
}

// A size that is newer than what is known of Lambda is left to it: it refuses, or does not.
func TestSizeThatNobodyHasHeardOf(t *testing.T) {
	const known = "were given; Lambda allowed at most 10240 MB as of 2026-11-20"
	for most, want := range map[int]string{
		10240: "not allowed: InvalidParameterValueException: 'MemorySize' value failed to satisfy constraint: Member must have value between 128 and 10240",
		65536: "",
	} {
		t.Run(fmt.Sprint(most), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{MaxMemorySize: most})
				o := w.tuned(`{"powerValues":[512,40960],"num":5}`)
				require.Contains(t, o.Warnings, "$.powerValues[1]: 40960 MB "+known+": if it still does, this size fails and the others are measured")
				for _, target := range o.Targets {
					require.Equal(t, map[int]string{512: "", 40960: want}, sizesOf(target, failure))
				}
			})
		})
	}
}

// A size that the account may not have is reported; the others are tuned.
func TestSizeThatTheAccountMayNotHave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{MaxMemorySize: 3008})
		o := w.tuned(`{"powerValues":[512,3008,10240]}`)
		for _, target := range o.Targets {
			require.Equal(t, map[int]string{
				512: "", 3008: "",
				10240: "not allowed: InvalidParameterValueException: 'MemorySize' value failed to satisfy constraint: Member must have value between 128 and 3008",
			}, sizesOf(target, failure))
		}
	})
}
