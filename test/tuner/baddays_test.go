package tuner

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// badDays are faults that last: Lambda throttles for hours, nobody hears of a killed execution, the tuner's stack is
// deleted, two stacks tune the same functions.
var badDays = append(throttledSteps(),
	killed(unavailable("stopped, their KMS key disabled", time.Hour, "Lambda.KMSDisabledException", aborted)),
	throttledFor(time.Minute, 3, succeeded),
	throttledFor(5*time.Minute, 7, succeeded),
	throttledFor(time.Hour, 17, anyhow),
	throttledFor(5*time.Hour, 41, anyhow),
	fault{
		name: "stopped, event lost, swept", at: inTask, do: stopped(0), deliver: []time.Duration{}, end: aborted,
		then: func(w *world) {
			time.Sleep(24 * time.Hour)
			w.sweep()
		},
	},
	fault{
		name: "stack deleted, then another tunes", at: inTask, do: deleted, arrange: separate, deliver: []time.Duration{}, end: aborted,
		then: func(w *world) {
			time.Sleep(2 * time.Hour)
			outcome := w.outcomeOf(w.other.Tuning, "run", small)
			require.Equal(w.t, statemachine.Succeeded, outcome.Status, "%v", outcome.Error)
		},
	},
	fault{
		name: "stack deleted, another sweeps", at: inTask, do: deleted, arrange: separate, deliver: []time.Duration{}, end: aborted, every: 2,
		then: func(w *world) {
			time.Sleep(24 * time.Hour)
			outcome := w.outcomeOf(w.other.Healing, "", "{}")
			require.Equal(w.t, statemachine.Succeeded, outcome.Status, "%v", outcome.Error)
		},
	},
	fault{
		name: "taken off the list, put on it again", at: inTask, do: takenOff, arrange: separate, end: anyhow, every: 11,
		then: func(w *world) {
			w.off.Store(false)
			w.sweep()
		},
	},
	fault{
		name: "stopped, another stack starts a run of its name", at: inTask, do: beside(true), arrange: separate, end: aborted, every: 2,
	},
	fault{
		name: "another stack starts a run of its name", at: inTask, do: beside(false), arrange: separate, end: ends(statemachine.Succeeded, statemachine.Failed), every: 2,
	},
)

var (
	anyhow    = ends(statemachine.Succeeded, statemachine.Failed, statemachine.TimedOut)
	outOfTime = ends(statemachine.TimedOut)
)

// throttledSteps have no function of the tuner invoked for a minute to five hours, with the execution going on or not.
func throttledSteps() (all []fault) {
	for _, lasts := range []time.Duration{
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 5 * time.Hour,
	} {
		end := succeeded
		if lasts >= timeout {
			end = outOfTime
		}
		all = append(all, unavailable("step functions throttled", lasts, "Lambda.TooManyRequestsException", end),
			killed(unavailable("stopped, step functions throttled", lasts, "Lambda.TooManyRequestsException", aborted)))
	}
	return all
}

// killed has the execution stopped at the same call.
func killed(f fault) fault {
	do := f.do
	f.do = func(w *world, c lambdasim.Call) *lambdasim.Fault {
		c.Task.Execution.Stop("", "")
		return do(w, c)
	}
	return f
}

// unavailable has no function of the tuner invoked for some time, from a call on.
func unavailable(name string, lasts time.Duration, refusal string, end map[string][]statemachine.Status) fault {
	return fault{
		name: name + " for " + lasts.String(), at: inTask, end: end,
		arrange: func(w *world) {
			w.onTask = func(*statemachine.Task) *statemachine.TaskFault {
				if time.Now().UnixNano() < w.until.Load() {
					return &statemachine.TaskFault{Before: &statemachine.Error{Name: refusal}}
				}
				return nil
			}
		},
		do: func(w *world, _ lambdasim.Call) *lambdasim.Fault {
			w.until.Store(time.Now().Add(lasts).UnixNano())
			return nil
		},
	}
}

// throttledFor has all control calls throttled for some time, from a call on.
func throttledFor(lasts time.Duration, every int, end map[string][]statemachine.Status) fault {
	return fault{
		name: "control calls throttled for " + lasts.String(), every: every, end: end,
		arrange: func(w *world) {
			w.ever = func(c lambdasim.Call) *lambdasim.Fault {
				if c.Function != "" && !invokes(c) && time.Now().UnixNano() < w.until.Load() {
					return &lambdasim.Fault{Err: lambdasim.Throttled("CallerRateLimitExceeded")}
				}
				return nil
			}
		},
		do: func(w *world, _ lambdasim.Call) *lambdasim.Fault {
			w.until.Store(time.Now().Add(lasts).UnixNano())
			return &lambdasim.Fault{Err: lambdasim.Throttled("CallerRateLimitExceeded")}
		},
	}
}

