package tuner

import (
	"encoding/json"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// fleetWorld is an account with two tuners: Shop has Orders and Refunds, Bank has Payments and a function of nobody's,
// legacy.
type fleetWorld struct {
	t     *testing.T
	sim   *lambdasim.Simulator
	fleet *Fleet
	shop  *Deployment
	bank  *Deployment
	names []string // of all functions
}

func newFleetWorld(t *testing.T, settings asl.FleetSettings) *fleetWorld {
	w := &fleetWorld{t: t, sim: lambdasim.New(lambdasim.Options{})}
	siblings := func(name string, ms float64) input.DefaultTarget {
		target := input.DefaultTarget{Name: name, LiveAlias: "live"}
		for _, architecture := range []string{"x86_64", "arm64"} {
			target.Functions = append(target.Functions, w.function(name+"-"+architecture, architecture, ms))
		}
		return target
	}
	defaults := input.Defaults{PowerValues: []int{256, 512, 1024}, TimeoutSeconds: 3600, Targets: []input.DefaultTarget{siblings("Orders", 300), siblings("Refunds", 100)}}
	w.shop = w.deploy("shop-", defaults, nil)
	defaults.Targets = []input.DefaultTarget{siblings("Payments", 200)}
	w.bank = w.deploy("bank-", defaults, []string{w.function("legacy", "x86_64", 150)})
	settings.TimeoutSeconds = 30 * 24 * 3600
	if settings.MaxConcurrency == 0 {
		settings.MaxConcurrency = 2
	}
	var err error
	w.fleet, err = DeployFleet(w.sim, []*Deployment{w.shop, w.bank}, settings, Options{})
	require.NoError(t, err)
	for i, name := range []string{"Orders-x86_64:live", "Refunds-x86_64:live", "Payments-x86_64:live"} {
		w.sim.SetMetric("Invocations", name, []float64{3e6, 1e5, 1e6}[i])
		w.sim.SetMetric("Duration", name, []float64{3e6 * 300, 1e5 * 100, 1e6 * 200}[i])
	}
	w.sim.SetUsage("legacy", lambdasim.Usage{Invocations: 2e4, DurationMs: 150})
	return w
}

func (w *fleetWorld) function(name, architecture string, ms float64) string {
	w.sim.CreateFunction(lambdasim.Function{
		Name: name, Architecture: architecture, MemorySize: 512, Timeout: 10, Code: "code of " + name,
		Behavior: lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: ms, P99: 1.1 * ms}), HostSigma: 0.02},
	})
	w.sim.PointAlias(name, "live", w.sim.Publish(name, ""))
	w.names = append(w.names, name)
	return w.sim.FunctionARN(name)
}

// deploy deploys a tuner; further functions are only known to its Heal, as with a construct's.
func (w *fleetWorld) deploy(stack string, d input.Defaults, further []string) *Deployment {
	deployed, err := Deploy(w.sim, d, Options{Stack: stack, Further: further})
	require.NoError(w.t, err)
	return deployed
}

func (w *fleetWorld) snapshots() map[string]lambdasim.Snapshot {
	all := map[string]lambdasim.Snapshot{}
	for _, name := range w.names {
		all[name] = w.sim.Snapshot(name)
	}
	return all
}

// run runs a fleet's execution that has to succeed and to leave all functions as they were.
func (w *fleetWorld) run(name, given string) (fleet.Report, fleet.Output) {
	w.t.Helper()
	before := w.snapshots()
	e, err := w.fleet.Start(name, given)
	require.NoError(w.t, err)
	outcome := e.Wait()
	w.fleet.Rest()
	require.Equal(w.t, statemachine.Succeeded, outcome.Status, "%v", outcome.Error)
	require.Equal(w.t, before, w.snapshots())
	report, err := w.fleet.Report()
	require.NoError(w.t, err)
	var output fleet.Output
	require.NoError(w.t, json.Unmarshal([]byte(outcome.Output), &output))
	return report, output
}

