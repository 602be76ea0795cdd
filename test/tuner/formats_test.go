package tuner

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// version is a version of the tuner that writes other states than today's: today's code, whose states are
// translated on their way in and out.
type version struct {
	in, out func(state, journal map[string]any)
}

// code is a step's code in that version.
func (v version) code(today statemachine.Function) statemachine.Function {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		var event map[string]any
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, err
		}
		if state, ok := event["state"].(map[string]any); ok {
			v.in(state, journalIn(state))
		}
		payload, err := json.Marshal(event)
		if err != nil {
			return nil, err
		}
		output, err := today(ctx, payload)
		if err != nil {
			return nil, err
		}
		var state map[string]any
		if err := json.Unmarshal(output, &state); err != nil {
			return nil, err
		}
		v.out(state, journalIn(state))
		return json.Marshal(state)
	}
}

func journalIn(state map[string]any) map[string]any {
	journal, _ := state["journal"].(map[string]any)
	return journal
}

// before is the version before, whose marks have the name of the execution alone.
var before = version{
	in: func(state, journal map[string]any) {
		state["format"], journal["format"] = run.StateFormat, run.JournalFormat
	},
	out: func(state, journal map[string]any) {
		state["format"], journal["format"] = run.StateFormat-1, run.JournalFormat-1
	},
}

// later is a version to come whose state, or whose journal too, is another one.
func later(journalToo bool) version {
	return version{
		in: func(state, journal map[string]any) {
			state["format"], state["warnings"] = run.StateFormat, state["remarks"]
			delete(state, "remarks")
			if journalToo {
				journal["format"], journal["targets"] = run.JournalFormat, journal["functions"]
			}
		},
		out: func(state, journal map[string]any) {
			state["format"], state["remarks"], state["warnings"] = run.StateFormat+1, state["warnings"], map[string]any{}
			if journalToo {
				journal["format"], journal["functions"], journal["targets"] = run.JournalFormat+1, journal["targets"], "see functions"
			}
		},
	}
}

// deployments are versions of the steps' code by the number of the task.
type deployments struct {
	mu    sync.Mutex
	tasks int // of the tuning state machine, so far
	// other is the version of the tasks up to and without since, but for the steps in today. Heal's state
	// machine runs when all are deployed.
	other *version
	since int
	today []asl.Step
}

// isToday reports whether the task that begins now is run by today's code.
func (d *deployments) isToday(step asl.Step, task *statemachine.Task) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if task.Execution.Machine.Name() == "heal" {
		return true
	}
	d.tasks++
	return d.tasks > d.since || slices.Contains(d.today, step)
}

func (d *deployments) code(step asl.Step, today statemachine.Function) statemachine.Function {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		if d.isToday(step, statemachine.TaskOf(ctx)) {
			return today(ctx, payload)
		}
		return d.other.code(today)(ctx, payload)
	}
}

// crossing is a run in whose middle today's code takes the place of another version's.
type crossing struct {
	*deployments
	world   *world
	before  []lambdasim.Snapshot
	outcome statemachine.Outcome
}

func cross(t *testing.T, input string, d *deployments, arrange func(*world)) crossing {
	w := newWorld(t, lambdasim.Options{})
	if strings.Contains(input, "autoOptimize") {
		w.mayApply()
	}
	w.code = d.code
	if arrange != nil {
		arrange(w)
	}
	before := w.snapshots()
	return crossing{d, w, before, w.run(input)}
}

// everyCrossing does something with each run that other begins and, after any number of tasks, today's
// code ends.
func everyCrossing(t *testing.T, other version, arrange func(*world), do func(t *testing.T, c crossing)) {
	for name, input := range map[string]string{
		"two targets":      small,
		"confirmed":        `{"powerValues":[256,1024]}`,
		"only cold starts": `{"onlyColdStarts":true,"num":11,"powerValues":[256,1024]}`,
		"applied":          `{"lambdaARN":"` + x86 + `","num":5,"powerValues":[256,1024],"autoOptimize":true,"strategy":"speed"}`,
	} {
		t.Run(name, func(t *testing.T) {
			all := &deployments{other: &other, since: 1000}
			synctest.Test(t, func(t *testing.T) {
				c := cross(t, input, all, arrange)
				require.Equal(t, statemachine.Succeeded, c.outcome.Status, "%v", c.outcome.Error)
			})
			require.Greater(t, all.tasks, 4)
			for since := 1; since < all.tasks; since += min(thinned, 7) {
				synctest.Test(t, func(t *testing.T) { do(t, cross(t, input, &deployments{other: &other, since: since}, arrange)) })
			}
		})
	}
}

// The tuner is deployed in the middle of an execution. Steps that go on with it refuse what they find, by
// name, and the functions are put back.
func TestDeploymentOfTheTuner(t *testing.T) {
	for name, other := range map[string]version{"over the one before": before, "back from a later one": later(false)} {
		t.Run(name, func(t *testing.T) {
			everyCrossing(t, other, nil, func(t *testing.T, c crossing) {
				require.Equal(t, statemachine.Failed, c.outcome.Status, "after %d tasks", c.since)
				require.Equal(t, "ForeignState", c.outcome.Error.Name, "after %d tasks: %s", c.since, c.outcome.Error.Cause)
				require.Contains(t, c.outcome.Error.Cause, "the tuner was deployed in the middle of this execution")
				require.Equal(t, c.before, c.world.snapshots(), "after %d tasks", c.since)
				for _, e := range c.world.tuning.Executions()[0].History() {
					require.NotContains(t, e.Output, "was deployed while it was being tuned")
				}
			})
		})
	}
}

