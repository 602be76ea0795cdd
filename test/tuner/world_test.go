package tuner

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// world is an account with two siblings and the tuner's two state machines. It lives in a bubble of
// testing/synctest.
type world struct {
	trouble
	t        *testing.T
	sim      *lambdasim.Simulator
	client   *lambdaapi.Client
	defaults input.Defaults
	// onTask goes to both state machines, deliver to the tuning one; they are set before start.
	onTask  func(*statemachine.Task) *statemachine.TaskFault
	deliver func(statemachine.StatusChange) []time.Duration
	// code goes to both state machines too.
	code func(asl.Step, statemachine.Function) statemachine.Function

	// measureLimit is how long Measure's Lambda may run, where that is not what the defaults say.
	measureLimit time.Duration

	tuning, healing *statemachine.Machine
	deployed        *Deployment // of both
	// other is the tuner of another stack, if there is one.
	other *Deployment
	// ever is asked about every call of a campaign before the fault is.
	ever    func(lambdasim.Call) *lambdasim.Fault
	objects map[string][]byte // by s3:// location
	results results
}

// Object implements tuner.Objects: the simulator has no S3.
func (w *world) Object(ctx context.Context, location string) ([]byte, error) {
	if err := w.results.fault(ctx, "read "+location); err != nil {
		return nil, err
	}
	body, ok := w.objects[location]
	if !ok {
		return nil, cloud.ErrNotFound
	}
	return body, nil
}

const timeout = time.Hour

// siblings are the functions of a world, the x86_64 one first.
var siblings = []string{"prime-x86", "prime-arm64"}

// newWorld creates the siblings: 512 MB, a published version that the alias live points to, and a
// version before it.
func newWorld(t *testing.T, options lambdasim.Options) *world {
	w := &world{t: t, sim: lambdasim.New(options)}
	w.client = lambdaapi.New(w.sim.Config())
	for i, name := range siblings {
		w.sim.CreateFunction(lambdasim.Function{
			Name: name, Architecture: []string{"x86_64", "arm64"}[i], MemorySize: 512, Timeout: 30, Description: "counts primes",
			Environment: map[string]string{"LEVEL": "debug"}, Code: "code of " + name,
			Behavior: lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 100})},
		})
		w.sim.PointAlias(name, "live", w.sim.Publish(name, ""))
	}
	w.defaults = input.Defaults{
		PowerValues: []int{256, 512, 1024}, Num: 5, TimeoutSeconds: int(timeout / time.Second),
		Targets: []input.DefaultTarget{{Name: "Prime", Functions: []string{w.arn(0), w.arn(1)}, LiveAlias: "live"}},
	}
	return w
}

func (w *world) arn(i int) string { return w.sim.FunctionARN(siblings[i]) }

// machines deploys the tuner with what has been set until now.
func (w *world) machines() {
	deployed, err := Deploy(w.sim, w.defaults, Options{OnTask: w.onTask, Deliver: w.deliver, Code: w.code, MeasureLimit: w.measureLimit, Objects: w, Results: w, Log: &w.results.log})
	require.NoError(w.t, err)
	w.deployed, w.tuning, w.healing = deployed, deployed.Tuning, deployed.Healing
}

// run deploys the tuner, starts an execution and waits until everything has come to rest.
func (w *world) run(input string) statemachine.Outcome {
	w.machines()
	return w.outcomeOf(w.tuning, "run", input)
}

// outcomeOf starts an execution of what has been deployed and waits until everything has come to rest.
func (w *world) outcomeOf(m *statemachine.Machine, name, input string) statemachine.Outcome {
	w.t.Helper()
	e, err := m.Start(name, input)
	require.NoError(w.t, err)
	outcome := e.Wait()
	w.rest()
	return outcome
}

// succeeds starts another execution, which has to succeed.
func (w *world) succeeds(name, input string) {
	w.t.Helper()
	e, err := w.tuning.Start(name, input)
	require.NoError(w.t, err)
	outcome := e.Wait()
	require.Equal(w.t, statemachine.Succeeded, outcome.Status, "execution %s: %v", name, outcome.Error)
}

// tuned runs an execution that has to succeed and leave both functions as they were.
func (w *world) tuned(input string) tuning.Output {
	w.t.Helper()
	before := w.snapshots()
	outcome := w.run(input)
	require.Nil(w.t, outcome.Error)
	require.Equal(w.t, before, w.snapshots())
	var o tuning.Output
	require.NoError(w.t, json.Unmarshal([]byte(outcome.Output), &o))
	return o
}

// fails runs an execution that has to fail and leave both functions as they were.
func (w *world) fails(input string) (name, message string) {
	w.t.Helper()
	before := w.snapshots()
	outcome := w.run(input)
	require.Equal(w.t, statemachine.Failed, outcome.Status)
	require.Equal(w.t, before, w.snapshots())
	var cause struct {
		Message string `json:"errorMessage"`
	}
	require.NoError(w.t, json.Unmarshal([]byte(outcome.Error.Cause), &cause))
	return outcome.Error.Name, cause.Message
}

// mayApply lets executions apply what they find: no construct owns the functions, whose owner allows it.
func (w *world) mayApply(aliases ...string) {
	w.defaults.Targets, w.defaults.AutoOptimize = nil, &input.AutoOptimize{Aliases: aliases}
}

// allow gives both functions a Timeout, in seconds, and Measure the time that a construct would give it.
func (w *world) allow(seconds int) {
	for _, name := range siblings {
		w.sim.Deploy(name, func(c *lambdasim.Configuration) { c.Timeout = seconds })
	}
	if time.Duration(seconds)*time.Second > timing.LongestTimeout(timing.StepTimeout) {
		w.defaults.MeasureTimeoutSeconds = lambdalimits.Timeout.Most
	}
}

// deployRuntime turns SnapStart on, on a runtime; not for "".
func (w *world) deployRuntime(runtime string) {
	if runtime == "" {
		return
	}
	for _, name := range siblings {
		w.sim.Deploy(name, func(c *lambdasim.Configuration) {
			c.Runtime, c.SnapStart.ApplyOn = runtime, "PublishedVersions"
		})
	}
}

// behave sets what both functions do.
func (w *world) behave(b lambdasim.Behavior) {
	for _, name := range siblings {
		w.sim.SetBehavior(name, b)
	}
}

// rest waits until no execution runs and no step that has outlived its own.
func (w *world) rest() {
	w.withdrawing.Wait()
	w.tuning.Wait()
	w.healing.Wait()
	if w.other != nil {
		w.other.Rest()
	}
}

// sweep does what the daily rule does, and waits until everything has come to rest.
func (w *world) sweep() {
	w.t.Helper()
	outcome := w.outcomeOf(w.healing, "", "{}")
	require.Equal(w.t, statemachine.Succeeded, outcome.Status, "%v", outcome.Error)
}

// always is what becomes of a call whatever the fault is.
func (w *world) always(c lambdasim.Call) *lambdasim.Fault {
	if w.ever == nil {
		return nil
	}
	return w.ever(c)
}

// snapshots are what both functions look like from outside.
func (w *world) snapshots() []lambdasim.Snapshot {
	var all []lambdasim.Snapshot
	for _, name := range siblings {
		all = append(all, w.sim.Snapshot(name))
	}
	return all
}
