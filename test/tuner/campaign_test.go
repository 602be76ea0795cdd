package tuner

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/figures"
)

// fault is something that happens at one API call of a run. It is injected at every call in turn.
type fault struct {
	name string
	// at says at which calls it can happen. Default: all.
	at func(lambdasim.Call) bool
	// do makes it happen.
	do func(*world, lambdasim.Call) *lambdasim.Fault
	// end is how the execution may end, by the state it happened in; "" is any other state.
	end map[string][]statemachine.Status
	// options are the world's. Default: a quiet account.
	options lambdasim.Options
	// deliver is when events about the execution arrive. Default: at once.
	deliver []time.Duration
	// again starts a second execution when everything has come to rest, as nobody else puts things back.
	again bool
	// next starts a second execution as soon as the first has ended, whatever goes on besides; it has to
	// succeed.
	next bool
	// expect changes the snapshots that are expected afterwards.
	expect func([]lambdasim.Snapshot)
	// every is that of the calls at which it is injected: what takes long to simulate is not at each. Default: 1.
	every int
	// arrange prepares the world before anything is deployed.
	arrange func(*world)
	// then happens when everything has come to rest.
	then func(*world)
}

func ends(s ...statemachine.Status) map[string][]statemachine.Status {
	return map[string][]statemachine.Status{"": s}
}

func writes(c lambdasim.Call) bool { return c.Writes() }
func inTask(c lambdasim.Call) bool { return c.Task != nil }

// deployed deploys one of the functions; a deployment of both would be the same twice.
func deployed(change func(*lambdasim.Configuration)) func(*world, lambdasim.Call) *lambdasim.Fault {
	return func(w *world, _ lambdasim.Call) *lambdasim.Fault {
		w.sim.Deploy(siblings[0], change)
		return nil
	}
}

func newCode(c *lambdasim.Configuration) { c.CodeSha256 = "aG90IGZpeA==" }

func newLevel(c *lambdasim.Configuration) {
	c.Environment = &lambdasim.Environment{Variables: map[string]string{"LEVEL": "info"}}
}

func stopped(delay time.Duration) func(*world, lambdasim.Call) *lambdasim.Fault {
	return func(_ *world, c lambdasim.Call) *lambdasim.Fault {
		c.Task.Execution.Stop("", "")
		return &lambdasim.Fault{Delay: delay}
	}
}

// updatesAtOnce is an account in which an update's answer says that it has ended.
var updatesAtOnce = lambdasim.Options{UpdateTime: -1}

var (
	succeeded = ends(statemachine.Succeeded)
	aborted   = ends(statemachine.Aborted)
)

// unlessRestoring is how a run ends one of whose steps dies: Restore is tried again, as all that is left to
// do is to put back.
var unlessRestoring = map[string][]statemachine.Status{
	"Restore": {statemachine.Succeeded},
	"":        {statemachine.Failed},
}

// changedMeanwhile is how a run ends whose function was deployed: noticed while it is being changed,
// reported where all versions were already there.
var changedMeanwhile = map[string][]statemachine.Status{
	"Plan":    {statemachine.Failed, statemachine.Succeeded},
	"Prepare": {statemachine.Failed, statemachine.Succeeded},
	"":        {statemachine.Succeeded, statemachine.Failed},
}