// refused runs an execution whose input is refused before anything is started.
func (w *fleetWorld) refused(given string) string {
	w.t.Helper()
	e, err := w.fleet.Start("", given)
	require.NoError(w.t, err)
	outcome := e.Wait()
	require.Equal(w.t, statemachine.Failed, outcome.Status, outcome.Output)
	require.Equal(w.t, "InputError", outcome.Error.Name, outcome.Error.Cause)
	var cause struct {
		Message string `json:"errorMessage"`
	}
	require.NoError(w.t, json.Unmarshal([]byte(outcome.Error.Cause), &cause))
	require.Empty(w.t, w.shop.Tuning.Executions())
	require.Empty(w.t, w.bank.Tuning.Executions())
	return cause.Message
}

func rowNames(rows []fleet.Row) (names []string) {
	for _, r := range rows {
		names = append(names, r.Name)
	}
	return names
}

func TestFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFleetWorld(t, asl.FleetSettings{OlderThanSeconds: 24 * 3600})
		report, output := w.run("first", `{"inputs":{"legacy":{"payload":{"id":7},"num":5}}}`)
		require.Equal(t, []string{"Orders", "Payments", "Refunds", "legacy"}, rowNames(report.Rows), "by what they save")
		require.Equal(t, fleet.Totals{Functions: 4, Tuned: 4, SavingsPerMonth: report.Totals.SavingsPerMonth, Cost: report.Totals.Cost}, report.Totals)
		sum := 0.0
		for i, row := range report.Rows {
			require.Equal(t, fleet.Tuned, row.Outcome)
			require.InEpsilon(t, []float64{3e6, 1e6, 1e5, 2e4}[i]*730/720, *row.InvocationsPerMonth, 0.001)
			require.NotNil(t, row.Advice)
			if row.Advice.SavingsPerMonth != nil {
				sum += *row.Advice.SavingsPerMonth
			}
		}
		require.Positive(t, sum)
		require.InDelta(t, sum, report.Totals.SavingsPerMonth, 1e-9)
		require.Positive(t, report.Totals.Cost)
		require.Equal(t, report.Totals, output.Totals)
		require.Equal(t, "s3://fleet/fleets/first/fleet.json", output.Fleet)
		require.Empty(t, report.Notes)
		require.Equal(t, "arn:aws:states:us-east-1:123456789012:execution:fleet:first", report.Execution.ARN)

		// What dualarch report reads.
		body, err := w.fleet.Store.GetObject("fleet", "fleets/first/fleet.json")
		require.NoError(t, err)
		read, err := verdicts.Read("fleet.json", body)
		require.NoError(t, err)
		require.Len(t, read, 4)
		functions := verdicts.ByFunction(read)
		require.Len(t, functions, 4)
		require.Equal(t, "Orders", functions[0].Name)
		require.NotNil(t, functions[0].Latest())
		require.JSONEq(t, `{"target":"Orders","invocationsPerMonth":3041667}`, string(read[0].Input()))
		require.Contains(t, string(read[3].Input()), `"payload":{"id":7}`)
		require.False(t, read[0].Time().IsZero())

		// Started again it keeps what is young; what somebody tunes by hand counts too.
		before := len(w.shop.Tuning.Executions())
		again, _ := w.run("again", `{}`)
		require.Equal(t, 4, again.Totals.Kept)
		require.Len(t, w.shop.Tuning.Executions(), before)
		require.Equal(t, rowNames(report.Rows), rowNames(again.Rows))
		require.Equal(t, report.Rows[0].Advice, again.Rows[0].Advice)
		require.Equal(t, report.Rows[0].Execution, again.Rows[0].Execution)

		time.Sleep(25 * time.Hour)
		_, err = w.shop.Run(`{"target":"Refunds"}`)
		require.NoError(t, err)
		third, _ := w.run("third", `{}`)
		require.Equal(t, 3, third.Totals.Tuned)
		require.Equal(t, 1, third.Totals.Kept)
		i := slices.IndexFunc(third.Rows, func(r fleet.Row) bool { return r.Outcome == fleet.Kept })
		require.Equal(t, "Refunds", third.Rows[i].Name)
		all, _ := w.run("all", `{"olderThan":"0d"}`)
		require.Equal(t, 4, all.Totals.Tuned)
	})
}