// A journal that nobody here can read is not put back by halves: nothing is touched, and it is said so by
// the execution, by Heal, and by every later execution on the function.
func TestJournalOfALaterVersion(t *testing.T) {
	var last atomic.Value // what wrote last to a function, and in which state
	watch := func(w *world) {
		last.Store("")
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Writes() && c.Task != nil {
				last.Store(c.Task.State)
			}
			return nil
		})
	}
	everyCrossing(t, later(true), watch, func(t *testing.T, c crossing) {
		require.Equal(t, "ForeignState", c.outcome.Error.Name, "after %d tasks: %s", c.since, c.outcome.Error.Cause)
		if s := last.Load(); s == "" || s == "Restore" || s == "RestoreBeforeApply" {
			return // nothing to put back, or the later version has
		}
		const refused = "nothing was put back: execution arn:aws:states:us-east-1:123456789012:execution:tune:run has a journal of format 3, " +
			"which another version of the tuner wrote, and this one reads formats 1 and 2: deploy that version again and start its Heal state machine by hand"
		require.Contains(t, []any{"Prepare", "Measure"}, last.Load())
		for i, after := range c.world.snapshots() {
			require.Equal(t, c.before[i].Latest, after.Latest)
		}
		locked := c.world.snapshots()
		healed := c.world.healing.Executions()[0].Outcome()
		require.Equal(t, "ForeignState", healed.Error.Name)
		require.Contains(t, healed.Error.Cause, refused)

		next, err := c.world.tuning.Start("next", `{"lambdaARN":"`+x86+`","num":5}`)
		require.NoError(t, err)
		outcome := next.Wait()
		require.Equal(t, "ForeignState", outcome.Error.Name, outcome.Error.Cause)
		require.Contains(t, outcome.Error.Cause, refused)
		c.world.rest()
		require.Equal(t, locked, c.world.snapshots())
	})
}

// An execution of the version before is stopped, and today's Heal puts its functions back.
func TestHealOfTheVersionBefore(t *testing.T) {
	for _, at := range []struct {
		state, operation string
		n                int32
	}{
		{"Plan", "GetFunctionConcurrency", 1}, {"Prepare", "CreateAlias", 1}, {"Prepare", "UpdateFunctionConfiguration", 1}, {"Prepare", "PublishVersion", 3},
		{"Measure", "Invoke", 1}, {"Measure", "Invoke", 3}, {"Restore", "DeleteFunction", 1}, {"Restore", "DeleteAlias", 2},
	} {
		t.Run(fmt.Sprintf("%s %s %d", at.state, at.operation, at.n), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stopped := false
				c := cross(t, small, &deployments{other: &before, since: 1000}, func(w *world) {
					w.during(at.state, at.operation, at.n, func() {
						w.tuning.Executions()[0].Stop("", "")
						w.markByName()
						stopped = true
					})
				})
				require.True(t, stopped)
				require.Equal(t, statemachine.Aborted, c.outcome.Status)
				require.Equal(t, c.before, c.world.snapshots())
				for _, e := range c.world.healing.Executions() {
					require.Equal(t, statemachine.Succeeded, e.Outcome().Status)
					for _, h := range e.History() {
						require.NotContains(t, h.Output, "was deployed while it was being tuned")
					}
				}
			})
		})
	}
}

// markByName makes marks what the version before wrote.
func (w *world) markByName() {
	for _, name := range siblings {
		versions := slices.Collect(maps.Keys(w.sim.Snapshot(name).Versions))
		for _, version := range append(versions, lambdasim.Latest) {
			w.sim.Edit(name, version, func(c *lambdasim.Configuration) {
				c.Description = hashed.ReplaceAllString(c.Description, "dualarch run#$1")
				c.Description, _, _ = strings.Cut(c.Description, ", else ")
			})
		}
	}
}

var hashed = regexp.MustCompile(`^dualarch run@[0-9a-f]{12}#(.*)`)

// The steps' functions are updated one by one: whichever is today's first, a run that meets both ends with
// the functions put back, or does not notice.
func TestDeploymentOfOneStep(t *testing.T) {
	steps := []asl.Step{asl.Plan, asl.Prepare, asl.Measure, asl.Restore, asl.Verdict}
	for i, first := range steps {
		for name, today := range map[string][]asl.Step{"alone": {first}, "last": slices.Delete(slices.Clone(steps), i, i+1)} {
			t.Run(string(first)+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := cross(t, small, &deployments{other: &before, since: 1000, today: today}, nil)
					require.Equal(t, c.before, c.world.snapshots())
					if c.outcome.Status != statemachine.Succeeded {
						require.Contains(t, []string{"ForeignState", "FunctionChanged"}, c.outcome.Error.Name)
					}
				})
			})
		}
	}
}