var faults = []fault{
	{name: "throttled", do: answer(lambdasim.Throttled("")), end: succeeded},
	{name: "server error", do: answer(lambdasim.ServiceFailure()), end: succeeded},
	{name: "update in progress", at: writes, do: func(_ *world, c lambdasim.Call) *lambdasim.Fault {
		return &lambdasim.Fault{Err: lambdasim.UpdateInProgress(c.Resource)}
	}, end: succeeded},
	{name: "response lost", do: always(lambdasim.Fault{Lost: true}), end: succeeded},
	{name: "denied", do: func(_ *world, c lambdasim.Call) *lambdasim.Fault {
		return &lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:"+c.Operation, c.Resource)}
	}, end: map[string][]statemachine.Status{
		// What Prepare says at its end, that it has ended, is a courtesy.
		"Prepare": {statemachine.Failed, statemachine.Succeeded},
		"Restore": {statemachine.Succeeded}, // it is tried again
		// How busy the account is is asked for by courtesy too.
		"GetMetricData": {statemachine.Succeeded},
		"":              {statemachine.Failed},
	}},
	{name: "killed before", do: always(lambdasim.Fault{Kill: lambdasim.KillBefore}), at: inTask, end: unlessRestoring},
	{name: "killed after", do: always(lambdasim.Fault{Kill: lambdasim.KillAfter}), at: inTask, end: unlessRestoring},
	{name: "killed after, updates end at once", do: always(lambdasim.Fault{Kill: lambdasim.KillAfter}), at: inTask, options: updatesAtOnce, end: unlessRestoring},
	{name: "response lost, updates end at once", do: always(lambdasim.Fault{Lost: true}), options: updatesAtOnce, end: succeeded},
	{name: "stopped, late by a minute, updates end at once", at: inTask, do: stopped(time.Minute), options: updatesAtOnce, end: aborted},
	{name: "stopped", at: inTask, do: stopped(0), end: aborted},
	{name: "stopped, late by a minute", at: inTask, do: stopped(time.Minute), end: aborted},
	{name: "stopped, late by 14 minutes", at: inTask, do: stopped(14 * time.Minute), end: aborted},
	{name: "timed out", at: inTask, do: func(_ *world, c lambdasim.Call) *lambdasim.Fault {
		c.Task.Execution.TimeOut()
		return &lambdasim.Fault{Delay: 20 * time.Second}
	}, end: ends(statemachine.TimedOut)},
	{name: "stopped, event missing", at: inTask, do: stopped(0), deliver: []time.Duration{}, again: true, end: aborted},
	{name: "stopped, event late", at: inTask, do: stopped(0), deliver: []time.Duration{3 * time.Hour}, end: aborted},
	{name: "stopped, event doubled", at: inTask, do: stopped(0), deliver: []time.Duration{0, 5 * time.Second}, end: aborted},
	{name: "stopped, looks running", at: inTask, do: stopped(0), options: lambdasim.Options{StaleTime: 20 * time.Second}, end: aborted},
	{name: "stopped, started again", at: inTask, do: stopped(0), next: true, end: aborted},
	{name: "stopped, started again, event late", at: inTask, do: stopped(0), deliver: []time.Duration{4 * time.Second}, next: true, end: aborted},
	{name: "stopped late, started again, events late", at: inTask, do: stopped(time.Minute), deliver: []time.Duration{3 * time.Second, 80 * time.Second}, next: true, end: aborted},
	{name: "abandoned", at: inTask, do: func(_ *world, c lambdasim.Call) *lambdasim.Fault {
		c.Task.Abandon(nil)
		return &lambdasim.Fault{Delay: 10 * time.Second}
	}, end: unlessRestoring},
	{name: "retried while it goes on", at: inTask, do: func(_ *world, c lambdasim.Call) *lambdasim.Fault {
		c.Task.Abandon(&statemachine.Error{Name: "Lambda.SdkClientException"})
		return &lambdasim.Fault{Delay: 3 * time.Second}
	}, end: succeeded},
	{name: "code deployed", do: deployed(newCode), end: changedMeanwhile, expect: func(s []lambdasim.Snapshot) { newCode(&s[0].Latest) }},
	{name: "environment deployed", do: deployed(newLevel), end: changedMeanwhile, expect: func(s []lambdasim.Snapshot) { newLevel(&s[0].Latest) }},
	{name: "memory size deployed", do: deployed(func(c *lambdasim.Configuration) { c.MemorySize, c.Description = 640, "counts primes" }), end: changedMeanwhile,
		expect: func(s []lambdasim.Snapshot) { s[0].Latest.MemorySize = 640 }},
}

func answer(err *lambdasim.APIError) func(*world, lambdasim.Call) *lambdasim.Fault {
	return always(lambdasim.Fault{Err: err})
}

func always(f lambdasim.Fault) func(*world, lambdasim.Call) *lambdasim.Fault {
	return func(*world, lambdasim.Call) *lambdasim.Fault { return &f }
}

// campaigns are the runs that faults are injected into. A dry run is a run without the round that
// confirms, whose calls are those of the first round once more: there every nth call will do.
var campaigns = []struct {
	name, input string
	every       int
	runtime     string // with SnapStart
}{
	{"two targets", `{"powerValues":[256,1024],"dryRun":true}`, 1, ""},
	{"two targets, confirmed", `{"powerValues":[256,1024]}`, 9, ""},
	{"one target", `{"lambdaARN":"arn:aws:lambda:us-east-1:123456789012:function:prime-x86","powerValues":[256,1024],"num":5,"parallelInvocation":true,"dryRun":true}`, 1, ""},
	{"one target, confirmed", `{"lambdaARN":"arn:aws:lambda:us-east-1:123456789012:function:prime-x86","powerValues":[256,1024],"num":5}`, 7, ""},
	{"only cold starts", `{"onlyColdStarts":true,"num":11,"powerValues":[256,1024]}`, 17, ""},
	{"snapshots that cost something", `{"powerValues":[256,1024]}`, 251, "python3.14"},
}

