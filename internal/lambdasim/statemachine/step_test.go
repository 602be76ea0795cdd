package statemachine

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// failing fails with each error in turn, then answers {}.
func failing(names ...string) func(*Options) {
	return func(o *Options) {
		attempt := 0
		o.OnTask = func(*Task) *TaskFault {
			attempt++
			if attempt > len(names) {
				return nil
			}
			return &TaskFault{Before: &Error{Name: names[attempt-1], Cause: fmt.Sprint(attempt)}}
		}
	}
}

func TestRetryAndCatch(t *testing.T) {
	const caught = `"B":{"Type":"Succeed"}`
	tests := []struct {
		name, handlers string
		errors         []string
		status         Status
		output         string
		transitions    int
		took           time.Duration
	}{
		{"retries with backoff", `"Retry":[{"ErrorEquals":["X"],"IntervalSeconds":3,"BackoffRate":2,"MaxAttempts":3,"MaxDelaySeconds":10}]`,
			[]string{"X", "X", "X"}, Succeeded, `{"in":1}`, 5, (3 + 6 + 10) * time.Second},
		{"defaults", `"Retry":[{"ErrorEquals":["X"]}]`, []string{"X", "X", "X"}, Succeeded, `{"in":1}`, 5, (1 + 2 + 4) * time.Second},
		{"gives up", `"Retry":[{"ErrorEquals":["X"],"MaxAttempts":1}]`, []string{"X", "X"}, Failed, "", 2, time.Second},
		{"each retrier counts for itself", `"Retry":[{"ErrorEquals":["X"],"MaxAttempts":1},{"ErrorEquals":["States.ALL"],"MaxAttempts":1}]`,
			[]string{"X", "Y"}, Succeeded, `{"in":1}`, 4, 2 * time.Second},
		{"no retrier for it", `"Retry":[{"ErrorEquals":["X"]}]`, []string{"Y"}, Failed, "", 1, 0},
		{"catch", `"Catch":[{"ErrorEquals":["Z"],"Next":"A"},{"ErrorEquals":["States.ALL"],"ResultPath":"$.failure","Next":"B"}]`,
			[]string{"X"}, Succeeded, `{"failure":{"Cause":"1","Error":"X"},"in":1}`, 2, 0},
		{"catch replaces the input", `"Catch":[{"ErrorEquals":["X"],"Next":"B"}]`, []string{"X"}, Succeeded, `{"Cause":"1","Error":"X"}`, 2, 0},
		{"retry, then catch", `"Retry":[{"ErrorEquals":["States.TaskFailed"],"MaxAttempts":2}],"Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"B"}]`,
			[]string{"X", "X", "X"}, Succeeded, `{"Cause":"3","Error":"X"}`, 4, 3 * time.Second},
		{"TaskFailed is no time-out", `"Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"B"}]`, []string{ErrorTimeout}, Failed, "", 1, 0},
		{"ALL is a time-out", `"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":null,"Next":"B"}]`, []string{ErrorTimeout}, Succeeded, `{"in":1}`, 2, 0},
		{"ALL is no runtime error", `"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}]`, []string{ErrorRuntime}, Failed, "", 1, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := machine(t, `"A":{"Type":"Task","Resource":"STEP",`+test.handlers+`,"Next":"B"},`+caught, echo, failing(test.errors...))
				e, err := m.Start("", `{"in":1}`)
				require.NoError(t, err)
				outcome := e.Wait()
				require.Equal(t, test.status, outcome.Status)
				require.Equal(t, test.output, outcome.Output)
				require.Equal(t, test.transitions, outcome.Transitions)
				require.Equal(t, test.took, outcome.Stopped.Sub(e.Started))
			})
		})
	}
}

func TestJitterDelaysLessThanTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := machine(t, `"A":{"Type":"Task","Resource":"STEP","Retry":[{"ErrorEquals":["X"],"IntervalSeconds":100,"JitterStrategy":"FULL"}],"End":true}`, echo, failing("X"))
		e, err := m.Start("", "")
		require.NoError(t, err)
		took := e.Wait().Stopped.Sub(e.Started)
		require.Greater(t, took, time.Duration(0))
		require.Less(t, took, 100*time.Second)
	})
}

func TestARunningStepSeesItsTaskAndDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := machine(t, `"A":{"Type":"Task","Resource":"STEP","Retry":[{"ErrorEquals":["X"]}],"End":true}`, func(ctx context.Context, _ []byte) ([]byte, error) {
			task := TaskOf(ctx)
			deadline, ok := ctx.Deadline()
			return fmt.Appendf(nil, `"%s %s %d %t %s"`, task.State, task.Function, task.Attempt, ok, time.Until(deadline)), nil
		}, failing("X"))
		e, err := m.Start("", "")
		require.NoError(t, err)
		require.Equal(t, `"A `+stepARN+` 2 true 15m0s"`, e.Wait().Output)
		require.Nil(t, TaskOf(context.Background()))
	})
}

func TestAStepThatHasRunCanStillFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ran := 0
		m := machine(t, `"A":{"Type":"Task","Resource":"STEP","End":true}`, func(context.Context, []byte) ([]byte, error) {
			ran++
			return []byte("{}"), nil
		}, func(o *Options) {
			o.OnTask = func(*Task) *TaskFault { return &TaskFault{After: &Error{Name: "Lambda.ServiceException"}} }
		})
		e, err := m.Start("", "")
		require.NoError(t, err)
		require.Equal(t, &Error{Name: "Lambda.ServiceException"}, e.Wait().Error)
		require.Equal(t, 1, ran)
	})
}

// moments collects times from several goroutines.
type moments struct {
	mu   sync.Mutex
	list []time.Time
}

func (m *moments) add() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list = append(m.list, time.Now())
}

func (m *moments) all() []time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.list
}

// sleeper returns a step that works for a time and notes when it was done.
func sleeper(d time.Duration, done *moments) Function {
	return func(ctx context.Context, _ []byte) ([]byte, error) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			done.add()
			return []byte("{}"), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func TestAStepOutlivesItsExecution(t *testing.T) {
	const states = `"A":{"Type":"Task","Resource":"STEP","TimeoutSeconds":120,"End":true}`
	tests := []struct {
		name   string
		states string
		end    func(*Execution)
		status Status
		err    *Error
		last   string
		after  time.Duration
	}{
		{"stopped", states, func(e *Execution) { e.Stop("", "") }, Aborted, nil, "ExecutionAborted", time.Minute},
		{"stopped with a reason", states, func(e *Execution) { e.Stop("E", "C") }, Aborted, &Error{"E", "C"}, "ExecutionAborted", time.Minute},
		{"timed out", states, func(e *Execution) { e.TimeOut() }, TimedOut, &Error{ErrorTimeout, "The execution has timed out."}, "ExecutionTimedOut", time.Minute},
		{"the machine's time-out", states + `},"TimeoutSeconds":90,"Comment":"","States":{` + states, nil, TimedOut,
			&Error{ErrorTimeout, "The execution has timed out."}, "ExecutionTimedOut", 90 * time.Second},
		{"the task's time-out", states, nil, Failed, &Error{Name: ErrorTimeout}, "ExecutionFailed", 2 * time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var done moments
				m := machine(t, test.states, sleeper(10*time.Minute, &done), nil)
				e, err := m.Start("", "")
				require.NoError(t, err)
				if test.end != nil {
					time.Sleep(time.Minute)
					test.end(e)
					test.end(e) // once is enough
				}
				outcome := e.Wait()
				require.Equal(t, test.status, outcome.Status)
				require.Equal(t, test.err, outcome.Error)
				require.Equal(t, test.after, outcome.Stopped.Sub(e.Started))
				history := e.History()
				require.Equal(t, test.last, history[len(history)-1].Type)
				require.Empty(t, done.all())
				m.Wait()
				require.Equal(t, []time.Time{e.Started.Add(10 * time.Minute)}, done.all(), "the step has gone on")
				require.Len(t, e.History(), len(history), "history ends with the execution")
			})
		})
	}
}

