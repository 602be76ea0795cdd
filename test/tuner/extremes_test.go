//go:build !race

// The largest runs there are would take the race detector minutes, and run the code that it has seen in smaller ones.

package tuner

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// accepted says whether Plan lets an input through.
func (w *world) accepted(input string) bool {
	steps := tuner.Steps{Clients: cloud.Clients{Lambda: w.client, Logs: w.client, Objects: w, Executions: w.client, Metrics: w.client, Attempt: "plan"}}
	_, err := steps.Plan(w.t.Context(), run.Event{
		Execution: run.Execution{
			ARN: strings.Repeat("e", 200), StartTime: time.Now(), StateMachine: "arn:aws:states:us-east-1:123456789012:stateMachine:tune",
		}, Input: json.RawMessage(input), Defaults: w.defaults,
	})
	if err != nil {
		require.Contains(w.t, []string{"NotTunable", "InputError"}, run.ErrorName(err), err)
	}
	return err == nil
}

// largest is the largest input that Plan lets through.
func (w *world) largest(most int, input func(n int) string) string {
	n := sort.Search(most, func(n int) bool { return !w.accepted(input(n + 1)) })
	require.Positive(w.t, n)
	require.Less(w.t, n, most, "Plan has no limit here")
	return input(n)
}

// requireWithinLimits fails where an event of the run was larger than what Step Functions carries; the interpreter of
// the definition ends an execution there and at 25,000 events.
func (w *world) requireWithinLimits(outcome statemachine.Outcome) {
	if outcome.Error != nil {
		require.NotContains(w.t, []string{"States.DataLimitExceeded", "States.Runtime"}, outcome.Error.Name, outcome.Error.Cause)
	}
	largest := 0
	history := w.tuning.Executions()[0].History()
	for _, e := range history {
		largest = max(largest, len(e.Input), len(e.Output), len(e.Cause))
	}
	w.t.Logf("%d events, at most %d bytes", len(history), largest)
	require.LessOrEqual(w.t, largest, 256<<10)
	require.LessOrEqual(w.t, len(history), 25_000)
}

// The largest inputs that Plan lets through, each in its own direction, run within 256 KB an event whatever
// the functions do: they fail for reasons of all sizes and in all letters, answer anything, take any time.
func TestTheLargestAcceptedInputs(t *testing.T) {
	sizes := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprint(10240 - i)
		}
		return strings.Join(list, ",")
	}
	one := `"lambdaARN":"` + x86 + `",`
	type direction struct {
		input      func(n int) string
		behaviours []string
	}
	all := []string{"failing", "answering", "all failing"}
	for name, test := range map[string]direction{
		"memory sizes of one function": {func(n int) string {
			return fmt.Sprintf(`{%s"num":5,"includeOutputResults":true,"powerValues":[%s]}`, one, sizes(n))
		}, all},
		"memory sizes of two functions": {func(n int) string {
			return fmt.Sprintf(`{"num":5,"includeOutputResults":true,"powerValues":[%s]}`, sizes(n))
		}, all},
		"sizes to explore adaptively": {func(n int) string {
			return fmt.Sprintf(`{"exploration":"adaptive","maxInvocations":4000,"powerValues":[%s]}`, sizes(n))
		}, all},
		"samples": {func(n int) string {
			return fmt.Sprintf(`{"num":%d,"parallelInvocation":true,"powerValues":[512,1024]}`, n+5)
		}, []string{"failing"}},
		"cold starts": {func(n int) string {
			return fmt.Sprintf(`{"num":%d,"parallelInvocation":true,"onlyColdStarts":true,"powerValues":[512,1024]}`, n+5)
		}, []string{"failing"}},
		"a payload": {func(n int) string {
			return fmt.Sprintf(`{"num":50,"powerValues":"ALL","payload":%q}`, strings.Repeat("x", 10*n))
		}, all[:2]},
		"unknown fields": {func(n int) string {
			var b strings.Builder
			for i := range n {
				fmt.Fprintf(&b, `"<%d>":1,`, i)
			}
			return `{` + b.String() + `"num":5,"powerValues":[512,1024]}`
		}, []string{"failing"}},
	} {
		for _, behaviour := range test.behaviours {
			t.Run(name+", "+behaviour, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, lambdasim.Options{Concurrency: 3000})
					w.defaults.TimeoutSeconds = 365 * 24 * 3600
					w.behave(nasty()[behaviour])
					input := w.largest(25_000, test.input)
					before := w.snapshots()
					outcome := w.run(input)
					w.requireWithinLimits(outcome)
					require.Equal(t, before, w.snapshots())
					if outcome.Error != nil {
						require.Equal(t, "NothingMeasured", outcome.Error.Name)
					}
				})
			})
		}
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

