package tuner

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// snapStart turns it on for both functions, on a runtime, and for what serves.
func (w *world) snapStart(runtime string) {
	w.deployRuntime(runtime)
	for _, name := range siblings {
		w.sim.PointAlias(name, "live", w.sim.Publish(name, ""))
	}
}

// By Lambda's own bills a cold start at 1024 MB is cheaper here than one at 512 MB: (300 + 300) ms at twice the
// price against (1000 + 300) ms. With the restore billed twice it would be the other way round.
func TestColdStartsFromSnapshotsCostWhatLambdaBills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.snapStart("java21")
		w.behave(lambdasim.Behavior{
			Workload: lambdasim.WorkloadFunc(func(_ string, size int) lambdasim.Timing {
				if size < 1024 {
					return lambdasim.Timing{Mean: 1000}
				}
				return lambdasim.Timing{Mean: 300}
			}),
			Init: lambdasim.Timing{Mean: 1200}, // a quarter of it is billed
		})
		o := w.tuned(`{"lambdaARN":"` + w.arn(0) + `","onlyColdStarts":true,"powerValues":[512,1024],"num":5}`)
		require.Equal(t, 1024, o.Power)
		prices := price.For(price.Terms{}, run.Target{Function: w.arn(0), Architecture: o.Architecture}.Priced())
		require.Equal(t, map[int]float64{
			512: prices.Invocation(512, 1300), 1024: prices.Invocation(1024, 600),
		}, sizesOf(o.Targets[0], func(s tuning.SizeStatistics) float64 { return s.Cost }))
		require.Equal(t, map[int]float64{512: 2200, 1024: 1500}, sizesOf(o.Targets[0], func(s tuning.SizeStatistics) float64 { return s.Duration }))
		truth, _ := w.billed()
		require.InDelta(t, truth, o.StateMachine.LambdaCost, 1e-9*truth)
		require.Empty(t, o.Warnings)
	})
}

// What AWS charges for snapshots in us-east-1, in USD: a GB-second cached, three hours at least, and a GB restored.
const (
	cachedGBSecond = 0.0000015046
	restoredGB     = 0.0001397998
)

// snapshotCharges is what AWS charges for the snapshots of the versions that a run published, in USD; counts says
// which of them.
func (w *world) snapshotCharges(counts func(function, version string) bool) (charge float64) {
	for i, name := range siblings {
		for _, u := range w.sim.SnapStartUsage(name)[1:] { // the first is the one that serves
			if strings.HasPrefix(u.Runtime, "java") || !counts(w.arn(i), u.Version) {
				continue
			}
			seconds := max(3*time.Hour, u.Cached).Seconds()
			charge += float64(u.MemorySize) / 1024 * (seconds*cachedGBSecond + float64(u.Restores)*restoredGB)
		}
	}
	return charge
}

func all(string, string) bool { return true }

// Python and .NET pay for each restore, and for three hours of each version that was published, the confirmation's
// among them; Java does not.
func TestLambdaCostHoldsSnapshots(t *testing.T) {
	for name, test := range map[string]struct {
		runtime, input string
		behavior       lambdasim.Behavior
	}{
		"python":            {runtime: "python3.14", input: `{"powerValues":[512,1024]}`},
		".NET":              {runtime: "dotnet10", input: `{"powerValues":[512,1024]}`},
		"java":              {runtime: "java21", input: `{"powerValues":[512,1024]}`},
		"explored":          {runtime: "python3.14", input: `{"exploration":"adaptive"}`},
		"only cold starts":  {runtime: "python3.14", input: `{"onlyColdStarts":true,"powerValues":[512,1024],"num":25}`},
		"a size that fails": {runtime: "python3.14", input: `{"powerValues":[256,512,1024]}`, behavior: lambdasim.Behavior{OutOfMemoryBelow: 512}},
		"hours": {
			runtime: "python3.14", input: `{"powerValues":[512,1024],"num":30}`,
			behavior: lambdasim.Behavior{Workload: lambdasim.Constant(700_000)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.defaults.TimeoutSeconds = 72 * 3600
				for _, name := range siblings {
					w.sim.Deploy(name, func(c *lambdasim.Configuration) { c.Timeout = 840 })
				}
				w.snapStart(test.runtime)
				w.behave(test.behavior)
				o := w.tuned(test.input)
				reports, _ := w.billed()
				snapshots := w.snapshotCharges(all)
				require.InDelta(t, reports+snapshots, o.StateMachine.LambdaCost, 0.01*snapshots+1e-9*reports)
				if test.runtime == "java21" {
					require.Zero(t, snapshots)
				} else {
					require.Greater(t, snapshots, 0.04)
				}
			})
		})
	}
}

