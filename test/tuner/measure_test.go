package tuner

import (
	"encoding/json"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// quick is a behaviour that takes little.
func quick() lambdasim.Behavior {
	return lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 100})}
}

// sizesOf gives what a target's sizes say, by size.
func sizesOf[T any](t tuning.TargetStatistics, field func(tuning.SizeStatistics) T) map[int]T {
	all := map[int]T{}
	for _, s := range t.Sizes {
		all[s.Power] = field(s)
	}
	return all
}

func failure(s tuning.SizeStatistics) string { return s.Failed }

func TestFailuresByReason(t *testing.T) {
	errorAnswer := func(below int, body string) func(lambdasim.Invocation) lambdasim.Response {
		return func(i lambdasim.Invocation) lambdasim.Response {
			if i.MemorySize < below {
				return lambdasim.Response{FunctionError: "Unhandled", Body: []byte(body)}
			}
			return lambdasim.Response{Body: []byte(`{}`)}
		}
	}
	tests := []struct {
		name   string
		change func(*lambdasim.Behavior)
		want   map[int]string
	}{
		{"none", func(*lambdasim.Behavior) {}, map[int]string{128: "", 256: "", 512: "", 1024: ""}},
		{"out of memory", func(b *lambdasim.Behavior) { b.OutOfMemoryBelow = 512 }, map[int]string{
			128: "not tried, because ARCH at 256 MB ran out of memory",
			256: "out of memory (Runtime.ExitError: RequestId: ID Error: Runtime exited with error: signal: killed)", 512: "", 1024: "",
		}},
		{"time-out", func(b *lambdasim.Behavior) { b.Workload = lambdasim.CPUBound(lambdasim.Timing{Mean: 3000}) }, map[int]string{
			128: "timed out (Sandbox.Timedout: RequestId: ID Error: Task timed out after 30.00 seconds)", 256: "", 512: "", 1024: "",
		}},
		{"error", func(b *lambdasim.Behavior) {
			b.Respond = errorAnswer(256, `{"errorType":"TypeError","errorMessage":"x is null"}`)
		},
			map[int]string{128: "the function failed (TypeError: x is null)", 256: "", 512: "", 1024: ""}},
		{"Java's out of memory", func(b *lambdasim.Behavior) {
			b.Respond = errorAnswer(256, `{"errorType":"java.lang.OutOfMemoryError","errorMessage":"Java heap space"}`)
		}, map[int]string{128: "out of memory (java.lang.OutOfMemoryError: Java heap space)", 256: "", 512: "", 1024: ""}},
		{"an error that is not JSON", func(b *lambdasim.Behavior) { b.Respond = errorAnswer(256, `oops`) },
			map[int]string{128: "the function failed without saying why", 256: "", 512: "", 1024: ""}},
		{"an error of a thousand words", func(b *lambdasim.Behavior) {
			b.Respond = errorAnswer(256, `{"errorType":"E","errorMessage":"`+strings.Repeat("ä", 1000)+`"}`)
		}, map[int]string{128: "the function failed (E: " + strings.Repeat("ä", 72) + "…)", 256: "", 512: "", 1024: ""}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				b := quick()
				test.change(&b)
				w.behave(b)
				o := w.tuned(`{"powerValues":[128,256,512,1024]}`)
				for _, target := range o.Targets {
					got := sizesOf(target, failure)
					for size, reason := range got {
						got[size] = strings.Replace(withoutID(reason), string(target.Architecture), "ARCH", 1)
					}
					require.Equal(t, test.want, got)
				}
			})
		})
	}
}

// withoutID replaces the request id in an error text.
func withoutID(s string) string {
	before, after, found := strings.Cut(s, "RequestId: ")
	if !found {
		return s
	}
	_, after, _ = strings.Cut(after, " ")
	return before + "RequestId: ID " + after
}

func TestSmallerSizesAreNotTriedAfterOutOfMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		b := quick()
		b.OutOfMemoryBelow = 512
		// One at a time, the largest first: what is not tried is not invoked.
		var mu sync.Mutex
		invoked := map[int]int{}
		b.Respond = func(lambdasim.Invocation) lambdasim.Response { return lambdasim.Response{Body: []byte(`{}`)} }
		b.Workload = lambdasim.WorkloadFunc(func(_ string, size int) lambdasim.Timing {
			mu.Lock()
			defer mu.Unlock()
			invoked[size]++
			return lambdasim.Timing{Mean: 100}
		})
		w.behave(b)
		one := 1
		w.sim.SetReserved(siblings[0], &one)
		o := w.tuned(`{"lambdaARN":"` + w.arn(0) + `","powerValues":[128,192,256,512]}`)
		require.Equal(t, 1, invoked[128]+invoked[192]+invoked[256])
		require.Empty(t, sizesOf(o.Targets[0], failure)[512])
	})
}

func TestAllSizesFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		b := quick()
		b.Respond = func(lambdasim.Invocation) lambdasim.Response {
			return lambdasim.Response{FunctionError: "Unhandled", Body: []byte(`{"errorType":"Broken","errorMessage":"always"}`)}
		}
		w.behave(b)
		name, message := w.fails(`{"powerValues":[256,512]}`)
		require.Equal(t, "NothingMeasured", name)
		require.Equal(t, "no memory size could be measured: x86_64 at 256 to 512 MB: the function failed (Broken: always); "+
			"arm64 at 256 to 512 MB: the function failed (Broken: always)", message)
	})
}

