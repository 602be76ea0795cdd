package main

import (
	"context"
	"errors"
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

// simulatedFleets is an account with stacks that have tuners, fleets or both.
type simulatedFleets struct {
	simulatedFleet
	fleets  []*tuner.Fleet
	outputs map[string]map[string]string // of stacks
}

func newSimulatedFleets(t *testing.T) *simulatedFleets {
	return &simulatedFleets{
		simulatedFleet: simulatedFleet{simulated: simulated{t: t, sim: lambdasim.New(lambdasim.Options{})}}, outputs: map[string]map[string]string{},
	}
}

func (s *simulatedFleets) function(name, architecture string) string {
	s.sim.CreateFunction(lambdasim.Function{
		Name: name, Architecture: architecture, MemorySize: 512, Timeout: 30, Code: name,
		Behavior: lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 100}), HostSigma: 0.01},
	})
	s.sim.PointAlias(name, "live", s.sim.Publish(name, ""))
	s.names = append(s.names, name)
	return s.sim.FunctionARN(name)
}

// tuner deploys a tuner of constructs and of further functions in a stack.
func (s *simulatedFleets) tuner(stack string, constructs, further []string, deliver func(statemachine.StatusChange) []time.Duration) *tuner.Deployment {
	s.t.Helper()
	defaults := input.Defaults{PowerValues: []int{256, 512, 1024}, Num: 5, TimeoutSeconds: 3600}
	for _, construct := range constructs {
		target := input.DefaultTarget{Name: construct, LiveAlias: "live"}
		for _, architecture := range []string{"x86_64", "arm64"} {
			target.Functions = append(target.Functions, s.function(strings.ToLower(stack+"-"+construct)+"-"+architecture, architecture))
		}
		defaults.Targets = append(defaults.Targets, target)
	}
	var arns []string
	for _, name := range further {
		arns = append(arns, s.function(name, "x86_64"))
	}
	if len(constructs) == 0 {
		defaults.Functions = arns
	}
	d, err := tuner.Deploy(s.sim, defaults, tuner.Options{Stack: stack + "-", Further: arns, Deliver: deliver})
	require.NoError(s.t, err)
	s.output(stack, "OrdersPowerTuningStateMachineArn1A2B", d.Tuning.ARN())
	return d
}

// fleetOf deploys a fleet of tuners in a stack.
func (s *simulatedFleets) fleetOf(stack string, tuners ...*tuner.Deployment) *tuner.Fleet {
	s.t.Helper()
	f, err := tuner.DeployFleet(s.sim, tuners, asl.FleetSettings{MaxConcurrency: 2, TimeoutSeconds: 1e6}, tuner.Options{Stack: stack + "-"})
	require.NoError(s.t, err)
	s.fleets = append(s.fleets, f)
	s.output(stack, "NightFleetStateMachineArn5E6F", f.ARN())
	return f
}

func (s *simulatedFleets) output(stack, key, value string) {
	if s.outputs[stack] == nil {
		s.outputs[stack] = map[string]string{}
	}
	s.outputs[stack][key] = value
	s.sim.SetStack(stack, s.outputs[stack])
}

// tune runs "dualarch tune --all" and returns what it said. after is called before anything else comes to rest.
func (s *simulatedFleets) tune(ctx context.Context, after func(), args ...string) (status int, stderr string) {
	s.t.Helper()
	if s.before == nil {
		s.before = s.all()
	}
	status, _, stderr = tune(ctx, func(o *tuneOptions) {
		usual := tuneDefaults(false)
		o.poll, o.quiet, o.load, o.interrupted = usual.poll, usual.quiet, s.load, never
		o.object = func(_ context.Context, location string) ([]byte, error) {
			bucket, key, _ := strings.Cut(strings.TrimPrefix(location, "s3://"), "/")
			for _, f := range s.fleets {
				if body, err := f.Store.GetObject(bucket, key); err == nil {
					return body, nil
				}
			}
			return nil, errors.New(location + " is in no fleet")
		}
	}, append([]string{"--all", "--yes"}, args...)...)
	if after != nil {
		after()
	}
	for _, f := range s.fleets {
		f.Rest()
	}
	return status, stderr
}

