package tuner

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// snapStart turns it on for both functions, on a runtime.
func (w *world) snapStart(runtime string) {
	for _, name := range siblings {
		w.sim.Deploy(name, func(c *lambdasim.Configuration) {
			c.Runtime, c.SnapStart.ApplyOn = runtime, "PublishedVersions"
		})
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
		prices := tuning.PricesFor(tuning.Input{}, tuning.Target{Function: w.arn(0), Architecture: o.Architecture})
		require.Equal(t, map[int]float64{
			512: prices.Invocation(512, 1300), 1024: prices.Invocation(1024, 600),
		}, sizesOf(o.Targets[0], func(s tuning.SizeStatistics) float64 { return s.Cost }))
		require.Equal(t, map[int]float64{512: 2200, 1024: 1500}, sizesOf(o.Targets[0], func(s tuning.SizeStatistics) float64 { return s.Duration }))
		truth, _ := w.billed()
		require.InDelta(t, truth, o.StateMachine.LambdaCost, 1e-9*truth)
		require.Empty(t, o.Warnings)
	})
}