// separate deploys another stack's tuner. Neither may look at the executions of the other; nor may any that has been
// deleted do anything. And nobody changes a function that is locked by the other.
func separate(w *world) {
	other, err := Deploy(w.sim, w.defaults, Options{Stack: "other-", Objects: w})
	require.NoError(w.t, err)
	w.other = other
	w.ever = func(c lambdasim.Call) *lambdasim.Fault {
		if c.Task == nil {
			return nil
		}
		others := strings.HasPrefix(c.Task.Execution.Machine.Name(), "other-")
		denied := &lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:"+c.Operation, c.Resource)}
		switch {
		case !others && (w.gone.Load() || w.off.Load() && c.Function == siblings[1]):
			return denied
		case strings.HasSuffix(c.Operation, "Execution") || strings.HasSuffix(c.Operation, "History"):
			if others != strings.Contains(string(c.Body), ":execution:other-") {
				return denied
			}
		}
		if changes(c) {
			lock, err := run.ParseLock("", w.sim.Snapshot(c.Function).Aliases[run.LockName].Description)
			if err == nil && others != strings.HasPrefix(lock.StateMachine, "other-") && time.Now().Before(lock.Lease) {
				w.t.Errorf("%s of %s: %s changes %s under the lock of %s", c.Task.State, c.Task.Execution.ARN, c.Operation, c.Resource, lock.StateMachine)
			}
		}
		return nil
	}
}

// changes reports whether a call changes a function or makes or deletes a version.
func changes(c lambdasim.Call) bool {
	switch c.Operation {
	case "UpdateFunctionConfiguration", "PublishVersion", "DeleteFunction":
		return !asks(c)
	}
	return false
}

// asks reports whether a call only asks for a permission, of what cannot be done.
func asks(c lambdasim.Call) bool {
	return strings.Contains(string(c.Body), neverRevision) || c.Alias == run.NeverAlias || c.Operation == "DeleteFunction" && len(c.Qualifier) >= len("1000000")
}

// neverRevision is in calls that only ask for a permission.
const neverRevision = "00000000-0000-0000-0000-000000000000"

// deleted deletes the tuner's stack: the execution ends, its functions may do nothing any more, and no event starts Heal.
func deleted(w *world, c lambdasim.Call) *lambdasim.Fault {
	w.gone.Store(true)
	c.Task.Execution.Stop("", "")
	return w.ever(c)
}

// takenOff takes a function off the list of those that the tuner may tune.
func takenOff(w *world, c lambdasim.Call) *lambdasim.Fault {
	w.off.Store(true)
	return w.ever(c)
}

// beside starts an execution of the same name in the other stack. It has to succeed, or to find the function locked or
// changed.
func beside(stop bool) func(*world, lambdasim.Call) *lambdasim.Fault {
	return func(w *world, c lambdasim.Call) *lambdasim.Fault {
		if stop {
			c.Task.Execution.Stop("", "")
		}
		e, err := w.other.Tuning.Start(c.Task.Execution.Name, c.Task.Execution.Input)
		require.NoError(w.t, err)
		mine := c.Task.Execution
		go func() {
			outcome := e.Wait()
			if outcome.Error != nil && outcome.Error.Name != "FunctionLocked" && outcome.Error.Name != "FunctionChanged" {
				w.t.Errorf("the other stack's execution failed: %v", outcome.Error)
			}
			if outcome.Error != nil && !stop && mine.Wait().Error != nil {
				w.t.Errorf("neither execution succeeded: %v and %v", outcome.Error, mine.Wait().Error)
			}
		}()
		return nil
	}
}

// trouble is what goes on in a world besides.
type trouble struct {
	until       atomic.Int64 // when an outage ends, in ns since 1970
	gone, off   atomic.Bool  // the tuner's stack; one function's place on its list
	withdrawing sync.WaitGroup
}

// A write that is denied for good is found before anything is changed, whichever it is.
func TestDeniedForGood(t *testing.T) {
	for operation, why := range map[string]string{
		"UpdateFunctionConfiguration": "its memory size could not be changed and put back",
		"PublishVersion":              "no version of it could be published",
		"UpdateAlias":                 "its lock could not be handed on",
		"DeleteFunction":              "its test versions could not be deleted afterwards",
		"DeleteAlias":                 "its lock could not be given up",
		"CreateAlias":                 "",
	} {
		t.Run(operation, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					switch {
					case c.Task == nil || !c.Writes():
						return nil
					case c.Operation == operation:
						return &lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:"+c.Operation, c.Resource)}
					case changes(c), strings.HasSuffix(c.Operation, "Alias") && !asks(c):
						t.Errorf("%s was called", c.Operation)
					}
					return nil
				})
				name, message := w.fails(small)
				require.Equal(t, "TuningFailed", name)
				require.Contains(t, message, why)
				require.Contains(t, message, "access denied: AccessDeniedException: User is not authorized to perform: lambda:"+operation)
			})
		})
	}
}
