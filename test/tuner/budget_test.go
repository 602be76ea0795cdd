package tuner

import (
	"encoding/json"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// explored is what Lambda's reports of the versions that a run explored with add up to: in USD, and how
// many invocations they tell of.
func (w *world) explored() (cost float64, invocations int) {
	exploring := w.versionsOf(run.PhaseExplore)
	return w.billedWhere(func(function, version string) bool { return exploring[function][version] })
}

// versionsOf are the versions that Prepare has handed to Measure in a phase, by function.
func (w *world) versionsOf(phase run.Phase) map[string]map[string]bool {
	versions := map[string]map[string]bool{}
	for _, event := range w.tuning.Executions()[0].History() {
		if event.Type != "TaskStateExited" || event.Name != "Prepare" {
			continue
		}
		var s run.State
		require.NoError(w.t, json.Unmarshal([]byte(event.Output), &s))
		for _, v := range s.Versions {
			if s.Round.Phase == phase {
				for _, target := range s.Journal.Targets {
					if target.Architecture == v.Architecture {
						addTo(versions, target.Function, v.Version)
					}
				}
			}
		}
	}
	return versions
}

func addTo(sets map[string]map[string]bool, key, value string) {
	if sets[key] == nil {
		sets[key] = map[string]bool{}
	}
	sets[key][value] = true
}

// troubles make invocations that give no sample.
var troubles = map[string]func(w *world, r *rand.Rand){
	"answers lost": func(w *world, r *rand.Rand) {
		share := r.Float64()
		w.invocations(func(int) *lambdasim.Fault { return &lambdasim.Fault{Lost: r.Float64() < share} })
	},
	"every answer lost": func(w *world, _ *rand.Rand) {
		w.invocations(func(int) *lambdasim.Fault { return &lambdasim.Fault{Lost: true} })
	},
	"an outage": func(w *world, r *rand.Rand) {
		from := r.IntN(20)
		lasts := from + r.IntN(60)
		w.invocations(func(n int) *lambdasim.Fault { return &lambdasim.Fault{Lost: n >= from && n < lasts} })
	},
	"throttled": func(w *world, r *rand.Rand) {
		share := 0.9 * r.Float64()
		w.invocations(func(int) *lambdasim.Fault {
			if r.Float64() < share {
				return &lambdasim.Fault{Err: lambdasim.Throttled("ConcurrentInvocationLimitExceeded")}
			}
			return nil
		})
	},
	"steps that nobody hears of": func(w *world, r *rand.Rand) {
		share := r.Float64()
		w.onTask = func(task *statemachine.Task) *statemachine.TaskFault {
			if task.State == "Measure" && r.Float64() < share {
				return &statemachine.TaskFault{After: &statemachine.Error{Name: "Lambda.SdkClientException"}}
			}
			return nil
		}
	},
	"cut off at a step's end": func(w *world, r *rand.Rand) {
		w.allow(600)
		from := r.IntN(12)
		w.behave(lambdasim.Behavior{Workload: slowFrom(from)})
	},
	"failures": func(w *world, r *rand.Rand) {
		w.behave(lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 10_000}), OutOfMemoryBelow: r.IntN(4000)})
	},
	"cold starts only": func(*world, *rand.Rand) {},
}

// invocations decides what goes wrong with each, by its number.
func (w *world) invocations(decide func(n int) *lambdasim.Fault) {
	var mu sync.Mutex
	n := 0
	w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		if !invokes(c) {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		n++
		return decide(n - 1)
	})
}

// slowFrom takes 100 ms at first and 500 s from an invocation on.
func slowFrom(n int) lambdasim.Workload {
	var mu sync.Mutex
	return lambdasim.WorkloadFunc(func(string, int) lambdasim.Timing {
		mu.Lock()
		defer mu.Unlock()
		if n--; n >= 0 {
			return lambdasim.Timing{Mean: 100}
		}
		return lambdasim.Timing{Mean: 500_000}
	})
}

