package tuner

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// Whatever fails there, the execution ends as it would without, with a verdict that says so, and what can be done is done.
func TestFaultsOfBucketAndBus(t *testing.T) {
	denied := fmt.Errorf("%w: AccessDenied: not authorized", cloud.ErrDenied)
	for name, test := range map[string]struct {
		onCall   func(call string) error
		warnings []string // regular expressions
		object   bool     // whether the result is kept under a key of its own
		latest   bool
		events   int
		metric   string
	}{
		"the bucket cannot be written": {
			func(call string) error { return when(strings.HasPrefix(call, "write "), denied) },
			[]string{
				`^the verdict is not kept as s3://results/tuned/Prime/\S+-run\.json: access denied: AccessDenied: not authorized$`,
				`^s3://results/tuned/Prime/latest\.json still has the verdict before, with which the next is compared too: access denied`,
			}, false, false, 1, `"AdviceChanged":0`,
		},
		"it may not be listed, and there is nothing yet": {
			func(call string) error { return when(strings.HasPrefix(call, "read "), denied) }, nil, true, true, 1, `"AdviceChanged":0`,
		},
		"it is busy for a while": {
			passing(3, fmt.Errorf("%w: SlowDown: please reduce your request rate", cloud.ErrThrottled)), nil, true, true, 1, `"AdviceChanged":0`,
		},
		"the bus refuses": {
			func(call string) error { return when(call == "event", denied) },
			[]string{`^the event dualarch\.verdict was not sent: access denied: AccessDenied: not authorized$`}, true, true, 0, `"AdviceChanged":0`,
		},
		"nothing answers": {
			func(string) error { return errHangs },
			[]string{
				`latest\.json could not be read, so nothing says whether the advice has changed, and the next verdict is compared with it too: context deadline exceeded$`,
				`^the verdict is not kept as .*: context deadline exceeded$`, `^the event dualarch\.verdict was not sent: context deadline exceeded$`,
			}, false, false, 0, `"Metrics":[{"Name":"SavingPercent","Unit":"Percent"}]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.keepsResults()
				w.results.onCall = test.onCall
				o := w.tuned(`{}`) // and both functions are as they were
				require.NotContains(t, o.Warnings, run.NotPublished)
				require.Len(t, o.Warnings, len(test.warnings))
				for i, warning := range test.warnings {
					require.Regexp(t, warning, o.Warnings[i])
				}
				require.Equal(t, test.object, o.Published.Object != "")
				require.Equal(t, test.latest, w.objects[latestKey] != nil)
				require.Len(t, w.results.events, test.events)
				require.Contains(t, w.results.log.String(), test.metric)
			})
		})
	}
}

// when returns err if a condition holds.
func when(holds bool, err error) error {
	if holds {
		return err
	}
	return nil
}

// passing fails the first calls.
func passing(count int, err error) func(string) error {
	return func(string) error {
		count--
		return when(count >= 0, err)
	}
}

// What stands in the bucket is not believed as it is: others may write there.
func TestLatestThatIsNoneOfOurs(t *testing.T) {
	for name, test := range map[string]struct {
		latest, warning string
	}{
		"no JSON":  {`<html>`, "latest.json was no result, so nothing says whether the advice has changed; it was replaced: invalid character '<'"},
		"a number": {`7`, "latest.json was no result"},
		"no advice": {`{"advice":[{"strategy":"cost","architectures":["arm64","x86_64"],"action":"\u001b[31mrun","architecture":"sparc","power":-1}],
			"published":{"last":{"action":"x"}},"execution":{"executionArn":"arn:aws:states:us-east-1:123456789012:execution:tune:other"}}`, ""},
		"another's": {`{}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.keepsResults()
				w.objects = map[string][]byte{latestKey: []byte(test.latest)}
				o := w.tuned(`{}`)
				require.Nil(t, o.Published.Last)
				require.False(t, o.Published.AdviceChanged)
				if test.warning == "" {
					require.Empty(t, o.Warnings)
				} else {
					require.Len(t, o.Warnings, 1)
					require.Contains(t, o.Warnings[0], test.warning)
				}
				_, err := verdicts.Read("latest.json", w.objects[latestKey])
				require.NoError(t, err, "it was replaced")
				require.NotContains(t, string(w.objects[latestKey]), "sparc")
			})
		})
	}
}