// The largest answers there are, which Measure keeps in memory while it compares them.
func TestConcurrencyOfLargeAnswers(t *testing.T) {
	testConcurrencyOfMeasure(t, 6<<20, 24, 31) // half of 384 MB, less the payload, by 6 MB
}

// nasty are behaviours that fill the state.
func nasty() map[string]lambdasim.Behavior {
	work := lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 100, P99: 400}), HostSigma: 0.2, SlowShare: 0.1, SlowFactor: 20}
	failing, answering, allFail := work, work, work
	reason := func(i lambdasim.Invocation) lambdasim.Response {
		return lambdasim.Response{FunctionError: "Unhandled", Body: fmt.Appendf(nil, `{"errorType":"<&>%d","errorMessage":%q}`, i.MemorySize, strings.Repeat("<é\u2028𝄞\n", 400))}
	}
	allFail.Respond = reason
	failing.Respond = func(i lambdasim.Invocation) lambdasim.Response {
		if i.MemorySize == 10240 || i.MemorySize <= 1024 {
			return lambdasim.Response{Body: []byte(`{}`)}
		}
		return reason(i)
	}
	answering.Respond = func(i lambdasim.Invocation) lambdasim.Response {
		var members []string
		for k := range 12 {
			members = append(members, fmt.Sprintf(`"%s%d":"%s%d%s"`, strings.Repeat("<é", 100), k, strings.Repeat("𝄞", 50), i.Number*k%7, i.Architecture))
		}
		return lambdasim.Response{Body: []byte("{" + strings.Join(members, ",") + "}")}
	}
	return map[string]lambdasim.Behavior{"failing": failing, "answering": answering, "all failing": allFail}
}

// Functions that take nearly a step each, one after the other, would outgrow the history: the run ends
// before, puts everything back, and says why.
func TestTheEndOfTheHistory(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.defaults.TimeoutSeconds, w.defaults.Ceilings.MaxCost = 365*24*3600, 1000
		w.allow(840)
		b := quick()
		b.Workload = lambdasim.Constant(float64(13 * time.Minute / time.Millisecond))
		w.behave(b)
		before := w.snapshots()
		outcome := w.run(`{"lambdaARN":"` + x86 + `","num":10000,"powerValues":[512],"onlyColdStarts":true}`)
		w.requireWithinLimits(outcome)
		require.Equal(t, statemachine.Failed, outcome.Status)
		require.Equal(t, "TuningFailed", outcome.Error.Name)
		require.Regexp(t, `"the run was ended after \d+ invocations and 245\d\d events, because Step Functions keeps 25000 of an execution: ask for fewer samples \(num\) or memory sizes, shorter pauses \(sleepBetweenRunsMs\), or parallelInvocation"`, outcome.Error.Cause)
		require.Equal(t, before, w.snapshots())
		history := w.tuning.Executions()[0].History()
		require.Greater(t, len(history), 24_500)
	})
}

// What takes too many events however quick the function is, is refused at once.
func TestPlanRefusesWhatOutgrowsTheHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.behave(quick())
		kind, message := w.fails(`{"lambdaARN":"` + x86 + `","num":6000,"powerValues":[512],"sleepBetweenRunsMs":600000}`)
		require.Equal(t, "NotTunable", kind)
		require.Equal(t, "this run takes at least 28000 events and Step Functions keeps 25000 of an execution: ask for fewer samples (num) or memory sizes, shorter pauses (sleepBetweenRunsMs), or parallelInvocation", message)
	})
}

// The events are counted as the history has them, retries of a step included.
func TestEventsAndTransitionsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		tries := 0
		w.onTask = func(task *statemachine.Task) *statemachine.TaskFault {
			if task.State == "Measure" && tries < 4 {
				tries++
				return &statemachine.TaskFault{Before: &statemachine.Error{Name: "Lambda.TooManyRequestsException"}}
			}
			return nil
		}
		o := w.tuned(`{"num":5}`)
		e := w.tuning.Executions()[0]
		require.InDelta(t, float64(e.Outcome().Transitions)*0.000025, o.StateMachine.ExecutionCost, 1e-12)
		var counted, seen int
		for _, event := range e.History() {
			seen++
			if event.Type == "TaskStateExited" && event.Name == "Restore" {
				var s run.State
				require.NoError(t, json.Unmarshal([]byte(event.Output), &s))
				counted = s.Counts.Events
				break
			}
		}
		require.Equal(t, seen-1, counted, "but for ExecutionStarted")
	})
}
