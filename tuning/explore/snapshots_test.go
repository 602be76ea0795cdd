package explore

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// If snapshots cost something, so does each version: for three hours, or for as long as its invocations may take.
func TestBudgetsHoldSnapshots(t *testing.T) {
	a := twoTargets(tuning.Cost)
	a.Budget = Budget{Longest: map[tuning.Architecture]float64{tuning.X86: 1000, tuning.Arm: 1000}, Prices: map[tuning.Configuration]Price{}}
	free := a.WorstOpeningCost()
	require.Zero(t, a.WorstOpeningSnapshots())
	for c, price := range a.Prices {
		price.Restore, price.Caching = 0.01, 0.001
		a.Budget.Prices[c] = price
	}
	require.InDelta(t, free+10*0.01+4*3*3600*0.001, a.WorstOpeningCost(), 1e-9, "of four configurations, ten invocations")
	require.InDelta(t, 4*3*3600*0.001, a.WorstOpeningSnapshots(), 1e-9)
	a.Budget.Cost = a.WorstOpeningCost()
	require.Len(t, a.Next(nil, nil), 4)
	a.Budget.Snapshots = 3 * 3600 * 0.001
	require.Len(t, a.Next(nil, nil), 3)
	a.Budget.Longest[tuning.Arm], a.Budget.Longest[tuning.X86] = 3_600_000, 3_600_000
	require.InDelta(t, (4+3+3+3)*3600*0.001, a.WorstOpeningSnapshots(), 1e-9, "four invocations of an hour")
	require.Equal(t, Spending{Invocations: 1, Cost: 0.01 + a.Prices[a.Today].Invocation + 3_600_000*a.Prices[a.Today].Millisecond}, a.Worst(a.Today))

	// What is charged is not what is judged by.
	left := Budget{Spending: Spending{Cost: 10}}.Left([]tuning.Sample{{Cost: 3, Uncharged: 2}, {Cost: 3, Uncharged: -1}})
	require.InDelta(t, 10-1-4, left.Cost, 1e-12)
}

// A function that starts cold each time is judged by its cold starts, restores and all.
func TestRestoresOfAFunctionThatIsAlwaysCold(t *testing.T) {
	a := twoTargets(tuning.Cost)
	for c, price := range a.Prices {
		price.Restore = 1
		a.Prices[c] = price
	}
	var cold, mixed []tuning.Sample
	for _, m := range a.opening(nil, nil) {
		s := tuning.Sample{Configuration: m.Configuration, Duration: 100, RestoreDuration: 400, BilledDuration: 150, Cold: true}
		cold = append(cold, s, s)
		mixed = append(mixed, s, tuning.Sample{Configuration: m.Configuration, Duration: 100, BilledDuration: 100})
	}
	for _, e := range a.Verdict(cold, nil).Curve {
		require.Greater(t, e.Cost.Low, 1.0)
		if e.Measured {
			require.InDelta(t, 1+a.Prices[e.Configuration].Invocation+150*a.Prices[e.Configuration].Millisecond, e.Cost.Mean, 20*a.Prices[e.Configuration].Millisecond)
		}
	}
	for _, e := range a.Verdict(mixed, nil).Curve {
		require.Less(t, e.Cost.High, 1.0)
	}
}
