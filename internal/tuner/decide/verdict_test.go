package decide

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
)

// even are samples of one configuration that all took the same time.
func even(a tuning.Architecture, size, count int, ms float64) []tuning.Sample {
	samples := make([]tuning.Sample, count)
	for i := range samples {
		samples[i] = tuning.Sample{
			Configuration: tuning.Configuration{Architecture: a, MemorySize: size},
			Duration:      ms, BilledDuration: math.Ceil(ms), Source: tuning.LogTail,
		}
	}
	return samples
}

func join(groups ...[]tuning.Sample) (all []tuning.Sample) {
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

func TestStrategies(t *testing.T) {
	// arm64: 128 MB 1000 ms, 512 MB 200 ms, 1024 MB 150 ms; x86_64: 128 MB 900 ms, 512 MB 190 ms, 1024 MB 150 ms.
	samples := join(
		even(tuning.Arm, 128, 5, 1000), even(tuning.Arm, 512, 5, 200), even(tuning.Arm, 1024, 5, 150),
		even(tuning.X86, 128, 5, 900), even(tuning.X86, 512, 5, 190), even(tuning.X86, 1024, 5, 150),
	)
	for name, test := range map[string]struct {
		strategy tuning.Strategy
		weight   float64
		winner   tuning.Configuration
		other    tuning.Configuration
	}{
		"cost":                         {tuning.Cost, 0, tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}},
		"speed, tie by cost":           {tuning.Speed, 0, tuning.Configuration{Architecture: tuning.Arm, MemorySize: 1024}, tuning.Configuration{Architecture: tuning.X86, MemorySize: 1024}},
		"balanced":                     {tuning.Balanced, 0.5, tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}},
		"balanced, all weight on cost": {tuning.Balanced, 1, tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}},
		"balanced, none on cost":       {tuning.Balanced, 0, tuning.Configuration{Architecture: tuning.Arm, MemorySize: 1024}, tuning.Configuration{Architecture: tuning.X86, MemorySize: 1024}},
	} {
		t.Run(name, func(t *testing.T) {
			in, j := simulation.TwoTargets()
			in.PowerValues, in.Strategy, in.BalancedWeight = []int{128, 512, 1024}, test.strategy, test.weight
			o, err := Decide(in, run.State{Journal: j}, samples)
			require.NoError(t, err)
			winner := tuning.Configuration{Architecture: o.Architecture, MemorySize: o.Power}
			require.Equal(t, test.winner, winner)
			c := o.Comparison.OtherArchitecture
			other := tuning.Configuration{Architecture: c.Architecture, MemorySize: c.Power}
			require.Equal(t, test.other, other)
		})
	}
}

func TestTiesOfCostAreDecidedByDuration(t *testing.T) {
	in, j := simulation.OneTarget()
	in.PowerValues = []int{512, 1024}
	in.Overrides = price.Overrides{Request: new(0.0)}
	o, err := Decide(in, run.State{Journal: j}, join(even(tuning.X86, 512, 5, 200), even(tuning.X86, 1024, 5, 100)))
	require.NoError(t, err)
	require.Equal(t, 1024, o.Power)
}

// The samples come back from the state in another order than they were taken in.
func TestTheOrderOfSamplesDecidesNothing(t *testing.T) {
	in, j := simulation.OneTarget()
	in.PowerValues = []int{512, 1024}
	// Twice the memory for half the time, in a request that costs nothing: equal costs.
	var samples []tuning.Sample
	for _, ms := range []float64{10, 20, 70, 30, 110, 60, 130} {
		samples = append(samples, join(even(tuning.X86, 512, 1, 2*ms), even(tuning.X86, 1024, 1, ms))...)
	}
	in.Overrides = price.Overrides{Request: new(0.0)}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		random.Shuffle(len(samples), func(a, b int) { samples[a], samples[b] = samples[b], samples[a] })
		o, err := Decide(in, run.State{Journal: j}, samples)
		require.NoError(t, err)
		require.Equal(t, 1024, o.Power)
	}
}

