package decide

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
)

// calibrationRuns is how many runs each figure below comes from; the seeds are fixed.
const calibrationRuns = 600

// decided plays a whole run and returns its verdict.
func decided(t testing.TB, w simulation.World, in input.Input, j run.Journal) *tuning.Output {
	f := w.Run(t, in, j)
	o, err := Decide(in, run.State{Journal: j, Failures: f.Failures}, f.Samples)
	require.NoError(t, err)
	return o
}

// The 95 % interval of the recommendation holds the true advantage in 95 % of runs or more, with hosts that differ and
// calls that spread. test/bench has the kinds of hosts that it is made for.
func TestCalibrationOfTheInterval(t *testing.T) {
	for name, test := range map[string]struct {
		host, noise float64
		strategy    tuning.Strategy
		weights     []int     // of payloads. Default: one
		payloads    []float64 // how much longer each takes
	}{
		"alike hosts":                  {host: 0.005, noise: 0.05, strategy: tuning.Cost},
		"unlike hosts":                 {host: 0.02, noise: 0.05, strategy: tuning.Cost},
		"noisy calls":                  {host: 0.01, noise: 0.2, strategy: tuning.Cost},
		"unlike and fast":              {host: 0.03, noise: 0.03, strategy: tuning.Speed},
		"payloads of all sizes":        {host: 0.02, noise: 0.05, strategy: tuning.Cost, weights: []int{1, 3, 1}, payloads: []float64{0.2, 1, 6}},
		"a rare payload that is large": {host: 0.02, noise: 0.05, strategy: tuning.Cost, weights: []int{9, 1}, payloads: []float64{1, 20}},
		"more payloads than samples":   {host: 0.02, noise: 0.05, strategy: tuning.Cost, weights: []int{2, 1, 1, 1, 1, 1, 1, 2}, payloads: []float64{1, 2, 3, 4, 5, 6, 7, 8}},
	} {
		t.Run(name, func(t *testing.T) {
			in, j := simulation.TwoTargets()
			in.PowerValues, in.Strategy = []int{256, 512, 1024, 1769}, test.strategy
			factor := 1.0 // of the mean payload
			if test.weights != nil {
				in.Payloads, factor = weigh(test.weights, in.Num, test.payloads)
			}
			truth := func(c tuning.Configuration) float64 {
				ms := 400 * math.Pow(1769/float64(c.MemorySize), 0.85)
				if c.Architecture == tuning.X86 {
					ms *= 1.15
				}
				return ms * factor
			}
			costs := map[tuning.Architecture]price.Prices{}
			for _, target := range j.Targets {
				costs[target.Architecture] = price.For(in.Terms, target.Priced())
			}
			held, all := 0, 0
			for seed := range uint64(calibrationRuns) {
				w := simulation.World{Random: rand.New(rand.NewPCG(seed, 7)), Payloads: test.payloads, Host: test.host, Noise: test.noise, Init: 120}
				w.Mean = func(c tuning.Configuration) float64 { return truth(c) / factor }
				o := decided(t, w, in, j)
				advised := tuning.Configuration{Architecture: o.Architecture, MemorySize: o.Power}
				for _, a := range []*tuning.Advantage{o.Recommendation.Today, o.Recommendation.OtherArchitecture} {
					if a == nil || o.Recommendation.Action == tuning.Change && (o.Recommendation.Power != o.Power || o.Recommendation.Architecture != o.Architecture) {
						continue
					}
					against := tuning.Configuration{Architecture: a.Architecture, MemorySize: a.Power}
					of := func(c tuning.Configuration) float64 {
						if test.strategy == tuning.Speed {
							return truth(c)
						}
						return costs[c.Architecture].Invocation(c.MemorySize, 0) + (truth(c)+0.5)/1000*(costs[c.Architecture].Invocation(c.MemorySize, 1000)-costs[c.Architecture].Invocation(c.MemorySize, 0))
					}
					truly := 100 * (1 - of(advised)/of(against))
					interval := a.Cheaper
					if test.strategy == tuning.Speed {
						interval = a.Faster
					}
					all++
					if interval.Low <= truly && truly <= interval.High {
						held++
					}
				}
			}
			coverage := float64(held) / float64(all)
			t.Logf("the interval held the true advantage in %.2f %% of %d comparisons", 100*coverage, all)
			require.GreaterOrEqual(t, all, calibrationRuns)
			require.GreaterOrEqual(t, coverage, 0.95)
		})
	}
}