// A cold start costs its restore, whatever the rest of the output says; where the samples are judged by it, so is
// the winner.
func TestRestoresAreInTheCostOfColdStarts(t *testing.T) {
	for runtime, restored := range map[string]float64{"python3.14": restoredGB, "java21": 0} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			w.snapStart(runtime)
			w.behave(lambdasim.Behavior{Workload: lambdasim.Constant(100), Init: lambdasim.Timing{Mean: 400}})
			o := w.tuned(`{"powerValues":[512,1024]}`)
			for _, target := range o.Targets {
				prices := price.For(price.Terms{}, run.Target{Function: target.FunctionARN, Architecture: target.Architecture}.Priced())
				for _, s := range target.Sizes {
					require.InDelta(t, prices.Invocation(s.Power, 200)+float64(s.Power)/1024*restored, s.Cold.MeanCost, 1e-13)
					require.InDelta(t, prices.Invocation(s.Power, 100), s.Warm.MeanCost, 1e-13)
				}
			}
		})
	}
}

// With maxCost the first round's snapshots alone may be too much: that is said before anything is published.
func TestMaxCostThatSnapshotsPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.snapStart("python3.14")
		kind, message := w.fails(`{"exploration":"adaptive","maxCost":0.01}`)
		require.Equal(t, "NotTunable", kind)
		require.Equal(t, "maxCost is 0.01 USD, and the first round alone may cost 0.032 USD: 0.029 USD for the snapshots of its versions (SnapStart), each cached for three hours at least, and the rest if its invocations take as long as the functions' time-outs allow: give that at least, or ask for smaller memory sizes", message)
		require.Len(t, w.sim.SnapStartUsage(siblings[0]), 1)

		java := newWorld(t, lambdasim.Options{})
		java.snapStart("java21")
		java.tuned(`{"exploration":"adaptive","maxCost":0.01}`)
	})
}

// snapshotTroubles publish versions of which nobody heard, or keep them for long.
var snapshotTroubles = map[string]func(w *world, r *rand.Rand){
	"none": func(*world, *rand.Rand) {},
	"publishes whose answer is lost": func(w *world, r *rand.Rand) {
		var mu sync.Mutex
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			mu.Lock()
			defer mu.Unlock()
			return &lambdasim.Fault{Lost: c.Operation == "PublishVersion" && r.IntN(3) == 0}
		})
	},
	"a Prepare that nobody hears of": func(w *world, r *rand.Rand) {
		w.onTask = func(task *statemachine.Task) *statemachine.TaskFault {
			if task.State == "Prepare" && r.IntN(2) == 0 {
				return &statemachine.TaskFault{After: &statemachine.Error{Name: "Lambda.SdkClientException"}}
			}
			return nil
		}
	},
	"hours": func(w *world, r *rand.Rand) {
		w.behave(lambdasim.Behavior{Workload: lambdasim.Constant(float64(600_000 + r.IntN(200_000)))})
	},
	"cold starts only": func(*world, *rand.Rand) {},
}

// maxCost is what AWS charges for exploring at most, snapshots included.
func TestMaxCostHoldsSnapshots(t *testing.T) {
	arrange := func(w *world, name string, _ uint64, r *rand.Rand) {
		if name == "hours" {
			for _, name := range siblings {
				w.sim.Deploy(name, func(c *lambdasim.Configuration) { c.Timeout = 840 })
			}
		}
		w.snapStart([]string{"python3.14", "dotnet10"}[r.IntN(2)])
	}
	eachTrouble(t, snapshotTroubles, 8, 5, arrange, func(w *world, seed uint64, r *rand.Rand) {
		t := w.t
		maxCost := (1+3*r.Float64())*w.dearestOpening() + 4*3*10800*cachedGBSecond + 16*3*restoredGB
		w.run(fmt.Sprintf(`{"exploration":"adaptive","powerValues":"ALL","strategy":%q,"maxCost":%g,"parallelInvocation":%t}`,
			[]string{"cost", "speed", "balanced"}[seed%3], maxCost, r.IntN(2) == 0))
		w.sim.OnCall(nil)
		confirming := w.versionsOf(run.PhaseConfirm)
		exploring := func(function, version string) bool { return !confirming[function][version] }
		reports, _ := w.explored()
		snapshots := w.snapshotCharges(exploring)
		t.Logf("%g USD of %g, snapshots %g: %v", reports+snapshots, maxCost, snapshots, w.tuning.Executions()[0].Outcome().Error)
		require.Greater(t, snapshots, 0.01)
		require.LessOrEqual(t, reports+snapshots, maxCost)
	})
}
