package tuner

import (
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/tuning"
)

// slow gives both functions, and one more with a Timeout of 900 s, invocations that take so many seconds at 512 MB; more
// memory is faster, and arm64 too.
func (w *world) slow(seconds float64) (arn string) {
	b := lambdasim.Behavior{Workload: lambdasim.WorkloadFunc(func(architecture string, size int) lambdasim.Timing {
		ms := seconds * 1000 * 512 / float64(size)
		if architecture == "arm64" {
			ms *= 0.9
		}
		return lambdasim.Timing{Mean: ms}
	})}
	w.allow(900)
	w.behave(b)
	for _, name := range siblings {
		w.sim.PointAlias(name, "live", w.sim.Publish(name, ""))
	}
	w.sim.CreateFunction(lambdasim.Function{Name: "report", Architecture: "arm64", MemorySize: 512, Timeout: 900, Behavior: b})
	return w.sim.FunctionARN("report")
}

// A run ends with what it knows before its time is over, however slow the functions are, and puts them back.
func TestRunFitsItsTime(t *testing.T) {
	inputs := map[string]string{
		"adaptive":         `{"exploration":"adaptive"}`,
		"exhaustive":       `{"exploration":"exhaustive"}`,
		"one function":     `{"lambdaARN":%q,"num":5,"powerValues":[512,1024,2048]}`,
		"parallel":         `{"lambdaARN":%q,"num":5,"powerValues":[512,1024,2048],"parallelInvocation":true}`,
		"only cold starts": `{"onlyColdStarts":true,"num":25,"powerValues":[512,1024]}`,
		"with rests":       `{"num":5,"sleepBetweenRunsMs":300000,"powerValues":[512,1024]}`,
	}
	for _, seconds := range []float64{60, 180, 300, 420} {
		for name, input := range inputs {
			t.Run(fmt.Sprintf("%v s, %s", seconds, name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, lambdasim.Options{})
					arn := w.slow(seconds)
					if name == "one function" || name == "parallel" {
						input = fmt.Sprintf(input, arn)
					}
					before := append(w.snapshots(), w.sim.Snapshot("report"))
					begun := time.Now()
					w.machines()
					e, err := w.tuning.Start("run", input)
					require.NoError(t, err)
					outcome := e.Wait()
					took := time.Since(begun)
					w.rest()
					require.Equal(t, statemachine.Succeeded, outcome.Status, "after %s: %v", took, outcome.Error)
					require.Less(t, took, timeout)
					require.Equal(t, before, append(w.snapshots(), w.sim.Snapshot("report")))
					var o tuning.Output
					require.NoError(t, json.Unmarshal([]byte(outcome.Output), &o))
					t.Logf("%s, %+v: %s", took, o.OutOfTime, o.Recommendation.Text)
					if o.OutOfTime == nil {
						require.NotContains(t, o.Recommendation.Text, "time")
						return
					}
					require.Equal(t, "TotalExecutionTimeout", o.OutOfTime.Limit)
					require.Equal(t, 60, o.OutOfTime.LimitMinutes)
					require.Greater(t, o.OutOfTime.NeededMinutes, 60)
					require.Regexp(t, `, because TotalExecutionTimeout gives the run 60 minutes and it would have taken about \d+: set TotalExecutionTimeout of the tuning stack to \d+ minutes or more$`, o.Warnings[0])
				})
			})
		}
	}
}

// A run that is told how much more time it would have needed gets to its end with that.
func TestTimeThatARunNeeds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.slow(180)
		short := w.tuned(`{"exploration":"exhaustive","maxMinutes":30}`)
		require.Equal(t, "maxMinutes", short.OutOfTime.Limit)
		require.Equal(t, 30, short.OutOfTime.LimitMinutes)
		require.False(t, short.Recommendation.Confirmed)
		require.Contains(t, short.Recommendation.Text, "there was no time to confirm it")
		w = newWorld(t, lambdasim.Options{})
		w.slow(180)
		w.defaults.TimeoutSeconds = 60 * (short.OutOfTime.NeededMinutes + 5)
		whole := w.tuned(`{"exploration":"exhaustive"}`)
		require.Nil(t, whole.OutOfTime)
		require.True(t, whole.Recommendation.Confirmed)
	})
}

// maxMinutes bounds a run of quick functions whose Timeout is longer than the whole run may be.
func TestMaxMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.slow(0.2)
		begun := time.Now()
		o := w.tuned(`{"maxMinutes":3,"powerValues":[256,512,1024]}`)
		require.Less(t, time.Since(begun), 3*time.Minute)
		t.Logf("%+v %s", o.OutOfTime, o.Recommendation.Text)
		require.NotZero(t, o.Power)
	})
}

// What cannot be begun is refused before anything is changed or invoked.
func TestRunThatCannotFit(t *testing.T) {
	for input, want := range map[string]string{
		`{"maxMinutes":20,"num":10,"sleepBetweenRunsMs":600000}`: "maxMinutes gives this run 20m0s, and its first round alone takes it to 1h31m7s, however quick the function is: allow that at least, or ask for fewer samples (num) or memory sizes, or for shorter pauses (sleepBetweenRunsMs)",
		`{"num":10,"sleepBetweenRunsMs":600000}`:                 "TotalExecutionTimeout gives this run 1h0m0s, and its first round alone takes it to 1h31m7s, however quick the function is: allow that at least, or ask for fewer samples (num) or memory sizes, or for shorter pauses (sleepBetweenRunsMs)",
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			var wrote []string
			w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
				if c.Writes() || c.Operation == "Invoke" {
					wrote = append(wrote, c.Operation)
				}
				return nil
			})
			name, message := w.fails(input)
			require.Equal(t, "NotTunable", name)
			require.Equal(t, want, message)
			require.Empty(t, wrote)
		})
	}
}
