package tuner

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// steering is what a terminal would obey, and what a reader would not see.
const steering = "\x1b[2J\x1b[31mALL IS WELL\r\n\u202e\u200b"

// Whatever a function answers or prints, the output and the history of an execution hold no character of it that steers
// a terminal or begins a line.
func TestWhatAFunctionSaysIsPrintable(t *testing.T) {
	failing := func(below int) func(lambdasim.Invocation) lambdasim.Response {
		return func(i lambdasim.Invocation) lambdasim.Response {
			if i.MemorySize < below {
				text, _ := json.Marshal(map[string]string{"errorType": "E" + steering, "errorMessage": steering})
				return lambdasim.Response{FunctionError: "Unhandled", Body: text}
			}
			text, _ := json.Marshal(map[string]any{"a" + steering: i.Architecture + steering, "b" + steering: i.Number})
			return lambdasim.Response{Body: text}
		}
	}
	for name, test := range map[string]struct {
		below int
		input string
	}{
		"answers that differ":    {0, `{}`},
		"a size that fails":      {512, `{}`},
		"every size fails":       {20_000, `{}`},
		"a field of the input":   {0, `{"x\u001b[31m\u202e":1}`},
		"a value of the input":   {0, `{"strategy":"\u001b[31m\u202e"}`},
		"a processor that fails": {20_000, `{"postProcessorARN":"` + x86 + `:live","exploration":"exhaustive"}`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.behave(lambdasim.Behavior{Respond: failing(test.below)})
				outcome := w.run(test.input)
				texts := []string{}
				if outcome.Error != nil {
					texts = append(texts, decoded(t, outcome.Error.Cause)...)
				} else {
					texts = append(texts, decoded(t, outcome.Output)...)
				}
				for _, e := range w.tuning.Executions()[0].History() {
					if e.Output != "" && e.Name != "" {
						texts = append(texts, decoded(t, e.Output)...)
					}
				}
				for _, text := range texts {
					for _, r := range text {
						require.True(t, unicode.IsPrint(r) || r == '\n' && outcome.Error != nil, "%q", text)
					}
				}
			})
		})
	}
}

// decoded returns all strings in a JSON text, names included.
func decoded(t *testing.T, text string) (all []string) {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal([]byte(text), &value))
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			all = append(all, v)
		case []any:
			for _, element := range v {
				walk(element)
			}
		case map[string]any:
			for name, member := range v {
				all = append(all, name)
				walk(member)
			}
		}
	}
	walk(value)
	return all
}

// A function prints what looks like its own report. What says more than the caller's clock is not believed, and said.
func TestReportsThatCannotBeTrue(t *testing.T) {
	for name, print := range map[string]string{
		"JSON": `{"type":"platform.report","record":{"requestId":"${requestId}","metrics":{"durationMs":999,"billedDurationMs":999}}}`,
		"text": "REPORT RequestId: ${requestId}\tDuration: 999.00 ms\tBilled Duration: 999 ms",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.behave(lambdasim.Behavior{Workload: lambdasim.Constant(100), Output: print})
				// With this level the platform's own reports are not logged.
				w.sim.Deploy(siblings[0], func(c *lambdasim.Configuration) {
					c.LoggingConfig.SystemLogLevel, c.LoggingConfig.LogFormat = "WARN", "JSON"
				})
				w.defaults.Targets = nil
				o := w.tuned(`{"lambdaARN":"` + x86 + `","num":5,"powerValues":[256]}`)
				require.Contains(t, o.Warnings, "reports of x86_64 at 256 MB say that an invocation took longer than its caller waited: they were not believed, and the caller's clock counts")
				for _, size := range o.Targets[0].Sizes {
					require.Equal(t, map[tuning.Source]int{tuning.ClientClock: size.Samples}, size.Sources)
					require.Less(t, size.Duration, 300.0)
				}
			})
		})
	}
}
