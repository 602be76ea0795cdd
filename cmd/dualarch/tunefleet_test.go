package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/test/tuner"
)

// simulatedFleet is an account with a tuner of two constructs, and its fleet.
type simulatedFleet struct {
	simulated
	fleet *tuner.Fleet
	names []string
}

func newSimulatedFleet(t *testing.T) *simulatedFleet {
	t.Helper()
	s := &simulatedFleet{simulated: simulated{t: t, sim: lambdasim.New(lambdasim.Options{})}}
	defaults := input.Defaults{PowerValues: []int{256, 512, 1024}, Num: 5, TimeoutSeconds: 3600}
	for _, construct := range []string{"Orders", "Refunds"} {
		target := input.DefaultTarget{Name: construct, LiveAlias: "live"}
		for _, architecture := range []string{"x86_64", "arm64"} {
			name := construct + "-" + architecture
			s.sim.CreateFunction(lambdasim.Function{
				Name: name, Architecture: architecture, MemorySize: 512, Timeout: 30, Code: name,
				Behavior: lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 100}), HostSigma: 0.01},
			})
			s.sim.PointAlias(name, "live", s.sim.Publish(name, ""))
			target.Functions, s.names = append(target.Functions, s.sim.FunctionARN(name)), append(s.names, name)
		}
		defaults.Targets = append(defaults.Targets, target)
	}
	var err error
	s.Deployment, err = tuner.Deploy(s.sim, defaults, tuner.Options{})
	require.NoError(t, err)
	s.fleet, err = tuner.DeployFleet(s.sim, []*tuner.Deployment{s.Deployment}, asl.FleetSettings{MaxConcurrency: 2, TimeoutSeconds: 1e6}, tuner.Options{})
	require.NoError(t, err)
	s.before = s.all()
	return s
}

func (s *simulatedFleet) all() (all []lambdasim.Snapshot) {
	for _, name := range s.names {
		all = append(all, s.sim.Snapshot(name))
	}
	return all
}

func (s *simulatedFleet) tune(ctx context.Context, args ...string) (status int, stdout, stderr string) {
	s.t.Helper()
	status, stdout, stderr = tune(ctx, func(o *tuneOptions) {
		usual := tuneDefaults(false)
		o.poll, o.quiet, o.load, o.interrupted = usual.poll, usual.quiet, s.load, never
		o.object = func(_ context.Context, location string) ([]byte, error) {
			bucket, key, _ := strings.Cut(strings.TrimPrefix(location, "s3://"), "/")
			return s.fleet.Store.GetObject(bucket, key)
		}
	}, append([]string{"--all", "--state-machine", s.fleet.ARN(), "--yes"}, args...)...)
	s.fleet.Rest()
	return status, stdout, stderr
}

// --all leaves to a fleet what it tunes, and shows and writes what the machines one after the other would have shown.
func TestTuneAllByFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulatedFleet(t)
		inFolder(t, nil)
		status, stdout, stderr := s.tune(t.Context(), "--strategy", "speed", "--invocations-per-month", "30e6", "--out", "all.json", "--report", "all.html")
		require.Zero(t, status, stderr)
		require.Len(t, s.fleet.Executions(), 1)
		require.JSONEq(t, `{"olderThan":"0d","input":{"strategy":"speed","invocationsPerMonth":30000000}}`, s.fleet.Executions()[0].Input)
		require.Len(t, s.Tuning.Executions(), 2)
		require.Contains(t, stderr, "the fleet: tunes 2 functions, 2 at a time: at most 300 invocations, and never more than 10 USD, their tuners' MaxCost together\n")
		require.Contains(t, stderr, "the fleet: started "+s.fleet.Executions()[0].ARN+"\n")
		require.Regexp(t, `\nthe fleet: tuning, 0 of 2 functions done; \d+s\n`, stderr)
		require.Regexp(t, `\nthe fleet: 2 functions tuned, 0 kept from before, 0 failed; all advised changes save \S+ USD a month\n`, stderr)
		require.Contains(t, stdout, "\nOrders\n")
		require.Contains(t, stdout, "\nRefunds\n")
		found, err := readVerdict("all.json", nil)
		require.NoError(t, err)
		require.Len(t, found, 2)
		page, err := os.ReadFile("all.html")
		require.NoError(t, err)
		require.Contains(t, string(page), "Tuning report: 2 functions")
		require.Equal(t, s.before, s.all())

		status, stdout, stderr = s.tune(t.Context(), "--older-than", "1d")
		require.Zero(t, status, stderr)
		require.Len(t, s.Tuning.Executions(), 2)
		require.Contains(t, stderr, "0 functions tuned, 2 kept from before, 0 failed")
		require.Contains(t, stdout, "\nOrders\n")
	})
}