// eachTrouble runs each trouble in worlds of their own seeds, of which the race detector gets one. Each world is
// arranged, troubled and tested in turn, all three with the same random numbers.
func eachTrouble(t *testing.T, troubles map[string]func(*world, *rand.Rand), seeds, stream uint64,
	arrange func(w *world, name string, seed uint64, r *rand.Rand), test func(w *world, seed uint64, r *rand.Rand),
) {
	for name, trouble := range troubles {
		t.Run(name, func(t *testing.T) {
			for seed := range max(1, seeds/thinned) {
				synctest.Test(t, func(t *testing.T) {
					r := rand.New(rand.NewPCG(seed, stream))
					options := lambdasim.Options{Seed: seed}
					if name == "cold starts only" {
						options.IdleTime = time.Nanosecond
					}
					w := newWorld(t, options)
					w.defaults.TimeoutSeconds = 365 * 24 * 3600
					arrange(w, name, seed, r)
					trouble(w, r)
					test(w, seed, r)
				})
			}
		})
	}
}

// A budget that was given is never passed, whatever becomes of the invocations: those of which nobody heard
// count as well, and so do those of a step of which nobody heard.
func TestBudgetsAreNeverPassed(t *testing.T) {
	arrange := func(w *world, _ string, seed uint64, _ *rand.Rand) {
		w.defaults.TimeoutSeconds = 24 * 3600
		if seed%2 == 1 {
			w.behave(lambdasim.Behavior{Workload: lambdasim.Constant(28_000), Init: lambdasim.Timing{Mean: 9000}})
		}
	}
	eachTrouble(t, troubles, 12, 3, arrange, func(w *world, seed uint64, r *rand.Rand) {
		t := w.t
		input := map[string]any{"exploration": "adaptive", "powerValues": "ALL", "strategy": []string{"cost", "speed", "balanced"}[seed%3]}
		invocations, cost := 16+r.IntN(50), (1+3*r.Float64())*w.dearestOpening()
		if seed%4 < 3 {
			input["maxInvocations"] = invocations
		}
		if seed%4 > 1 {
			input["maxCost"] = cost
		}
		if r.IntN(3) == 0 {
			input["parallelInvocation"] = true
		}
		if r.IntN(3) == 0 {
			input["payload"] = json.RawMessage(`[{"payload":1,"weight":1},{"payload":2,"weight":1}]`)
		}
		text, err := json.Marshal(input)
		require.NoError(t, err)
		before := w.snapshots()
		w.run(string(text))
		require.Equal(t, before, w.snapshots())
		w.sim.OnCall(nil)
		spent, made := w.explored()
		t.Logf("%s: %d invocations, %g USD: %v", text, made, spent, w.tuning.Executions()[0].Outcome().Error)
		if input["maxInvocations"] != nil {
			require.LessOrEqual(t, made, invocations)
		}
		if input["maxCost"] != nil {
			require.LessOrEqual(t, spent, cost)
		}
	})
}

// dearestOpening is more than what any first round may cost.
func (w *world) dearestOpening() float64 {
	seconds := float64(w.sim.Configuration(siblings[0]).Timeout + 10)
	prices := price.For(price.Terms{}, run.Target{Function: w.arn(0), Architecture: "x86_64"}.Priced())
	return 16 * prices.Invocation(3008, 1000*seconds)
}

// Invocations take less than the worst that is reckoned with: what that leaves is there for lost answers.
func TestLostAnswersWithinABudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.invocations(func(n int) *lambdasim.Fault { return &lambdasim.Fault{Lost: n < 8} })
		o := w.tuned(`{"exploration":"adaptive","maxCost":0.0045}`)
		for _, warning := range o.Warnings {
			require.NotContains(t, warning, "the budget ended")
		}
	})
}

// Where no budget was given, minutes without an answer cost time and not the run, nor what it explores.
func TestOutageWithoutABudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.outage(4*time.Minute, lambdasim.ServiceFailure(), invokes)
		o := w.tuned(`{"exploration":"adaptive","powerValues":"ALL"}`)
		require.Greater(t, o.PossiblyDuplicated, 80)
		require.False(t, o.Exploration.BudgetSpent, o.Exploration.Text)
	})
}
