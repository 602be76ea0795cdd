package bench

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/test/figures"
	simulated "github.com/dualarch/dualarch/test/tuner"
	"github.com/dualarch/dualarch/tuning"
)

var fleetSize = flag.Int("fleet", 0, "how many functions the fleet tunes; 0: few, or 200 with -figures")

// perTuner is how many functions share a tuner: as many as its policies take if their names are short.
const perTuner = 50

// fleetWorld is an account of many functions, each on both architectures: profiles with other sizes, some of which fail, are
// throttled, hang, or are deleted in the middle.
type fleetWorld struct {
	sim    *lambdasim.Simulator
	names  []string // of all functions
	tuners []*simulated.Deployment
	fleet  *simulated.Fleet
	before map[string]lambdasim.Snapshot
}

// kind is what is wrong with a function, drawn once.
type kind int

const (
	healthy   kind = iota
	failing        // every invocation fails
	hanging        // no invocation ever answers: they time out
	throttled      // a third of its invocations are throttled
	starved        // it runs out of memory below 512 MB
	vanishing      // somebody deletes it in the middle
)

func drawKind(r *rand.Rand) kind {
	switch x := r.Float64(); {
	case x < 0.01:
		return hanging
	case x < 0.03:
		return failing
	case x < 0.05:
		return throttled
	case x < 0.08:
		return starved
	case x < 0.085:
		return vanishing
	}
	return healthy
}

func newAccount(t *testing.T, size int) *fleetWorld {
	t.Helper()
	r := rand.New(rand.NewPCG(19, uint64(size)))
	a := &fleetWorld{sim: lambdasim.New(lambdasim.Options{Seed: 19}), before: map[string]lambdasim.Snapshot{}}
	kinds := map[string]kind{}
	profiles := lambdasim.Profiles()
	var targets []input.DefaultTarget
	for i := range size {
		base, factor, k := profiles[r.IntN(len(profiles))], math.Exp(0.7*r.NormFloat64()), drawKind(r)
		behavior := lambdasim.Behavior{HostSigma: hosts, Workload: lambdasim.WorkloadFunc(func(architecture string, memory int) lambdasim.Timing {
			timing := base.Timing(architecture, memory)
			return lambdasim.Timing{Mean: factor * timing.Mean, P99: factor * timing.P99}
		})}
		switch k {
		case hanging:
			behavior.Workload = lambdasim.Constant(1e9)
		case starved:
			behavior.OutOfMemoryBelow = 512
		case failing:
			behavior.Respond = func(lambdasim.Invocation) lambdasim.Response {
				return lambdasim.Response{Body: []byte(`{"errorType":"Boom","errorMessage":"no"}`), FunctionError: "Unhandled"}
			}
		}
		target := input.DefaultTarget{Name: fmt.Sprintf("F%05d", i), LiveAlias: "live"}
		invocations := math.Exp(4*r.NormFloat64() + 10)
		memory := []int{128, 256, 512, 1024}[r.IntN(4)]
		for _, architecture := range []string{"x86_64", "arm64"} {
			name := target.Name + "-" + architecture
			a.sim.CreateFunction(lambdasim.Function{Name: name, Architecture: architecture, MemorySize: memory, Timeout: 60, Code: name, Behavior: behavior})
			a.sim.PointAlias(name, "live", a.sim.Publish(name, ""))
			target.Functions = append(target.Functions, a.sim.FunctionARN(name))
			a.names, kinds[name] = append(a.names, name), k
		}
		a.sim.SetMetric("Invocations", target.Name+"-x86_64:live", invocations)
		a.sim.SetMetric("Duration", target.Name+"-x86_64:live", invocations*behavior.MeanDuration("x86_64", memory))
		targets = append(targets, target)
	}
	for first := 0; first < len(targets); first += perTuner {
		deployed, err := simulated.Deploy(a.sim, input.Defaults{
			TimeoutSeconds: 3600, TunerArchitecture: tuning.Arm, Targets: targets[first:min(first+perTuner, len(targets))],
		}, simulated.Options{Stack: fmt.Sprintf("stack%d-", first/perTuner), Remember: time.Hour, OnTask: disturbed()})
		require.NoError(t, err)
		a.tuners = append(a.tuners, deployed)
	}
	var err error
	a.fleet, err = simulated.DeployFleet(a.sim, a.tuners, asl.FleetSettings{MaxConcurrency: 2, TimeoutSeconds: 365 * 24 * 3600}, simulated.Options{Remember: time.Hour})
	require.NoError(t, err)
	a.troubled(kinds)
	return a
}

