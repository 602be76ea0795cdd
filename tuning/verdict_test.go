package tuning

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning/explore"
)

// even are samples of one configuration that all took the same time.
func even(a explore.Architecture, size, count int, ms float64) []explore.Sample {
	samples := make([]explore.Sample, count)
	for i := range samples {
		samples[i] = explore.Sample{
			Configuration: explore.Configuration{Architecture: a, MemorySize: size},
			Duration:      ms, BilledDuration: math.Ceil(ms), Source: explore.LogTail,
		}
	}
	return samples
}

func join(groups ...[]explore.Sample) (all []explore.Sample) {
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

func TestStrategies(t *testing.T) {
	// arm64: 128 MB 1000 ms, 512 MB 200 ms, 1024 MB 150 ms; x86_64: 128 MB 900 ms, 512 MB 190 ms, 1024 MB 150 ms.
	samples := join(
		even(explore.Arm, 128, 5, 1000), even(explore.Arm, 512, 5, 200), even(explore.Arm, 1024, 5, 150),
		even(explore.X86, 128, 5, 900), even(explore.X86, 512, 5, 190), even(explore.X86, 1024, 5, 150),
	)
	for name, test := range map[string]struct {
		strategy Strategy
		weight   float64
		winner   explore.Configuration
		other    explore.Configuration
	}{
		"cost":                         {Cost, 0, explore.Configuration{Architecture: explore.Arm, MemorySize: 512}, explore.Configuration{Architecture: explore.X86, MemorySize: 512}},
		"speed, tie by cost":           {Speed, 0, explore.Configuration{Architecture: explore.Arm, MemorySize: 1024}, explore.Configuration{Architecture: explore.X86, MemorySize: 1024}},
		"balanced":                     {Balanced, 0.5, explore.Configuration{Architecture: explore.Arm, MemorySize: 512}, explore.Configuration{Architecture: explore.X86, MemorySize: 512}},
		"balanced, all weight on cost": {Balanced, 1, explore.Configuration{Architecture: explore.Arm, MemorySize: 512}, explore.Configuration{Architecture: explore.X86, MemorySize: 512}},
		"balanced, none on cost":       {Balanced, 0, explore.Configuration{Architecture: explore.Arm, MemorySize: 1024}, explore.Configuration{Architecture: explore.X86, MemorySize: 1024}},
	} {
		t.Run(name, func(t *testing.T) {
			in, j := twoTargets()
			in.PowerValues, in.Strategy, in.BalancedWeight = []int{128, 512, 1024}, test.strategy, test.weight
			o, err := Decide(in, State{Journal: j}, samples)
			require.NoError(t, err)
			require.Equal(t, test.winner, explore.Configuration{Architecture: o.Architecture, MemorySize: o.Power})
			c := o.Comparison.OtherArchitecture
			require.Equal(t, test.other, explore.Configuration{Architecture: c.Architecture, MemorySize: c.Power})
		})
	}
}

func TestTiesOfCostAreDecidedByDuration(t *testing.T) {
	in, j := oneTarget()
	in.PowerValues = []int{512, 1024}
	in.PriceOverrides = PriceOverrides{Request: usd(0)}
	o, err := Decide(in, State{Journal: j}, join(even(explore.X86, 512, 5, 200), even(explore.X86, 1024, 5, 100)))
	require.NoError(t, err)
	require.Equal(t, 1024, o.Power)
}

func TestBalanceIsThePeersOverBothArchitectures(t *testing.T) {
	in := Input{Strategy: Balanced, BalancedWeight: 0.25}
	balance := balanceOf(in, []figure{
		{cost: 4, duration: 100, asked: true}, {cost: 8, duration: 50, asked: true}, {cost: 1000, duration: 1000},
	})
	require.InDelta(t, 0.25*4/8+0.75*100/100, balance(4, 100), 1e-12)
	require.InDelta(t, 0.25*8/8+0.75*50/100, balance(8, 50), 1e-12)
}

// One target: AWS Lambda Power Tuning's arithmetic. Ten calls, the first cold, at 20 % trimmed from both
// ends; the cost is untrimmed.
func TestOneTargetKeepsThePeersArithmetic(t *testing.T) {
	in, j := oneTarget()
	in.PowerValues, in.IncludeOutputResults, in.Num = []int{256}, true, 10
	samples := join(even(explore.X86, 256, 8, 100), even(explore.X86, 256, 1, 40), even(explore.X86, 256, 1, 110))
	samples[9].Cold, samples[9].InitDuration, samples[9].BilledDuration = true, 290, 400
	samples = append(samples, even(explore.X86, 512, 10, 80)...) // today's, which nobody asked for
	o, err := Decide(in, State{Journal: j}, samples)
	require.NoError(t, err)
	cost := 2e-7 + 0.25*0.0000166667*(8*0.1+0.04+0.4)/10
	require.Equal(t, 256, o.Power)
	require.Equal(t, explore.X86, o.Architecture)
	require.InDelta(t, 100, o.Duration, 1e-9)
	require.InDelta(t, cost, o.Cost, 1e-15)
	require.Empty(t, cmp.Diff([]Stat{{AveragePrice: o.Cost, AverageDuration: 100, Value: 256, Architecture: explore.X86}}, o.Stats))
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

func TestTwoTargetsAreComparedByWarmSamples(t *testing.T) {
	in, j := twoTargets()
	in.PowerValues = []int{512}
	arm := even(explore.Arm, 512, 6, 100)
	arm[0].Cold, arm[0].InitDuration, arm[0].BilledDuration = true, 900, 1000
	o, err := Decide(in, State{Journal: j}, join(arm, even(explore.X86, 512, 6, 100)))
	require.NoError(t, err)
	require.Equal(t, explore.Arm, o.Architecture)
	require.InDelta(t, 100, o.Duration, 1e-9)
	require.InDelta(t, 2e-7+0.5*0.0000133334*0.1, o.Cost, 1e-15)
	require.Nil(t, o.Stats)
}

func TestRecommendations(t *testing.T) {
	slower := func(a explore.Architecture, by float64) func(explore.Configuration) float64 {
		return func(c explore.Configuration) float64 {
			ms := cpuBound(200)(c)
			if c.Architecture == a {
				ms *= by
			}
			return ms
		}
	}
	alike := &Responses{Enabled: true, Compared: 20}
	for name, test := range map[string]struct {
		change    func(in *Input, j *Journal)
		mean      func(explore.Configuration) float64
		failures  []explore.Failure
		responses *Responses
		want      string
		action    Action
		confirmed bool
		power     int
	}{
		"change the architecture and the size": {
			change: func(in *Input, j *Journal) {
				in.InvocationsPerMonth, in.PowerValues = 3e6, []int{1024}
				j.Targets[0], j.Targets[1] = j.Targets[1], j.Targets[0]
			},
			mean: func(c explore.Configuration) float64 {
				if c.Architecture == explore.X86 {
					return 1e5 / float64(c.MemorySize)
				}
				return 0.9e5 / float64(c.MemorySize)
			},
			responses: alike,
			want:      "arm64 at 1024 MB: 25 % cheaper (23–27 %) and 55 % faster than today's x86_64 at 512 MB; both answered alike in 20 of 20; saves about 1.37 USD a month at 3 million invocations",
			action:    Change, confirmed: true, power: 1024,
		},
		"change the size of one target": {
			change: func(in *Input, j *Journal) {
				*in, *j = oneTarget()
				in.PowerValues, in.Strategy = []int{512, 1024}, Speed
			},
			mean:   cpuBound(200),
			want:   "x86_64 at 1024 MB: 50 % faster (48–51 %) than today's x86_64 at 512 MB, and about as dear",
			action: Change, confirmed: true, power: 1024,
		},
		"keep the winner that is today's": {
			change: func(in *Input, _ *Journal) { in.PowerValues = []int{256, 512} },
			mean: func(c explore.Configuration) float64 {
				return slower(explore.X86, 1.3)(c) * math.Pow(512/float64(c.MemorySize), 0.2)
			},
			want:   "keep arm64 at 512 MB: 37 % cheaper (34–39 %) and 22 % faster than x86_64's best, at 512 MB",
			action: Keep, confirmed: true, power: 512,
		},
		"keep the only target's size": {
			change: func(in *Input, j *Journal) { *in, *j = oneTarget(); in.PowerValues = []int{512, 3008} },
			mean:   cpuBound(200),
			want:   "keep x86_64 at 512 MB: no other memory size was measured to be cheaper",
			action: Keep, power: 512,
		},
		"keep what nothing is confirmed against": {
			change: func(in *Input, _ *Journal) { in.PowerValues = []int{1024, 1769} },
			mean:   func(c explore.Configuration) float64 { return slower(explore.X86, 1.3)(c) },
			want:   "keep arm64 at 512 MB: arm64 at 1024 MB was measured best, but on fresh samples it is about as dear (−4.1 to 4.5 %)",
			action: Keep, power: 512,
		},
		"only the memory where the architectures are alike": {
			change: func(in *Input, j *Journal) {
				j.Targets[0], j.Targets[1] = j.Targets[1], j.Targets[0]
				in.PowerValues, in.PriceOverrides = []int{1024}, PriceOverrides{GBSecondX86: usd(1.5e-5), GBSecondArm: usd(1.5e-5)}
			},
			mean:   func(c explore.Configuration) float64 { return 2e8 / float64(c.MemorySize) / float64(c.MemorySize) },
			want:   "x86_64 at 1024 MB: 48 % cheaper (46–50 %) and 75 % faster than today's x86_64 at 512 MB; that arm64 would be cheaper still was not confirmed",
			action: Change, confirmed: true, power: 1024,
		},
		"cold starts": {
			change: func(in *Input, _ *Journal) { in.OnlyColdStarts, in.PowerValues = true, []int{1769} },
			mean:   cpuBound(200),
			want:   "keep arm64 at 512 MB: cold starts are measured, not confirmed; arm64 at 1769 MB was measured best",
			action: Keep, power: 512,
		},
		"today's fails": {
			change:   func(in *Input, _ *Journal) { in.PowerValues = []int{1024} },
			mean:     cpuBound(200),
			failures: []explore.Failure{{Configuration: explore.Configuration{Architecture: explore.Arm, MemorySize: 512}, Reason: "timed out after 3 s"}},
			want:     "keep arm64 at 512 MB: it could not be measured, so nothing is compared with it; arm64 at 1024 MB was measured best",
			action:   Keep, power: 512,
		},
		"answers differ": {
			change: func(in *Input, j *Journal) {
				in.PowerValues, in.Strategy, in.InvocationsPerMonth = []int{3008}, Speed, 250_000
			},
			mean:      cpuBound(200),
			responses: &Responses{Enabled: true, Compared: 20, Patterns: []Pattern{{Pointers: []string{"/n"}, Count: 3}}, Examples: []Example{{"/n", "/n: x86_64 answered 1, arm64 answered 2"}}},
			want:      "arm64 at 3008 MB: 71 % faster (70–72 %) and 68 % dearer than today's arm64 at 512 MB; that x86_64 would be faster still was not confirmed; but their answers differed in 3 of 20: see the warnings first; costs about 0.81 USD more a month at 250,000 invocations",
			action:    Change, confirmed: true, power: 3008,
		},
		"balanced": {
			change: func(in *Input, j *Journal) {
				*in, *j = oneTarget()
				in.PowerValues, in.Strategy = []int{512, 1769}, Balanced
			},
			mean:   cpuBound(200),
			want:   "x86_64 at 1769 MB: 71 % faster (70–72 %) than today's x86_64 at 512 MB, and about as dear (−4.5 to 2.6 %)",
			action: Change, confirmed: true, power: 1769,
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, j := twoTargets()
			test.change(&in, &j)
			w := simulation{random: rand.New(rand.NewPCG(6, 6)), mean: test.mean, host: 0.01, noise: 0.05, init: 100, failures: test.failures}
			f := w.run(t, in, j)
			o, err := Decide(in, State{Journal: j, Failures: f.failures, Responses: test.responses}, f.samples)
			require.NoError(t, err)
			r := o.Recommendation
			require.Equal(t, test.want, r.Text)
			require.Equal(t, test.action, r.Action)
			require.Equal(t, test.confirmed, r.Confirmed)
			require.Equal(t, test.power, r.Power)
			require.Equal(t, test.action == Change && in.InvocationsPerMonth > 0, r.SavingsPerMonth != nil)
		})
	}
}

func TestASmallAdvantageIsNotWorthAChange(t *testing.T) {
	in, j := oneTarget()
	in.PowerValues, in.Strategy = []int{1024}, Speed
	w := simulation{random: rand.New(rand.NewPCG(1, 1)), noise: 0.002, mean: func(c explore.Configuration) float64 {
		if c.MemorySize == 1024 {
			return 990
		}
		return 1000
	}}
	require.Equal(t, "keep x86_64 at 512 MB: x86_64 at 1024 MB was measured best, but on fresh samples it is 1 % faster (0.9–1.1 %), less than the 2 % that a change is worth",
		decided(t, w, in, j).Recommendation.Text)
}

func TestTooFewFreshSandboxesConfirmNothing(t *testing.T) {
	in, j := oneTarget()
	in.PowerValues = []int{1024}
	samples := join(even(explore.X86, 1024, 5, 10), even(explore.X86, 512, 5, 100), even(explore.X86, 1024, 5, 10), even(explore.X86, 512, 5, 100))
	for i := 10; i < 20; i++ {
		samples[i].Confirming = true // all in one sandbox
	}
	o, err := Decide(in, State{Journal: j}, samples)
	require.NoError(t, err)
	require.Equal(t, "keep x86_64 at 512 MB: x86_64 at 1024 MB was measured best, but too few fresh sandboxes answered to confirm it", o.Recommendation.Text)
	require.Equal(t, 1024, o.Power, "power stays the strategy's choice")
}

func TestEverySizeFailed(t *testing.T) {
	in, j := twoTargets()
	in.PowerValues = []int{128, 256}
	_, err := Decide(in, State{Journal: j, Failures: []explore.Failure{
		{Configuration: explore.Configuration{Architecture: explore.Arm, MemorySize: 256}, Reason: "out of memory", OutOfMemory: true},
		{Configuration: explore.Configuration{Architecture: explore.X86, MemorySize: 256}, Reason: "HandledError: no such table"},
	}}, nil)
	require.EqualError(t, err, "no memory size could be measured: arm64 at 128 MB: not tried, since arm64 at 256 MB ran out of memory; "+
		"arm64 at 256 MB: out of memory; x86_64 at 128 MB: no sample; x86_64 at 256 MB: HandledError: no such table")
	require.Equal(t, "NothingMeasured", ErrorName(err))
}

func TestWarnings(t *testing.T) {
	cold := func(samples []explore.Sample) []explore.Sample {
		for i := range samples {
			samples[i].Cold = true
		}
		return samples
	}
	clock := even(explore.X86, 512, 2, 10)
	for i := range clock {
		clock[i].Source = explore.ClientClock
	}
	failed := even(explore.X86, 512, 1, 10)
	failed[0].Failed = true
	for name, test := range map[string]struct {
		change  func(in *Input, s *State)
		samples []explore.Sample
		want    []string
	}{
		"none":               {func(*Input, *State) {}, even(explore.X86, 512, 5, 10), []string{}},
		"a step's own":       {func(_ *Input, s *State) { s.Warnings = []string{"first"} }, even(explore.X86, 512, 5, 10), []string{"first"}},
		"the caller's clock": {func(*Input, *State) {}, join(even(explore.X86, 512, 5, 10), clock), []string{"2 of 7 durations were read from the caller's clock, since the platform's report was not to be had; they include the network"}},
		"cold starts beyond the trimmed": {
			func(in *Input, _ *State) { in.PowerValues = []int{512, 1024} }, join(cold(even(explore.X86, 512, 2, 10)), even(explore.X86, 512, 3, 10), cold(even(explore.X86, 1024, 1, 10)), even(explore.X86, 1024, 4, 10)),
			[]string{"cold starts are among the samples (40 % at 512 MB), more than discardTopBottom leaves out; cost and duration there include initialisation"},
		},
		"cold starts that were asked for": {func(in *Input, _ *State) { in.OnlyColdStarts = true }, cold(even(explore.X86, 512, 5, 10)), []string{}},
		"allowed exceptions":              {func(*Input, *State) {}, join(even(explore.X86, 512, 5, 10), failed), []string{"1 of 6 invocations ended with an error that allowedExceptions allows"}},
		"possibly duplicated":             {func(_ *Input, s *State) { s.Counts.PossiblyDuplicated = 2 }, even(explore.X86, 512, 5, 10), []string{"2 invocations may have run twice, since their answer was lost"}},
		"SnapStart":                       {func(_ *Input, s *State) { s.Journal.Targets[0].SnapStart = true }, even(explore.X86, 512, 5, 10), []string{foreign + " uses SnapStart: what AWS charges for its cache and restores (Python and .NET) is not in the costs"}},
		"error statuses":                  {func(_ *Input, s *State) { s.Responses = &Responses{Answers: 5, ErrorStatuses: 4} }, even(explore.X86, 512, 5, 10), []string{"4 of 5 answers had a statusCode of 400 or more: the function may have been measured on its error path"}},
		"autoOptimize of an owned function": {
			func(in *Input, s *State) { in.AutoOptimize = true; s.Journal.Targets[0].Owned = true }, even(explore.X86, 512, 5, 10),
			[]string{"autoOptimize changes nothing on a function that CloudFormation owns; deploy it: MemorySize 512"},
		},
		"autoOptimize against the advice": {
			func(in *Input, _ *State) { in.AutoOptimize, in.PowerValues = true, []int{1024} }, join(even(explore.X86, 512, 5, 100), even(explore.X86, 1024, 5, 10)),
			[]string{"autoOptimize sets 1024 MB, which fresh samples did not confirm to be better than today's 512 MB"},
		},
		"today's fails": {
			func(in *Input, s *State) {
				in.PowerValues = []int{1024}
				s.Failures = []explore.Failure{{Configuration: explore.Configuration{Architecture: explore.X86, MemorySize: 512}, Reason: "timed out"}}
			}, even(explore.X86, 1024, 5, 10), []string{"today's x86_64 at 512 MB could not be measured: timed out"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in, j := oneTarget()
			in.PowerValues = []int{512}
			s := State{Journal: j}
			test.change(&in, &s)
			o, err := Decide(in, s, test.samples)
			require.NoError(t, err)
			require.Equal(t, test.want, o.Warnings)
		})
	}
}

func TestWarningsOfTwoTargets(t *testing.T) {
	in, j := twoTargets()
	in.PowerValues, in.AutoOptimize = []int{256, 512}, true
	arm := even(explore.Arm, 512, 5, 10)
	for i := range arm {
		arm[i].Cold = true
	}
	o, err := Decide(in, State{
		Journal:  j,
		Failures: []explore.Failure{{Configuration: explore.Configuration{Architecture: explore.X86, MemorySize: 512}, Reason: "out of memory", OutOfMemory: true}},
		Responses: &Responses{
			Enabled: true, Answers: 9, Compared: 4, Unstable: []string{"/id"},
			Patterns: []Pattern{{Pointers: []string{"/id"}, Count: 1}, {Pointers: []string{"/id", "/n"}, Count: 2}},
			Examples: []Example{{"/id", "/id: x86_64 answered 1, arm64 answered 7"}, {"/n", "/n: x86_64 answered 1, arm64 answered 2"}},
		},
	}, arm)
	require.NoError(t, err)
	require.Equal(t, []string{
		"x86_64 failed at every memory size (x86_64 at 512 MB: out of memory); the verdict is the other architecture's alone",
		"only cold starts were seen of arm64 at 512 MB; cost and duration there include initialisation",
		"the two functions answered differently in 2 of 4 comparisons; the first difference: /n: x86_64 answered 1, arm64 answered 2",
		"autoOptimize changes nothing where two functions are tuned; deploy it: Primary arm64, MemorySize 512",
	}, o.Warnings)
	require.Equal(t, "not tried, since x86_64 at 512 MB ran out of memory", o.Targets[1].Sizes[0].Failed)
	require.Equal(t, "out of memory", o.Targets[1].Sizes[1].Failed)
	require.Nil(t, o.Comparison.OtherArchitecture)
}

func TestRunCosts(t *testing.T) {
	in, j := oneTarget()
	in.PowerValues, in.AutoOptimize = []int{512}, true
	in.TunerMemorySize, in.TunerArchitecture = 512, explore.Arm
	o, err := Decide(in, State{Journal: j, Counts: Counts{Transitions: 11, StepMilliseconds: 7000}}, even(explore.X86, 512, 5, 100))
	require.NoError(t, err)
	require.InDelta(t, 15*0.000025, o.StateMachine.ExecutionCost, 1e-12, "11 before, then Verdict, the choice, Apply, Done")
	require.InDelta(t, 5*(2e-7+0.5*0.0000166667*0.1), o.StateMachine.LambdaCost, 1e-12)
	require.InDelta(t, 8*2e-7+0.5*0.0000133334*7, o.StateMachine.TunerCost, 1e-12)
}

func TestVerdictStep(t *testing.T) {
	_, j := oneTarget()
	packed, err := EncodeSamples(join(even(explore.X86, 512, 5, 100), even(explore.X86, 1024, 5, 10)))
	require.NoError(t, err)
	state := func() *State {
		return &State{Next: StepMeasure, Journal: j, Samples: packed, Versions: []PublishedVersion{{Version: "7"}}, Responses: &Responses{}}
	}
	for name, test := range map[string]struct {
		input string
		owned bool
		next  Step
	}{
		"done":              {with(`"powerValues":[512,1024]`), false, StepDone},
		"apply":             {with(`"powerValues":[512,1024],"autoOptimize":true`), false, StepApply},
		"an owned function": {with(`"powerValues":[512,1024],"autoOptimize":true`), true, StepDone},
		"a dry run":         {with(`"powerValues":[512,1024],"autoOptimize":true,"dryRun":true`), false, StepDone},
	} {
		t.Run(name, func(t *testing.T) {
			s := state()
			s.Journal.Targets = append([]Target{}, j.Targets...)
			s.Journal.Targets[0].Owned = test.owned
			got, err := Verdict(t.Context(), Event{Input: json.RawMessage(test.input), State: s})
			require.NoError(t, err)
			require.Equal(t, test.next, got.Next)
			require.Empty(t, got.Samples)
			require.Empty(t, got.Versions)
			text, err := json.Marshal(got)
			require.NoError(t, err)
			if strings.Contains(test.input, "dryRun") {
				require.Nil(t, got.Output)
				require.Contains(t, string(text), `"output":null`)
				return
			}
			require.Equal(t, 1024, got.Output.Power)
		})
	}

	_, err = Verdict(t.Context(), Event{Input: json.RawMessage(with(`"num":1`)), State: state()})
	require.EqualError(t, err, "the input cannot be used: $.num: given 1; allowed: a whole number from 5 to 10000")
	_, err = Verdict(t.Context(), Event{})
	require.EqualError(t, err, "Verdict was started without the state of the step before")
}

func TestVisualization(t *testing.T) {
	figures := []figure{
		{Configuration: explore.Configuration{Architecture: explore.X86, MemorySize: 128}, duration: 16, cost: 0.5, asked: true},
		{Configuration: explore.Configuration{Architecture: explore.X86, MemorySize: 512}, duration: 9, cost: 9},
		{Configuration: explore.Configuration{Architecture: explore.X86, MemorySize: 10240}, duration: 4.5, cost: 0.25, asked: true},
	}
	// 128 is 0x0080, 10240 is 0x2800, 16 is 0x41800000, 4.5 is 0x40900000, 0.5 is 0x3f000000, 0.25 is 0x3e800000.
	require.Equal(t, "https://example.org/#gAAAKA==;AACAQQAAkEA=;AAAAPwAAgD4=", visualization("https://example.org/", figures))

	figures = append(figures, figure{Configuration: explore.Configuration{Architecture: explore.Arm, MemorySize: 256}, duration: 3, cost: 2, asked: true})
	url := visualization("https://lambda-power-tuning.show/", figures)
	parts := strings.Split(strings.TrimPrefix(url, "https://lambda-power-tuning.show/#"), ";")
	require.Len(t, parts, 8)
	require.Equal(t, []string{"x86_64", "arm64"}, parts[6:])
	raw, err := base64.StdEncoding.DecodeString(parts[4])
	require.NoError(t, err)
	require.InDelta(t, 3, math.Float32frombits(binary.LittleEndian.Uint32(raw)), 0)
}