func TestKilledAndAbandonedSteps(t *testing.T) {
	const states = `"A":{"Type":"Task","Resource":"STEP","Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"Next":"B"},"B":{"Type":"Succeed"}`
	const unknown = `{"Cause":"The cause could not be determined because Lambda did not return an error type.","Error":"Lambda.Unknown"}`
	tests := []struct {
		name   string
		act    func(*Task)
		output string
		after  time.Duration
		done   bool
	}{
		{"killed", (*Task).Kill, unknown, time.Minute, false},
		{"abandoned", func(task *Task) { task.Abandon(nil) }, `{"Cause":"","Error":"States.Timeout"}`, time.Minute, true},
		{"abandoned with an error", func(task *Task) { task.Abandon(&Error{Name: "E"}) }, `{"Cause":"","Error":"E"}`, time.Minute, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var done moments
				m := machine(t, states, sleeper(10*time.Minute, &done), func(o *Options) {
					o.OnTask = func(task *Task) *TaskFault {
						time.AfterFunc(time.Minute, func() { test.act(task) })
						return nil
					}
				})
				e, err := m.Start("", "")
				require.NoError(t, err)
				outcome := e.Wait()
				require.Equal(t, test.output, outcome.Output)
				require.Equal(t, test.after, outcome.Stopped.Sub(e.Started))
				m.Wait()
				require.Equal(t, test.done, len(done.all()) == 1)
			})
		})
	}
}

func TestLambdaEndsAStepAtItsTimeLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var done moments
		m := machine(t, `"A":{"Type":"Task","Resource":"STEP","End":true}`, sleeper(time.Hour, &done), nil)
		e, err := m.Start("", "")
		require.NoError(t, err)
		outcome := e.Wait()
		require.Equal(t, 15*time.Minute, outcome.Stopped.Sub(e.Started))
		require.Equal(t, "Sandbox.Timedout", outcome.Error.Name)
		require.Regexp(t, `^\{"errorMessage":"RequestId: 00000001-0000-4000-a000-[0-9a-f]{12} Error: Task timed out after 900\.00 seconds","errorType":"Sandbox.Timedout"\}$`,
			outcome.Error.Cause)
		m.Wait()
		require.Empty(t, done.all())
	})
}

func TestAFunctionMayHaveATimeLimitOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var done moments
		m := machine(t, `"A":{"Type":"Task","Resource":"STEP","End":true}`, sleeper(time.Hour, &done), func(o *Options) {
			for arn := range o.Functions {
				o.TimeLimits = map[string]time.Duration{arn: 30 * time.Minute}
			}
		})
		e, err := m.Start("", "")
		require.NoError(t, err)
		outcome := e.Wait()
		require.Equal(t, 30*time.Minute, outcome.Stopped.Sub(e.Started))
		require.Contains(t, outcome.Error.Cause, "Task timed out after 1800.00 seconds")
		m.Wait()
		require.Empty(t, done.all())
	})
}

func TestStatusChangesAreDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var got []string
		m := machine(t, `"A":{"Type":"Fail","ErrorPath":"$.a","CausePath":"$.b"}`, echo, func(o *Options) {
			o.OnStatusChange = func(c StatusChange) {
				mu.Lock()
				defer mu.Unlock()
				got = append(got, fmt.Sprintf("%s +%s %s", c.Status, time.Since(c.Execution.Started), c.JSON()))
			}
			o.Deliver = func(c StatusChange) []time.Duration {
				if c.Status == Running {
					return nil
				}
				return []time.Duration{time.Second, time.Minute}
			}
		})
		_, err := m.Start("run", `{"a":"E","b":"C"}`)
		require.NoError(t, err)
		m.Wait()
		const event = `{"account":"123456789012","detail":{"cause":"C","error":"E","executionArn":"arn:aws:states:us-east-1:123456789012:execution:tune:run",` +
			`"input":"{\"a\":\"E\",\"b\":\"C\"}","inputDetails":{"included":true},"name":"run","output":null,"outputDetails":null,"startDate":946684800000,` +
			`"stateMachineArn":"` + machineARN + `","status":"FAILED","stopDate":946684800000},"detail-type":"Step Functions Execution Status Change",` +
			`"id":"00000000-0000-4000-a000-000000000000","region":"us-east-1","resources":["arn:aws:states:us-east-1:123456789012:execution:tune:run"],` +
			`"source":"aws.states","time":"2000-01-01T00:00:00Z","version":"0"}`
		require.Equal(t, []string{"FAILED +1s " + event, "FAILED +1m0s " + event}, got)
	})
}
