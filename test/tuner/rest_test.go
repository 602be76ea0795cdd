package tuner

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// The rests add up to more than a step has, and one of them is most of it: no step is killed by its time.
func TestSleepBetweenRuns(t *testing.T) {
	for _, test := range []struct {
		seconds, num int
		more         string
	}{
		{50, 30, ""},
		{600, 5, ""},
		{50, 5, `,"onlyColdStarts":true`},
	} {
		t.Run(fmt.Sprintf("%d seconds%s", test.seconds, test.more), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.defaults.TimeoutSeconds = 24 * 3600
				var mu sync.Mutex
				last := map[int]time.Time{}
				shortest := time.Hour
				b := quick()
				b.Respond = func(i lambdasim.Invocation) lambdasim.Response {
					mu.Lock()
					defer mu.Unlock()
					if before, ok := last[i.MemorySize]; ok {
						shortest = min(shortest, time.Since(before))
					}
					last[i.MemorySize] = time.Now()
					return lambdasim.Response{Body: []byte(`{}`)}
				}
				w.behave(b)
				// There is nothing to confirm: today's configuration is the only size.
				o := w.tuned(fmt.Sprintf(`{"lambdaARN":%q,"powerValues":[512],"num":%d,"sleepBetweenRunsMs":%d%s}`, w.arn(0), test.num, 1000*test.seconds, test.more))
				require.Equal(t, map[int]int{512: test.num}, sizesOf(o.Targets[0], func(s tuning.SizeStatistics) int { return s.Samples }))
				require.GreaterOrEqual(t, shortest, time.Duration(test.seconds)*time.Second)
			})
		})
	}
}

// A processor that takes longer than what a step keeps for its end does not outlast the step.
func TestSlowProcessors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.defaults.TimeoutSeconds = 24 * 3600
		for _, name := range []string{"pre", "post"} {
			w.sim.CreateFunction(lambdasim.Function{Name: name, Timeout: 120, Behavior: lambdasim.Behavior{Workload: lambdasim.Constant(50_000)}})
		}
		w.behave(quick())
		o := w.tuned(`{"lambdaARN":"` + w.arn(0) + `","num":12,"powerValues":[512],"preProcessorARN":"` + w.sim.FunctionARN("pre") +
			`","postProcessorARN":"` + w.sim.FunctionARN("post") + `"}`)
		require.Equal(t, map[int]int{512: 12}, sizesOf(o.Targets[0], func(s tuning.SizeStatistics) int { return s.Samples }))
	})
}

// Functions quote what they were given in their error messages.
func TestErrorMessagesAreHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		b := quick()
		b.Respond = func(i lambdasim.Invocation) lambdasim.Response {
			if i.MemorySize == 256 {
				return lambdasim.Response{FunctionError: "Unhandled", Body: []byte(`{"errorType":"KeyError","errorMessage":"no customer 4711"}`)}
			}
			return lambdasim.Response{Body: []byte(`{}`)}
		}
		w.behave(b)
		o := w.tuned(`{"powerValues":[256,512],"disablePayloadLogs":true}`)
		for _, target := range o.Targets {
			require.Equal(t, map[int]string{256: "the function failed (KeyError)", 512: ""}, sizesOf(target, failure))
		}
	})
}
