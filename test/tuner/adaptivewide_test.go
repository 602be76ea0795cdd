//go:build !race

// Exploring 92 configurations takes the race detector minutes; it sees the same code explore fewer.

package tuner

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// Two functions, all sizes: few are published, and those that are not stand on the curve as estimates.
func TestAdaptiveMeasuresWhatDecides(t *testing.T) {
	for name, input := range map[string]string{
		"cost":     `{"exploration":"adaptive","powerValues":"ALL"}`,
		"speed":    `{"exploration":"adaptive","powerValues":"ALL","strategy":"speed"}`,
		"balanced": `{"exploration":"adaptive","powerValues":"ALL","strategy":"balanced"}`,
		"mixed":    `{"exploration":"adaptive","powerValues":"ALL","payload":[{"payload":1,"weight":1},{"payload":2,"weight":2}]}`,
		"parallel": `{"exploration":"adaptive","powerValues":"ALL","parallelInvocation":true}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.behave(lambdasim.Behavior{Workload: lambdasim.FindProfile("memory-intensive/rust")})
				published := w.published()
				o := w.tuned(input)
				require.Less(t, len(published), 40, "of 92 configurations")
				require.Contains(t, published, "prime-x86 512", "today's")
				require.Len(t, o.Curve, 92)
				require.Equal(t, 92, o.Exploration.Sizes)
				require.Equal(t, tuning.Adaptive, o.Exploration.Method)
				measured := 0
				for _, target := range o.Targets {
					for _, size := range target.Sizes {
						require.Positive(t, size.Samples)
						require.Contains(t, published, fmt.Sprintf("%s %d", target.FunctionARN[len(w.arn(0))-len("prime-x86"):], size.Power))
						at := slices.IndexFunc(o.Curve, func(p tuning.CurvePoint) bool { return p.Architecture == target.Architecture && p.Power == size.Power })
						require.False(t, o.Curve[at].Estimated)
						measured++
					}
				}
				require.Equal(t, measured, o.Exploration.Measured)
				require.Contains(t, measuredSizes(o.Targets[slices.IndexFunc(o.Targets, func(t tuning.TargetStatistics) bool { return t.Architecture == o.Architecture })]), o.Power)
				for _, p := range o.Curve {
					require.True(t, p.CostLow <= p.Cost && p.Cost <= p.CostHigh && p.DurationLow <= p.Duration && p.Duration <= p.DurationHigh)
				}
			})
		})
	}
}

// A size that runs out of memory takes the smaller ones with it on both architectures, and one that times
// out those of its own: none of them is published afterwards.
func TestAdaptiveLeavesOutWhatWouldFail(t *testing.T) {
	for name, test := range map[string]struct {
		behavior lambdasim.Behavior
		smallest int // that is measured
	}{
		"out of memory": {lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 100}), OutOfMemoryBelow: 600}, 640},
		"time-out":      {lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 12_000})}, 768},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.behave(test.behavior)
				o := w.tuned(`{"exploration":"adaptive","powerValues":"ALL"}`)
				failed, told := 0, map[tuning.Configuration]bool{}
				for _, p := range o.Curve {
					told[tuning.Configuration{Architecture: p.Architecture, MemorySize: p.Power}] = true
				}
				for _, target := range o.Targets {
					for _, size := range target.Sizes {
						if size.Failed != "" {
							told[tuning.Configuration{Architecture: target.Architecture, MemorySize: size.Power}] = true
							failed++
							continue
						}
						require.GreaterOrEqual(t, size.Power, test.smallest)
					}
				}
				require.Positive(t, failed)
				require.Len(t, told, 92, "each size is on the curve, or it is said why not")
				require.GreaterOrEqual(t, o.Power, test.smallest)
				require.Nil(t, o.Comparison.Today, "today's 512 MB failed")
			})
		})
	}
}

// Budgets hold for exploring, whatever happens; what they leave open is said.
func TestAdaptiveBudgets(t *testing.T) {
	noisy := lambdasim.Behavior{Workload: lambdasim.Flat(lambdasim.Timing{Mean: 500, P99: 2000}), HostSigma: 0.1}
	for name, test := range map[string]struct {
		input       string
		invocations int
		cost        float64
	}{
		"invocations": {`{"exploration":"adaptive","powerValues":"ALL","strategy":"speed","maxInvocations":30}`, 30, 1},
		"cost":        {`{"exploration":"adaptive","powerValues":"ALL","strategy":"speed","maxCost":0.02}`, 100, 0.02},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.behave(noisy)
				o := w.tuned(test.input)
				samples, cost := 0, 0.0
				for _, target := range o.Targets {
					for _, size := range target.Sizes {
						samples += size.Samples
						for _, spread := range []*tuning.Spread{size.Warm, size.Cold} {
							cost += float64(spread.Samples) * spread.MeanCost
						}
					}
				}
				require.LessOrEqual(t, samples, test.invocations)
				require.LessOrEqual(t, cost, test.cost)
				require.True(t, o.Exploration.BudgetSpent, o.Exploration.Text)
				require.Contains(t, o.Exploration.Text, "; the budget ended the search; still open: ")
			})
		})
	}
	t.Run("more than the state machine carries", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			name, message := w.fails(`{"exploration":"adaptive","maxInvocations":100000}`)
			require.Equal(t, "NotTunable", name)
			require.Contains(t, message, "and the state machine carries 248: ask for fewer memory sizes or samples")
		})
	})
	t.Run("as much as it carries", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			w.behave(lambdasim.Behavior{Workload: lambdasim.Flat(lambdasim.Timing{Mean: 500, P99: 4000}), HostSigma: 0.3, SlowShare: 0.1, SlowFactor: 20})
			w.tuned(`{"exploration":"adaptive","strategy":"speed","powerValues":"ALL","maxInvocations":10000,"includeOutputResults":true}`)
			largest := 0
			for _, e := range w.tuning.Executions()[0].History() {
				largest = max(largest, len(e.Input), len(e.Output))
			}
			t.Logf("at most %d bytes", largest)
			require.Less(t, largest, 248_000)
		})
	})
	t.Run("a cost that the first round may pass", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, lambdasim.Options{})
			name, message := w.fails(`{"exploration":"adaptive","maxCost":0.001}`)
			require.Equal(t, "NotTunable", name)
			require.Equal(t, "maxCost is 0.001 USD, and the first round alone may cost 0.0027 USD if its invocations take as long as the functions' time-outs allow: give that at least, or shorten the time-outs", message)
		})
	})
}