// whole requires that all functions are as they were.
func (s *simulatedFleets) whole() { require.Equal(s.t, s.before, s.all()) }

// The estimate of docs/fleet.md's example is of all that its fleet tunes.
func TestFleetTunesFurtherFunctions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulatedFleets(t)
		orders := s.tuner("Shop", []string{"Orders"}, nil, nil)
		others := s.tuner("Others", nil, []string{"invoices", "thumbnails"}, nil)
		f := s.fleetOf("Shop", orders, others)
		status, stderr := s.tune(t.Context(), s.whole)
		require.Zero(t, status, stderr)
		require.Contains(t, stderr, "the fleet of Shop: tunes 3 functions, 2 at a time: at most 340 invocations, and never more than 15 USD, their tuners' MaxCost together\n")
		require.Contains(t, stderr, "the fleet of Shop: 3 functions tuned, 0 kept from before, 0 failed;")
		require.JSONEq(t, `{"olderThan":"0d"}`, f.Executions()[0].Input)
		require.Len(t, orders.Tuning.Executions(), 1)
		require.Len(t, others.Tuning.Executions(), 2)

		status, stderr = s.tune(t.Context(), s.whole, "--max-cost", "3")
		require.Zero(t, status, stderr)
		require.Contains(t, stderr, "the fleet of Shop: tunes 3 functions, 2 at a time: at most 580 invocations; exploring costs at most 3 USD in all\n")
		require.Contains(t, stderr, "3 functions tuned, 0 kept from before, 0 failed;")

		status, stderr = s.tune(t.Context(), s.whole, "--max-cost", "3", "--exploration", "exhaustive")
		require.Equal(t, exitUsage, status)
		require.Contains(t, stderr, "dualarch: the input cannot be used: $.maxCost: given 3; allowed: nothing beside exhaustive exploration of Orders, which takes what num and powerValues say\n")
		require.Len(t, f.Executions(), 2)
	})
}

// A fleet may have functions that no construct has, and nothing else; a tuner's further ones beside its constructs too.
func TestFleetOfFurtherFunctions(t *testing.T) {
	for name, constructs := range map[string][]string{"alone": nil, "beside a construct": {"Orders"}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSimulatedFleets(t)
				d := s.tuner("Others", constructs, []string{"invoices", "thumbnails"}, nil)
				f := s.fleetOf("Others", d)
				functions := 2 + len(constructs)
				status, stderr := s.tune(t.Context(), s.whole, "--state-machine", f.ARN())
				require.Zero(t, status, stderr)
				require.Contains(t, stderr, "the fleet: tunes "+[]string{"2 functions", "3 functions"}[len(constructs)]+", 2 at a time: ")
				require.Len(t, d.Tuning.Executions(), functions)
			})
		})
	}
}

// --stack keeps a fleet to the stack's functions, wherever the fleet is.
func TestFleetOfSeveralStacks(t *testing.T) {
	for _, stack := range []string{"Shop", "Night"} { // of the fleet
		t.Run(stack, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSimulatedFleets(t)
				shop, billing := s.tuner("Shop", []string{"Orders"}, []string{"legacy"}, nil), s.tuner("Billing", []string{"Invoices"}, nil, nil)
				f := s.fleetOf(stack, shop, billing)
				status, stderr := s.tune(t.Context(), s.whole, "--stack", "Shop")
				require.Zero(t, status, stderr)
				require.Contains(t, stderr, "the fleet of "+stack+": tunes 2 functions, ")
				require.Contains(t, stderr, ", and never more than 10 USD, ")
				require.JSONEq(t, `{"olderThan":"0d","targets":["`+s.sim.FunctionARN("shop-orders-x86_64")+`","`+s.sim.FunctionARN("legacy")+`"]}`, f.Executions()[0].Input)
				require.Len(t, shop.Tuning.Executions(), 2)
				require.Empty(t, billing.Tuning.Executions())
			})
		})
	}
}