// One target: AWS Lambda Power Tuning's arithmetic. Ten calls, the first cold, at 20 % trimmed from both
// ends; the cost is untrimmed.
func TestOneTargetKeepsThePeersArithmetic(t *testing.T) {
	in, j := simulation.OneTarget()
	in.PowerValues, in.IncludeOutputResults, in.Num = []int{256}, true, 10
	samples := join(even(tuning.X86, 256, 8, 100), even(tuning.X86, 256, 1, 40), even(tuning.X86, 256, 1, 110))
	samples[9].Cold, samples[9].InitDuration, samples[9].BilledDuration = true, 290, 400
	samples = append(samples, even(tuning.X86, 512, 10, 80)...) // today's, which nobody asked for
	o, err := Decide(in, run.State{Journal: j}, samples)
	require.NoError(t, err)
	cost := 2e-7 + 0.25*0.0000166667*(8*0.1+0.04+0.4)/10
	require.Equal(t, 256, o.Power)
	require.Equal(t, tuning.X86, o.Architecture)
	require.InDelta(t, 100, o.Duration, 1e-9)
	require.InDelta(t, cost, o.Cost, 1e-15)
	require.Empty(t, cmp.Diff([]tuning.Stat{{AveragePrice: o.Cost, AverageDuration: 100, Value: 256, Architecture: tuning.X86}}, o.Stats))
	require.Nil(t, o.Comparison.OtherArchitecture)
	require.Equal(t, 512, o.Comparison.Today.Power)
	require.InDelta(t, 10*o.Cost+10*(2e-7+0.5*0.0000166667*0.08), o.StateMachine.LambdaCost, 1e-12)

	sizes := o.Targets[0].Sizes
	require.Len(t, sizes, 2)
	require.False(t, sizes[0].Today)
	require.True(t, sizes[1].Today)
	require.InDelta(t, 0.1, sizes[0].ColdShare, 1e-9)
	require.Empty(t, o.Warnings, "the one cold start in ten is trimmed away")
}

// stats come in the order in which the input names the sizes, as AWS Lambda Power Tuning's do.
func TestStatsKeepTheOrderOfPowerValues(t *testing.T) {
	in, j := simulation.TwoTargets()
	in.PowerValues, in.StatsOrder, in.IncludeOutputResults = []int{256, 512, 1024}, []int{512, 1024, 256}, true
	var samples []tuning.Sample
	for _, size := range []int{256, 1024, 512} {
		samples = join(samples, even(tuning.X86, size, 5, 10), even(tuning.Arm, size, 5, 10))
	}
	o, err := Decide(in, run.State{Journal: j}, samples)
	require.NoError(t, err)
	var order []tuning.Configuration
	for _, s := range o.Stats {
		order = append(order, tuning.Configuration{Architecture: s.Architecture, MemorySize: s.Value})
	}
	require.Equal(t, []tuning.Configuration{
		{Architecture: tuning.Arm, MemorySize: 512}, {Architecture: tuning.Arm, MemorySize: 1024}, {Architecture: tuning.Arm, MemorySize: 256},
		{Architecture: tuning.X86, MemorySize: 512}, {Architecture: tuning.X86, MemorySize: 1024}, {Architecture: tuning.X86, MemorySize: 256},
	}, order)
}

func TestTwoTargetsAreComparedByWarmSamples(t *testing.T) {
	in, j := simulation.TwoTargets()
	in.PowerValues = []int{512}
	arm := even(tuning.Arm, 512, 6, 100)
	arm[0].Cold, arm[0].InitDuration, arm[0].BilledDuration = true, 900, 1000
	o, err := Decide(in, run.State{Journal: j}, join(arm, even(tuning.X86, 512, 6, 100)))
	require.NoError(t, err)
	require.Equal(t, tuning.Arm, o.Architecture)
	require.InDelta(t, 100, o.Duration, 1e-9)
	require.InDelta(t, 2e-7+0.5*0.0000133334*0.1, o.Cost, 1e-15)
	require.Nil(t, o.Stats)
}

func TestEverySizeFailed(t *testing.T) {
	in, j := simulation.TwoTargets()
	in.PowerValues = []int{128, 256}
	_, err := Decide(in, run.State{Journal: j, Failures: []tuning.Failure{
		{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 256}, Reason: "out of memory", OutOfMemory: true},
		{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 256}, Reason: "HandledError: no such table"},
	}}, nil)
	require.EqualError(t, err, "no memory size could be measured: arm64 at 128 MB: not tried, because arm64 at 256 MB ran out of memory; "+
		"arm64 at 256 MB: out of memory; x86_64 at 128 MB: no sample; x86_64 at 256 MB: HandledError: no such table")
	require.Equal(t, "NothingMeasured", run.ErrorName(err))
}

func TestRunCosts(t *testing.T) {
	in, j := simulation.OneTarget()
	in.PowerValues, in.AutoOptimize = []int{512}, true
	in.TunerArchitecture = tuning.Arm
	o, err := Decide(in, run.State{Journal: j, Counts: run.Counts{Transitions: 11, StepGBSeconds: 3.5}}, even(tuning.X86, 512, 5, 100))
	require.NoError(t, err)
	require.InDelta(t, 12*0.000025, o.StateMachine.ExecutionCost, 1e-12, "11 before, then Apply")
	require.InDelta(t, 5*(2e-7+0.5*0.0000166667*0.1), o.StateMachine.LambdaCost, 1e-12)
	require.InDelta(t, 7*2e-7+0.0000133334*3.5, o.StateMachine.TunerCost, 1e-12)
}