func TestAllowedExceptions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		b := quick()
		b.Respond = func(lambdasim.Invocation) lambdasim.Response {
			return lambdasim.Response{FunctionError: "Handled", Body: []byte(`{"errorType":"NotFound","errorMessage":"no such order"}`)}
		}
		w.behave(b)
		o := w.tuned(`{"allowedExceptions":["NotFound"],"num":6}`)
		for _, target := range o.Targets {
			for _, s := range target.Sizes {
				require.Empty(t, s.Failed)
				require.Equal(t, s.Samples, s.Errors)
			}
		}
	})
}

func TestWhereDurationsComeFrom(t *testing.T) {
	tests := []struct {
		name   string
		tail   lambdasim.Tail
		deploy func(*lambdasim.Configuration)
		want   tuning.Source
	}{
		{"log tail", lambdasim.Whole, nil, tuning.LogTail},
		{"whole numbers", lambdasim.WholeNumbers, nil, tuning.LogTail},
		{"no tail", lambdasim.Missing, nil, tuning.CloudWatchLogs},
		{"tail without report", lambdasim.WithoutReport, nil, tuning.CloudWatchLogs},
		{"cut report", lambdasim.CutReport, nil, tuning.CloudWatchLogs},
		{"JSON log", lambdasim.Whole, func(c *lambdasim.Configuration) { c.LoggingConfig.LogFormat = "JSON" }, tuning.LogTail},
		{"JSON log without tail", lambdasim.Missing, func(c *lambdasim.Configuration) { c.LoggingConfig.LogFormat = "JSON" }, tuning.CloudWatchLogs},
		{"a log group of its own", lambdasim.Missing, func(c *lambdasim.Configuration) { c.LoggingConfig.LogGroup = "/all/of/them" }, tuning.CloudWatchLogs},
		{"system logs filtered", lambdasim.Missing, func(c *lambdasim.Configuration) {
			c.LoggingConfig.LogFormat, c.LoggingConfig.SystemLogLevel = "JSON", "WARN"
		}, tuning.ClientClock},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				b := quick()
				b.Tail = func(lambdasim.Invocation) lambdasim.Tail { return test.tail }
				w.behave(b)
				if test.deploy != nil {
					for _, name := range siblings {
						w.sim.Deploy(name, test.deploy)
					}
				}
				o := w.tuned(`{"powerValues":[512,1024]}`)
				for _, target := range o.Targets {
					for _, s := range target.Sizes {
						require.Equal(t, map[tuning.Source]int{test.want: s.Samples}, s.Sources)
						require.Equal(t, 1, s.Sandboxes)
						require.Equal(t, 1, s.Cold.Samples)
						require.InDelta(t, 100*1769/float64(s.Power), s.Duration, 25)
					}
				}
			})
		})
	}
}

func TestVersionDeletedMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		var deleted atomic.Bool
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Operation == "Invoke" && deleted.CompareAndSwap(false, true) {
				require.NoError(t, w.client.DeleteVersion(t.Context(), w.arn(0), "2"))
			}
			return nil
		})
		name, message := w.fails(`{}`)
		require.Equal(t, "Cancelled", name)
		require.Equal(t, "version 2 of "+w.arn(0)+" is gone: the function was put back, or somebody deleted it; start a new execution", message)
	})
}

func TestSnapStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		for _, name := range siblings {
			w.sim.Deploy(name, func(c *lambdasim.Configuration) { c.SnapStart.ApplyOn = "PublishedVersions" })
		}
		start := time.Now()
		o := w.tuned(`{"powerValues":[256,1024]}`)
		require.Less(t, time.Since(start), 10*time.Minute) // not 150 s a version, one after the other
		require.Equal(t, 1, o.Targets[0].Sizes[0].Cold.Samples)
	})
}

func TestParallelLanesOfTwoTargetsMeasureWarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		o := w.tuned(`{"parallelInvocation":true,"num":10}`)
		for _, target := range o.Targets {
			for _, s := range target.Sizes {
				require.Equal(t, 10, s.Warm.Samples)
				require.Equal(t, s.Sandboxes, s.Cold.Samples)
				require.Equal(t, 10, s.Sandboxes)
			}
		}
	})
}

func TestStateHoldsNoPayloadAndNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		b := quick()
		b.Respond = func(lambdasim.Invocation) lambdasim.Response {
			return lambdasim.Response{Body: []byte(`{"answer":"hush"}`)}
		}
		w.behave(b)
		w.run(`{"payload":{"word":"hush"}}`)
		for _, event := range w.tuning.Executions()[0].History() {
			var state map[string]json.RawMessage
			if strings.HasSuffix(event.Type, "StateExited") && json.Unmarshal([]byte(event.Output), &state) == nil {
				require.NotContains(t, event.Output, "hush")
				require.NotContains(t, event.Output, "debug") // of the environment
			}
		}
	})
}