// TestCampaign injects every fault at every API call of a run, in turn. Afterwards both functions are
// what they were: memory size, description, versions and aliases; and the execution has ended as it
// should.
func TestCampaign(t *testing.T) {
	require.LessOrEqual(t, thinned, len(faults), "else some calls get no fault")
	var count tally
	for _, c := range campaigns {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.deployRuntime(c.runtime)
				outcome := w.run(c.input)
				require.Equal(t, statemachine.Succeeded, outcome.Status, "%v", outcome.Error)
				calls = w.sim.Calls()
			})
			for i, f := range slices.Concat(faults, badDays, removals) {
				if i >= len(faults) && !figures.Whole() {
					f.every = 15 * max(1, f.every) // one of its sort is as good as another
				}
				t.Run(f.name, func(t *testing.T) {
					t.Parallel()
					injected, every := 0, c.every*thinned*max(1, f.every)
					for n := 1 + i%every; n <= calls; n += every {
						synctest.Test(t, func(t *testing.T) {
							if f.inject(t, c.runtime, c.input, n, &count) {
								injected++
							}
						})
						if t.Failed() {
							return
						}
					}
					t.Logf("%d of %d calls", injected, calls)
				})
			}
		})
	}
	figures.Report(t, "faults.injected", float64(count.injected.Load()), "faults")
	figures.Report(t, "faults.survived", float64(count.survived.Load()), "faults")
	figures.Report(t, "restore.left_behind", float64(count.left.Load()), "functions")
}

// tally counts the faults that happened, those after which everything was as it should be, and the functions on which
// something was left.
type tally struct{ injected, survived, left atomic.Int64 }

// inject does one run with the fault at its nth call; it reports whether the fault can happen there.
func (f fault) inject(t *testing.T, runtime, input string, n int, count *tally) bool {
	w := newWorld(t, f.options)
	w.deployRuntime(runtime)
	want := w.snapshots()
	if f.expect != nil {
		f.expect(want)
	}
	if f.deliver != nil {
		w.deliver = func(statemachine.StatusChange) []time.Duration { return f.deliver }
	}
	where, operation, happened := "", "", false
	if f.arrange != nil {
		f.arrange(w)
	}
	w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		if fault := w.always(c); fault != nil {
			return fault
		}
		if c.Number != n || f.at != nil && !f.at(c) {
			return nil
		}
		happened = true
		count.injected.Add(1)
		where, operation = c.Operation, c.Operation
		if c.Task != nil {
			where = c.Task.State
		}
		return f.do(w, c)
	})
	w.machines()
	e, err := w.tuning.Start("run", input)
	require.NoError(t, err)
	outcome := e.Wait()
	if f.next && happened {
		w.succeeds("next", input)
	}
	w.rest()
	at := fmt.Sprintf("%s at call %d (%s): %v", f.name, n, where, outcome.Error)
	if f.then != nil && happened {
		f.then(w)
		w.rest()
	}
	if f.again {
		w.sim.OnCall(nil)
		w.succeeds("again", input)
		w.rest()
	}
	if !happened {
		require.Equal(t, statemachine.Succeeded, outcome.Status, at)
		return false
	}
	end, ok := f.end[operation]
	if !ok {
		end, ok = f.end[where]
	}
	if !ok {
		end = f.end[""]
	}
	if !slices.Contains(end, outcome.Status) {
		t.Errorf("%s: the execution ended %s, want one of %v", at, outcome.Status, end)
	}
	for i, got := range w.snapshots() {
		if aliases := slices.Sorted(maps.Keys(got.Aliases)); !slices.Equal(aliases, []string{"live"}) {
			t.Errorf("%s: %s has the aliases %v (%s)", at, siblings[i], aliases, got.Aliases[run.LockName].Description)
		}
		if versions := slices.Sorted(maps.Keys(got.Versions)); !slices.Equal(versions, []string{"1"}) {
			t.Errorf("%s: %s has the versions %v", at, siblings[i], versions)
		}
		if !reflect.DeepEqual(want[i], got) {
			count.left.Add(1)
		}
		require.Equal(t, want[i], got, at)
	}
	if !t.Failed() {
		count.survived.Add(1)
	}
	return true
}