// Ctrl-C stops the fleet, and returns when everything is put back: soon, as no function has versions published any more.
func TestInterruptedFleet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulatedFleet(t)
		began := time.Now()
		status, _, stderr := s.tune(s.interruptAt("Measure", "Invoke", 12))
		require.Equal(t, exitInterrupted, status, stderr)
		require.Contains(t, stderr, "dualarch: interrupted: the functions are put back; what has a verdict is kept by: dualarch tune --all --state-machine "+s.fleet.ARN()+" --older-than 1d\n")
		require.Equal(t, statemachine.Aborted, s.fleet.Executions()[0].Outcome().Status)
		for _, e := range s.Tuning.Executions() {
			require.Equal(t, statemachine.Aborted, e.Outcome().Status)
		}
		require.Equal(t, s.before, s.all())
		require.Less(t, time.Since(began), 5*time.Minute)
	})
}

// One function's failure is the command's, with the other's verdict shown.
func TestFleetWithAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulatedFleet(t)
		for _, name := range s.names[2:] {
			s.sim.SetBehavior(name, lambdasim.Behavior{Respond: func(lambdasim.Invocation) lambdasim.Response {
				return lambdasim.Response{Body: []byte(`{"errorType":"Broken","errorMessage":"\u001b[2Jgone"}`), FunctionError: "Unhandled"}
			}})
		}
		status, stdout, stderr := s.tune(t.Context())
		require.Equal(t, exitRunFailed, status, stderr)
		require.Contains(t, stdout, "there is no verdict: the execution's status is FAILED: ")
		require.Contains(t, stdout, "\nOrders\n")
		require.NotContains(t, stdout, "\x1b")
		require.Equal(t, s.before, s.all())
	})
}

func TestFleetRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulatedFleet(t)
		for _, test := range []struct {
			args []string
			want string
		}{
			{[]string{"--older-than", "week"}, `--older-than "week": give --all and an age such as 30d, 12h or 90m`},
			{[]string{"--num", "4"}, "$.num: given 4; allowed: a whole number from 5 to 10000"},
			{[]string{"--max-cost", "-1"}, "$.maxCost: given -1; allowed: an amount in USD above 0"},
		} {
			status, _, stderr := s.tune(t.Context(), test.args...)
			require.Equal(t, exitUsage, status, stderr)
			require.Contains(t, stderr, test.want)
		}
		require.Empty(t, s.fleet.Executions())
		status, _, stderr := s.simulated.tune(t.Context(), nil, "--all", "--older-than", "1d")
		require.Equal(t, exitUsage, status, stderr)
		require.Contains(t, stderr, "--older-than: no Fleet has these functions; deploy powertuning.NewFleet with their tuners, or leave it out")
	})
}

// A fleet is found by its stack's output, and only --all uses it.
func TestFleetIsFound(t *testing.T) {
	s := newStub(t, &stub{targets: []string{"Orders", "Refunds"}, fleet: true, status: "FAILED"})
	status, _, stderr := tune(t.Context(), nil, "--all", "--yes", "--max-cost", "3", "--older-than", "12h")
	require.Equal(t, exitRunFailed, status, stderr)
	require.Equal(t, shopFleet, s.startedOn)
	require.Equal(t, []string{`{"maxCost":3,"olderThan":"12h"}`}, s.inputs)
	require.Contains(t, stderr, "the fleet of Shop: tunes 2 functions, 2 at a time: at most 440 invocations; exploring costs at most 3 USD in all\n")
	require.Contains(t, stderr, "dualarch: the fleet's execution ended FAILED: Measure: denied")
	require.NotContains(t, stderr, "\x1b")

	s = newStub(t, &stub{fleet: true})
	status, _, stderr = tune(t.Context(), nil, "--target", "Orders", "--yes")
	require.Zero(t, status, stderr)
	require.Equal(t, shopMachine, s.startedOn)
}