// weigh makes payloads of these weights, and says how much longer they take on average.
func weigh(weights []int, num int, durations []float64) (payloads []input.WeightedPayload, factor float64) {
	sum := 0
	for i, w := range weights {
		payloads = append(payloads, input.WeightedPayload{Weight: float64(w), Samples: w * num / 10})
		factor += durations[i] * float64(w)
		sum += w
	}
	return payloads, factor / float64(sum)
}

// If no configuration is better than another, a difference is claimed in at most 5 % of runs.
func TestCalibrationOfFlatFunctions(t *testing.T) {
	for name, test := range map[string]struct {
		host     float64
		strategy tuning.Strategy
		two      bool
	}{
		"two targets, alike hosts":       {0, tuning.Cost, true},
		"two targets, unlike hosts":      {0.02, tuning.Cost, true},
		"two targets by speed":           {0.02, tuning.Speed, true},
		"one target, unlike hosts":       {0.02, tuning.Cost, false},
		"two targets, very unlike hosts": {0.1, tuning.Cost, true},
		"two targets, balanced":          {0.02, tuning.Balanced, true},
	} {
		t.Run(name, func(t *testing.T) {
			in, j := simulation.OneTarget()
			if test.two {
				in, j = simulation.TwoTargets()
			}
			in.Strategy = test.strategy
			in.Overrides = price.Overrides{GBSecondX86: new(1.5e-5), GBSecondArm: new(1.5e-5), Request: new(0.0)}
			flat := func(c tuning.Configuration) float64 { return 1e6 / float64(c.MemorySize) } // the same cost everywhere
			switch test.strategy {
			case tuning.Speed:
				flat = func(tuning.Configuration) float64 { return 500 }
			case tuning.Balanced:
				in.PowerValues = []int{512} // only one size can have both alike
				flat = func(tuning.Configuration) float64 { return 500 }
			}
			claims := 0
			for seed := range uint64(calibrationRuns) {
				w := simulation.World{Random: rand.New(rand.NewPCG(seed, 8)), Mean: flat, Host: test.host, Noise: 0.05}
				if r := decided(t, w, in, j).Recommendation; r.Confirmed {
					claims++
				}
			}
			share := float64(claims) / calibrationRuns
			t.Logf("a difference was claimed in %.2f %% of %d runs", 100*share, calibrationRuns)
			require.LessOrEqual(t, share, 0.05)
		})
	}
}

// A true advantage of 10 % is found nearly always, also where payloads take between a fifth and six times
// as long: all sandboxes get the same of them.
func TestCalibrationFindsTenPerCent(t *testing.T) {
	in, j := simulation.TwoTargets()
	require.Greater(t, findTenPerCent(t, in, j, nil), 0.98)
	in.Payloads, _ = weigh([]int{1, 3, 1}, in.Num, []float64{0.2, 1, 6})
	require.Greater(t, findTenPerCent(t, in, j, []float64{0.2, 1, 6}), 0.92)
}

func findTenPerCent(t *testing.T, in input.Input, j run.Journal, payloads []float64) float64 {
	in.PowerValues = []int{512}
	in.Overrides = price.Overrides{GBSecondX86: new(1.5e-5), GBSecondArm: new(1.5e-5), Request: new(0.0)}
	found := 0
	for seed := range uint64(calibrationRuns) {
		w := simulation.World{Random: rand.New(rand.NewPCG(seed, 9)), Payloads: payloads, Host: 0.02, Noise: 0.05, Mean: func(c tuning.Configuration) float64 {
			if c.Architecture == tuning.X86 {
				return 900
			}
			return 1000
		}}
		if decided(t, w, in, j).Recommendation.Action == tuning.Change {
			found++
		}
	}
	t.Logf("found in %.2f %% of %d runs", 100*float64(found)/calibrationRuns, calibrationRuns)
	return float64(found) / calibrationRuns
}