// Two functions of a fleet are tuned at a time, whichever tuner they have.
func TestFleetConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFleetWorld(t, asl.FleetSettings{})
		w.run("run", `{}`)
		type span struct{ from, to time.Time }
		var spans []span
		for _, e := range append(w.shop.Tuning.Executions(), w.bank.Tuning.Executions()...) {
			spans = append(spans, span{e.Started, e.Outcome().Stopped})
		}
		require.Len(t, spans, 4)
		most := 0
		for _, s := range spans {
			n := 0
			for _, other := range spans {
				if !other.from.After(s.from) && other.to.After(s.from) {
					n++
				}
			}
			most = max(most, n)
		}
		require.Equal(t, 2, most)
	})
}

// A budget goes to those with the larger bills, and is never passed.
func TestFleetBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFleetWorld(t, asl.FleetSettings{MaxCost: 8})
		report, _ := w.run("run", `{"maxCost":2}`)
		sum := 0.0
		shares := map[string]float64{}
		for _, row := range report.Rows {
			require.Equal(t, fleet.Tuned, row.Outcome, row.Why)
			sum += row.MaxCost
			shares[row.Name] = row.MaxCost
			require.Less(t, row.Cost, row.MaxCost)
		}
		require.LessOrEqual(t, sum, 2.0)
		require.InDelta(t, 2, sum, 0.01)
		require.Greater(t, shares["Orders"], shares["Payments"])
		require.Greater(t, shares["Payments"], shares["Refunds"])
		require.Greater(t, shares["Refunds"], 0.1, "a fifth is shared out equally")
		require.Equal(t, 2.0, report.Totals.MaxCost)
	})
}

// A function's failure is a row; the rest goes on.
func TestFleetWithFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFleetWorld(t, asl.FleetSettings{})
		w.sim.SetBehavior("Payments-arm64", lambdasim.Behavior{Respond: func(lambdasim.Invocation) lambdasim.Response {
			return lambdasim.Response{Body: []byte(`{"errorType":"Boom","errorMessage":"\u001b[2Jno"}`), FunctionError: "Unhandled"}
		}})
		w.sim.SetBehavior("Payments-x86_64", lambdasim.Behavior{Workload: lambdasim.Constant(1e6)}) // it hangs
		var deleted atomic.Bool
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Operation == "Invoke" && c.Function == "Refunds-arm64" {
				deleted.Store(true) // by somebody, in the middle
			}
			if deleted.Load() && (c.Function == "Refunds-arm64" || c.Function == "Refunds-x86_64") {
				return &lambdasim.Fault{Err: &lambdasim.APIError{Status: 404, Code: "ResourceNotFoundException", Message: "Function not found: " + c.Function}}
			}
			return nil
		})
		before := w.snapshots()
		e, err := w.fleet.Start("run", `{}`)
		require.NoError(t, err)
		outcome := e.Wait()
		require.Equal(t, statemachine.Succeeded, outcome.Status, "%v", outcome.Error)
		w.sim.OnCall(nil)
		w.fleet.Rest()
		report, err := w.fleet.Report()
		require.NoError(t, err)
		require.Equal(t, 2, report.Totals.Tuned)
		require.Equal(t, 2, report.Totals.Failed)
		for _, row := range report.Rows[2:] {
			require.Equal(t, fleet.Failed, row.Outcome)
			require.Regexp(t, `^its execution ended FAILED: [A-Za-z.]+: .+`, row.Why)
			require.NotContains(t, row.Why, "\x1b")
		}
		after := w.snapshots()
		for _, name := range []string{"Orders-x86_64", "Payments-x86_64", "Payments-arm64", "legacy"} {
			require.Equal(t, before[name], after[name], name)
		}
		body, err := w.fleet.Store.GetObject("fleet", "fleets/fleet.json")
		require.NoError(t, err)
		read, err := verdicts.Read("fleet.json", body)
		require.NoError(t, err)
		require.Len(t, read, 4)
		require.Contains(t, read[3].Failed, "the execution's status is FAILED")
	})
}
