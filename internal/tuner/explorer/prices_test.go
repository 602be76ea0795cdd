package explorer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/explorer"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

func target(region string, a tuning.Architecture) run.Target {
	return run.Target{Function: "arn:aws:lambda:" + region + ":123456789012:function:f", Architecture: a, EphemeralStorage: 512}
}

// A run invokes versions of its own: nothing keeps instances of them ready, and they share no standing charge.
func TestTheRunIsChargedOnDemand(t *testing.T) {
	in, j := simulation.OneTarget()
	j.Targets[0].SnapStart, j.Targets[0].Runtime = true, "python3.14"
	in.ProvisionedConcurrency, in.InvocationsPerMonth = 3, 1e6
	s := run.WithCosts(in, j, []tuning.Sample{{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 1024}, BilledDuration: 1000, Cold: true}})[0]
	require.InDelta(t, 0.0000097222+2e-7+0.0001397998+730*3600*(3*0.0000041667+0.0000015046)/1e6, s.Cost, 1e-14)
	require.InDelta(t, 0.0000166667+2e-7+0.0001397998, s.Charge(), 1e-14)
}

// Adaptive exploration reckons with the very prices that samples are given, whatever these are made of.
func TestTheExplorersPricesAreTheSamples(t *testing.T) {
	cold := tuning.Sample{Duration: 29_999.5, InitDuration: 10_000, BilledDuration: 40_000, Cold: true}
	restored := tuning.Sample{Duration: 30_000, BilledDuration: 40_000, RestoreDuration: 9_999.1, BilledRestoreDuration: 10_000, Cold: true}
	for name, in := range map[string]input.Input{
		"on demand":               {},
		"a discount":              {Terms: price.Terms{Discount: 17}},
		"provisioned concurrency": {Terms: price.Terms{ProvisionedConcurrency: 7, InvocationsPerMonth: 1e6, Discount: 12}},
		"overrides":               {Terms: price.Terms{Overrides: price.Overrides{GBSecondX86: new(1e-5), GBSecondArm: new(0.0), Request: new(1e-6), EphemeralStorage: new(1e-7)}}},
	} {
		in.PowerValues, in.Exploration = []int{128, 1769, 10240}, tuning.Adaptive
		j := run.Journal{Targets: []run.Target{target("eu-central-1", tuning.Arm), target("eu-central-1", tuning.X86)}}
		j.Targets[1].SnapStart, j.Targets[1].Runtime = true, "dotnet8"
		for i := range j.Targets {
			j.Targets[i].EphemeralStorage, j.Targets[i].Timeout, j.Targets[i].Today.MemorySize = 10240, 30, 333
		}
		a := explorer.Adaptive(in, run.State{Journal: j})
		require.Len(t, a.Prices, 7, "today's has one too")
		for c, price := range a.Prices {
			for _, s := range []tuning.Sample{cold, restored, {Duration: 0.2, BilledDuration: 1}} {
				s.Configuration = c
				s = run.WithCosts(in, j, []tuning.Sample{s})[0]
				for _, check := range []struct {
					cost  float64
					price explore.Price
				}{{s.Cost, price}, {s.Charge(), a.Budget.Prices[c]}} {
					cost := check.price.Invocation + check.price.Millisecond*s.Billed()
					if s.Cold {
						cost += check.price.Restore
					}
					require.InDelta(t, check.cost, cost, 1e-12*cost+1e-20, "%s, %v", name, c)
				}
				require.LessOrEqual(t, s.Billed(), a.Budget.Longest[c.Architecture], "nothing is billed for longer")
			}
		}
	}
}