// A stack that has a fleet alone stands for all that it tunes.
func TestStackOfAFleetAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulatedFleets(t)
		shop, billing := s.tuner("Shop", []string{"Orders"}, nil, nil), s.tuner("Billing", []string{"Invoices"}, nil, nil)
		f := s.fleetOf("Night", shop, billing)
		status, stderr := s.tune(t.Context(), s.whole, "--stack", "Night")
		require.Zero(t, status, stderr)
		require.Contains(t, stderr, "the fleet of Night: tunes 2 functions, ")
		require.JSONEq(t, `{"olderThan":"0d"}`, f.Executions()[0].Input)
		require.Len(t, shop.Tuning.Executions(), 1)
		require.Len(t, billing.Tuning.Executions(), 1)

		s.output("Empty", "Url", "x")
		status, stderr = s.tune(t.Context(), nil, "--stack", "Empty")
		require.Equal(t, exitUsage, status)
		require.Contains(t, stderr, "dualarch: no output of stack Empty names a tuning state machine (…PowerTuningStateMachineArn); give ")
	})
}

// Each function is tuned once, by the first of the fleets that have it.
func TestFleetsOfTheSameTuner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulatedFleets(t)
		a, b := s.tuner("A", []string{"Orders"}, []string{"legacy"}, nil), s.tuner("B", []string{"Invoices"}, nil, nil)
		c := s.tuner("C", []string{"Alone"}, nil, nil)
		d := s.tuner("D", nil, []string{"left", "out"}, nil)
		first, second := s.fleetOf("M", a), s.fleetOf("N", a, b)
		status, stderr := s.tune(t.Context(), s.whole)
		require.Zero(t, status, stderr)
		require.Contains(t, stderr, "the fleet of M: tunes 2 functions, ")
		require.Contains(t, stderr, "the fleet of N: tunes 1 function, ")
		require.JSONEq(t, `{"olderThan":"0d"}`, first.Executions()[0].Input)
		require.JSONEq(t, `{"olderThan":"0d","targets":["`+s.sim.FunctionARN("b-invoices-x86_64")+`"]}`, second.Executions()[0].Input)
		require.Len(t, a.Tuning.Executions(), 2)
		require.Len(t, b.Tuning.Executions(), 1)
		require.Len(t, c.Tuning.Executions(), 1, "no fleet has it")
		require.Empty(t, d.Tuning.Executions())
		require.Contains(t, stderr, "\nnote: the functions of "+d.Tuning.ARN()+" are left out, because no Fleet has it and it tunes no construct: give --state-machine with it and --input with lambdaARN or targets\n")
	})
}

// Without the permission to look for fleets of other stacks, a stack's functions are tuned one after the other.
func TestFleetsOfOtherStacksDenied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulatedFleets(t)
		shop := s.tuner("Shop", []string{"Orders", "Refunds"}, nil, nil)
		f := s.fleetOf("Night", shop)
		looks := 0
		s.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Operation == "DescribeStacks" {
				if looks++; looks > 2 { // of the stack itself, once for each kind of state machine
					return &lambdasim.Fault{Err: lambdasim.AccessDenied("cloudformation:DescribeStacks", c.Resource)}
				}
			}
			return nil
		})
		status, stderr := s.tune(t.Context(), s.whole, "--stack", "Shop")
		require.Zero(t, status, stderr)
		require.Contains(t, stderr, "\nnote: whether a fleet of another stack has these functions is not known: reading the outputs of any stack: ")
		require.Contains(t, stderr, "cloudformation:DescribeStacks")
		require.Len(t, shop.Tuning.Executions(), 2)
		require.Empty(t, f.Executions())
	})
}