// disturbed has Lambda refuse each hundredth call of a tuner's step.
func disturbed() func(*statemachine.Task) *statemachine.TaskFault {
	var mu sync.Mutex
	n := 0
	return func(*statemachine.Task) *statemachine.TaskFault {
		mu.Lock()
		defer mu.Unlock()
		if n++; n%100 == 0 {
			return &statemachine.TaskFault{Before: &statemachine.Error{Name: "Lambda.TooManyRequestsException", Cause: "Rate Exceeded."}}
		}
		return nil
	}
}

// troubled has calls fail by the kinds of functions.
func (a *fleetWorld) troubled(kinds map[string]kind) {
	var mu sync.Mutex
	invoked := map[string]int{}
	a.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		k := kinds[c.Function]
		if k != throttled && k != vanishing {
			return nil
		}
		mu.Lock()
		defer mu.Unlock()
		if c.Operation == "Invoke" {
			invoked[c.Function]++
		}
		switch n := invoked[c.Function]; {
		case k == throttled && c.Operation == "Invoke" && n%3 == 0:
			return &lambdasim.Fault{Err: lambdasim.Throttled("ReservedFunctionConcurrentInvocationLimitExceeded")}
		case k == vanishing && n > 10:
			return &lambdasim.Fault{Err: &lambdasim.APIError{Status: 404, Code: "ResourceNotFoundException", Message: "Function not found: " + c.Function}}
		}
		return nil
	})
	for _, name := range a.names {
		if kinds[name] != vanishing { // nobody can put those back
			a.before[name] = a.sim.Snapshot(name)
		}
	}
}

// run runs a fleet's execution to its end.
func (a *fleetWorld) run(t *testing.T, given string) (fleet.Report, time.Duration) {
	t.Helper()
	e, err := a.fleet.Start("", given)
	require.NoError(t, err)
	outcome := e.Wait()
	require.Equal(t, statemachine.Succeeded, outcome.Status, "%v", outcome.Error)
	a.fleet.Rest()
	report, err := a.fleet.Report()
	require.NoError(t, err)
	return report, outcome.Stopped.Sub(e.Started)
}

// leftBehind counts functions that are not as they were.
func (a *fleetWorld) leftBehind(t *testing.T) int {
	t.Helper()
	left := 0
	for name, before := range a.before {
		was, err := json.Marshal(before)
		require.NoError(t, err)
		is, err := json.Marshal(a.sim.Snapshot(name))
		require.NoError(t, err)
		if string(was) != string(is) {
			left++
		}
	}
	return left
}

// The functions of a whole account in one execution. Nothing is left behind, whatever fails, and it takes at most 0.45
// of the state transitions of AWS Lambda Power Tuning's two executions of each, 0.35 if everything is measured.
func TestFleet(t *testing.T) {
	size := 12
	if figures.Whole() {
		size = 200
	}
	if *fleetSize > 0 {
		size = *fleetSize
	}
	for _, kind := range []struct {
		name, given string
		size        int
		most        float64
	}{
		{"", `{}`, size, 0.45},
		{".exhaustive", `{"input":{"exploration":"exhaustive"}}`, min(size, 100), 0.35},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(t, kind.size)
			report, lasted := a.run(t, kind.given)
			n := float64(kind.size)
			transitions := float64(a.fleet.Transitions())
			left := a.leftBehind(t)
			t.Logf("%d functions: %+v", kind.size, report.Totals)
			figures.Report(t, "fleet.functions"+kind.name, n, "functions")
			figures.Report(t, "fleet.left_behind"+kind.name, float64(left), "functions")
			figures.Report(t, "fleet.tuned"+kind.name, float64(report.Totals.Tuned)/n, "share")
			figures.Report(t, "fleet.transitions_per_function"+kind.name, transitions/n, "transitions")
			ratio := transitions / n / float64(peerTransitions(len(defaultSizes)))
			figures.Report(t, "fleet.transitions_ratio"+kind.name, ratio, "ratio")
			figures.Report(t, "fleet.hours"+kind.name, lasted.Hours(), "hours")
			figures.Report(t, "fleet.cost_per_function"+kind.name, report.Totals.Cost/float64(report.Totals.Tuned), "USD")
			require.Zero(t, left)
			require.LessOrEqual(t, ratio, kind.most)
			require.Len(t, report.Rows, kind.size)
			require.Greater(t, float64(report.Totals.Tuned)/n, 0.9)
		})
	}
}