// A latest.json that is there and may not be read stays.
func TestLatestThatMayNotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.keepsResults()
		w.objects = map[string][]byte{latestKey: []byte(`secret`)}
		w.results.onCall = func(call string) error { return when(strings.HasPrefix(call, "read "), cloud.ErrDenied) }
		o := w.tuned(`{}`)
		require.Equal(t, []string{latestKey + " may not be read, so nothing says whether the advice has changed: there is one"}, o.Warnings)
		require.Equal(t, "secret", string(w.objects[latestKey]))
		require.NotContains(t, w.results.log.String(), "AdviceChanged")
	})
}

// Publish's own Lambda fails, or never runs: the verdict is the output all the same, and says that it was not kept.
func TestPublishThatFails(t *testing.T) {
	for name, fault := range map[string]*statemachine.TaskFault{
		"is killed":                 {Before: &statemachine.Error{Name: "Lambda.Unknown", Cause: "signal: killed"}},
		"cannot be invoked for now": {Before: &statemachine.Error{Name: "Lambda.TooManyRequestsException"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.keepsResults()
				w.onTask = func(task *statemachine.Task) *statemachine.TaskFault {
					if task.State == "Publish" {
						return fault
					}
					return nil
				}
				began := time.Now()
				o := w.tuned(`{}`)
				require.Equal(t, []string{run.NotPublished}, o.Warnings)
				require.NotNil(t, o.Recommendation)
				require.Empty(t, o.Published.Object)
				require.Zero(t, o.Published.Time)
				require.Empty(t, w.objects)
				require.Less(t, time.Since(began), 10*time.Minute)
			})
		})
	}
}

// An answer that is lost after the bucket was written does not make the verdict its own predecessor.
func TestPublishThatIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.keepsResults()
		calls := 0
		w.onTask = func(task *statemachine.Task) *statemachine.TaskFault {
			if task.State == "Publish" {
				calls++
			}
			if task.State == "Publish" && calls == 2 {
				return &statemachine.TaskFault{After: &statemachine.Error{Name: "Lambda.SdkClientException"}}
			}
			return nil
		}
		w.machines()
		first := w.publishes("first", `{}`)
		w.behave(faster(tuning.X86))
		again := w.publishes("again", `{}`)
		require.Equal(t, 3, calls)
		require.True(t, again.Published.AdviceChanged)
		require.Equal(t, &first.Published.Advice, again.Published.Last)
		require.Len(t, w.results.events, 3, "EventBridge may deliver twice as well")
		require.Len(t, w.objects, 3, "the second try writes the same objects")
	})
}

// A run that takes all of its time leaves enough of it to be kept.
func TestResultsHaveTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.keepsResults()
		w.defaults.TimeoutSeconds = 600
		w.behave(lambdasim.Behavior{Workload: lambdasim.Constant(9000)})
		w.results.onCall = func(string) error { return errHangs }
		o := w.tuned(`{"num":100}`)
		require.NotNil(t, o.OutOfTime)
		require.Contains(t, fmt.Sprint(o.Warnings), "the event dualarch.verdict was not sent")
	})
}

func TestADryRunPublishesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.keepsResults()
		outcome := w.run(`{"dryRun":true}`)
		require.Equal(t, statemachine.Succeeded, outcome.Status)
		require.Equal(t, "null", outcome.Output)
		require.Empty(t, w.objects)
		require.Empty(t, w.results.events)
	})
}

// What is applied is published as well.
func TestAppliedIsPublished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.keepsResults()
		w.mayApply()
		w.machines()
		o := w.publishes("run", `{"lambdaARN":"`+w.arn(0)+`","autoOptimize":true}`)
		require.Equal(t, "prime-x86", o.Published.Target)
		require.Len(t, w.results.events, 1)
		require.NotContains(t, o.Warnings, run.NotPublished)
	})
}
