package tuner

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

func target(region string, a tuning.Architecture) Target {
	return Target{Function: "arn:aws:lambda:" + region + ":123456789012:function:f", Architecture: a, EphemeralStorage: 512}
}

func usd(v float64) *float64 { return &v }

func TestInvocationPrice(t *testing.T) {
	for name, test := range map[string]struct {
		in     Input
		target Target
		memory int
		billed float64
		want   float64
	}{
		"x86_64":                     {Input{}, target("us-east-1", tuning.X86), 1024, 1000, 0.0000166667 + 2e-7},
		"arm64":                      {Input{}, target("us-east-1", tuning.Arm), 1024, 1000, 0.0000133334 + 2e-7},
		"rounded up to whole ms":     {Input{}, target("us-east-1", tuning.X86), 2048, 0.2, 0.002*0.0000166667 + 2e-7},
		"a regional exception":       {Input{}, target("af-south-1", tuning.Arm), 1024, 1000, 0.00001768 + 2.7e-7},
		"a region not in the table":  {Input{}, target("mars-north-1", tuning.X86), 1024, 1000, 0.0000166667 + 2e-7},
		"a discount spares requests": {Input{Discount: 10}, target("us-east-1", tuning.X86), 1024, 1000, 0.9*0.0000166667 + 2e-7},
		"an override and a discount": {Input{Discount: 50, PriceOverrides: PriceOverrides{GBSecondX86: usd(1e-5), Request: usd(0)}}, target("us-east-1", tuning.X86), 512, 2000, 0.5e-5},
		"an override of the other":   {Input{PriceOverrides: PriceOverrides{GBSecondX86: usd(1)}}, target("us-east-1", tuning.Arm), 1024, 1000, 0.0000133334 + 2e-7},
		"provisioned concurrency":    {Input{ProvisionedConcurrency: 2, InvocationsPerMonth: 1e6}, target("us-east-1", tuning.X86), 512, 1000, 0.5*0.0000097222 + 2e-7 + 0.5*2*730*3600*0.0000041667/1e6},
		"provisioned, arm64":         {Input{ProvisionedConcurrency: 1, InvocationsPerMonth: 1e6}, target("us-east-1", tuning.Arm), 1024, 1000, 0.8*0.0000097222 + 2e-7 + 730*3600*0.8*0.0000041667/1e6},
	} {
		t.Run(name, func(t *testing.T) {
			require.InDelta(t, test.want, PricesFor(test.in, test.target).Invocation(test.memory, test.billed), 1e-14)
		})
	}
}

func TestEphemeralStorageAbove512MBCosts(t *testing.T) {
	big := target("us-east-1", tuning.X86)
	big.EphemeralStorage = 10240
	p := PricesFor(Input{}, big)
	require.InDelta(t, 0.0000166667+2e-7+9.5*0.0000000309, p.Invocation(1024, 1000), 1e-14)
	require.InDelta(t, (9.5*2)+0.0000166667+2e-7, PricesFor(Input{PriceOverrides: PriceOverrides{EphemeralStorage: usd(2)}}, big).Invocation(1024, 1000), 1e-9)
}

func TestMonthAppliesTiers(t *testing.T) {
	free := PriceOverrides{Request: usd(0)}
	x86 := PricesFor(Input{PriceOverrides: free}, target("us-east-1", tuning.X86))
	arm := PricesFor(Input{PriceOverrides: free}, target("us-east-1", tuning.Arm))
	// 1 GB for 1 s, so many GB-seconds as invocations.
	require.InDelta(t, 6e9*0.0000166667, x86.Month(1024, 1000, 6e9), 1)
	require.InDelta(t, 6e9*0.0000166667+9e9*0.000015+1e9*0.0000133334, x86.Month(1024, 1000, 16e9), 500)
	require.InDelta(t, 7.5e9*0.0000133334+11.25e9*0.0000120001+1e9*0.0000106667, arm.Month(1024, 1000, 19.75e9), 500)
	flat := PricesFor(Input{PriceOverrides: PriceOverrides{Request: usd(0), GBSecondX86: usd(1e-5)}}, target("us-east-1", tuning.X86))
	require.InDelta(t, 16e9*1e-5, flat.Month(1024, 1000, 16e9), 1e-3, "a price of one's own has no tiers")
}

func TestMonthIsAsManyInvocationsBelowTheFirstTiersEnd(t *testing.T) {
	in := Input{ProvisionedConcurrency: 3, InvocationsPerMonth: 2e6, Discount: 12}
	p := PricesFor(in, target("eu-west-1", tuning.Arm))
	require.InDelta(t, 2e6*p.Invocation(256, 40), p.Month(256, 40, 2e6), 1e-9)
}

// Python and .NET pay for snapshots, and so do container images, whose runtime nobody knows; Java does not. Both
// architectures pay the same.
func TestSnapshotsCost(t *testing.T) {
	snapStart := func(region, runtime string) Target {
		s := target(region, tuning.Arm)
		s.SnapStart, s.Runtime = true, runtime
		return s
	}
	image := snapStart("us-east-1", "")
	image.PackageType = "Image"
	unused := snapStart("us-east-1", "python3.14")
	unused.SnapStart = false
	x86 := snapStart("us-east-1", "python3.14")
	x86.Architecture = tuning.X86
	for name, test := range map[string]struct {
		in               Input
		target           Target
		restore, caching float64
	}{
		"Python":                              {Input{}, snapStart("us-east-1", "python3.14"), 0.0001397998, 0.0000015046},
		"Python, x86_64":                      {Input{}, x86, 0.0001397998, 0.0000015046},
		".NET":                                {Input{}, snapStart("us-east-1", "dotnet8"), 0.0001397998, 0.0000015046},
		"a container image":                   {Input{}, image, 0.0001397998, 0.0000015046},
		"a runtime nobody has heard of":       {Input{}, snapStart("us-east-1", "ruby9.9"), 0.0001397998, 0.0000015046},
		"Java":                                {Input{}, snapStart("us-east-1", "java8.al2023"), 0, 0},
		"Python without SnapStart":            {Input{}, unused, 0, 0},
		"a run in flight, of unknown runtime": {Input{}, snapStart("us-east-1", ""), 0, 0},
		"Seoul":                               {Input{}, snapStart("ap-northeast-2", "python3.14"), 0.0001674588, 0.0000018383},
		"a region not in the table":           {Input{}, snapStart("mars-north-1", "python3.14"), 0.0001397998, 0.0000015046},
		"overrides":                           {Input{PriceOverrides: PriceOverrides{SnapStartCache: usd(1), SnapStartRestore: usd(0)}}, snapStart("us-east-1", "python3.14"), 0, 1},
		"overrides of what is free":           {Input{PriceOverrides: PriceOverrides{SnapStartCache: usd(1), SnapStartRestore: usd(1)}}, snapStart("us-east-1", "java21"), 0, 0},
		"a discount is not for them":          {Input{Discount: 50}, snapStart("us-east-1", "python3.14"), 0.0001397998, 0.0000015046},
	} {
		t.Run(name, func(t *testing.T) {
			p := PricesFor(test.in, test.target)
			require.InDelta(t, test.restore/2, p.Restore(512), 1e-15)
			require.InDelta(t, test.caching/2, p.Caching(512), 1e-15)
			cold := tuning.Sample{Configuration: tuning.Configuration{MemorySize: 512}, BilledDuration: 100, Cold: true}
			require.InDelta(t, p.Invocation(512, 100)+test.restore/2, p.Sample(cold), 1e-15)
			cold.Cold = false
			require.InDelta(t, p.Invocation(512, 100), p.Sample(cold), 1e-15)
		})
	}
}

// AWS's own example: 1 GB, 7.44 million invocations of two seconds in a month of 31 days, cached all the time.
func TestCachingIsSharedByAMonthsInvocations(t *testing.T) {
	s := target("us-east-1", tuning.X86)
	s.SnapStart, s.Runtime = true, "python3.14"
	alone, shared := PricesFor(Input{}, s), PricesFor(Input{InvocationsPerMonth: 7.44e6}, s)
	const month = 730 * 3600 * 0.0000015046
	require.InDelta(t, alone.Invocation(1024, 2000)+month/7.44e6, shared.Invocation(1024, 2000), 1e-14)
	require.InDelta(t, 1.49+248+month, shared.Month(1024, 2000, 7.44e6), 0.01)
	require.InDelta(t, 4.03, 31*24*3600*shared.Caching(1024), 0.005)
	require.InDelta(t, 10.4, 74_400*shared.Restore(1024), 0.005)
}

// A run invokes versions of its own: nothing keeps instances of them ready, and they share no standing charge.
func TestTheRunIsChargedOnDemand(t *testing.T) {
	in, j := oneTarget()
	j.Targets[0].SnapStart, j.Targets[0].Runtime = true, "python3.14"
	in.ProvisionedConcurrency, in.InvocationsPerMonth = 3, 1e6
	s := priced(in, j, []tuning.Sample{{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: 1024}, BilledDuration: 1000, Cold: true}})[0]
	require.InDelta(t, 0.0000097222+2e-7+0.0001397998+730*3600*(3*0.0000041667+0.0000015046)/1e6, s.Cost, 1e-14)
	require.InDelta(t, 0.0000166667+2e-7+0.0001397998, s.Charge(), 1e-14)
}

func TestPartitionsWithoutPricesAreNamed(t *testing.T) {
	gov := "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f"
	require.Equal(t, "no price is known for us-gov-west-1 (AWS GovCloud (US))", unpriced(gov, PriceOverrides{}))
	require.Equal(t, "no price is known for cn-north-1 (AWS China)", unpriced("arn:aws-cn:lambda:cn-north-1:123456789012:function:f", PriceOverrides{GBSecondX86: usd(1)}))
	require.Empty(t, unpriced(gov, PriceOverrides{GBSecondX86: usd(1), GBSecondArm: usd(1), Request: usd(1)}))
	require.Empty(t, unpriced("arn:aws:lambda:us-east-1:123456789012:function:f", PriceOverrides{}))
}

// Adaptive exploration reckons with the very prices that samples are given, whatever these are made of.
func TestTheExplorersPricesAreTheSamples(t *testing.T) {
	cold := tuning.Sample{Duration: 29_999.5, InitDuration: 10_000, BilledDuration: 40_000, Cold: true}
	restored := tuning.Sample{Duration: 30_000, BilledDuration: 40_000, RestoreDuration: 9_999.1, BilledRestoreDuration: 10_000, Cold: true}
	for name, in := range map[string]Input{
		"on demand":               {},
		"a discount":              {Discount: 17},
		"provisioned concurrency": {ProvisionedConcurrency: 7, InvocationsPerMonth: 1e6, Discount: 12},
		"overrides":               {PriceOverrides: PriceOverrides{GBSecondX86: usd(1e-5), GBSecondArm: usd(0), Request: usd(1e-6), EphemeralStorage: usd(1e-7)}},
	} {
		in.PowerValues, in.Exploration = []int{128, 1769, 10240}, tuning.Adaptive
		j := Journal{Targets: []Target{target("eu-central-1", tuning.Arm), target("eu-central-1", tuning.X86)}}
		j.Targets[1].SnapStart, j.Targets[1].Runtime = true, "dotnet8"
		for i := range j.Targets {
			j.Targets[i].EphemeralStorage, j.Targets[i].Timeout, j.Targets[i].Today.MemorySize = 10240, 30, 333
		}
		a := adaptive(in, State{Journal: j})
		require.Len(t, a.Prices, 7, "today's has one too")
		for c, price := range a.Prices {
			for _, s := range []tuning.Sample{cold, restored, {Duration: 0.2, BilledDuration: 1}} {
				s.Configuration = c
				s = priced(in, j, []tuning.Sample{s})[0]
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

func TestPriceWarnings(t *testing.T) {
	require.Empty(t, priceWarnings(Input{}, "eu-west-1"))
	require.Equal(t, []string{"the price table of 2026-09-19 has no prices of its own for mars-north-1: those of us-east-1 are used"}, priceWarnings(Input{}, "mars-north-1"))
	require.Equal(t, []string{"the price table of 2026-09-19 has no price for provisioned concurrency in ca-west-1: that of us-east-1 is used"},
		priceWarnings(Input{ProvisionedConcurrency: 1}, "ca-west-1"))
	own := PriceOverrides{GBSecondX86: usd(1), GBSecondArm: usd(1), Request: usd(1)}
	require.Empty(t, priceWarnings(Input{PriceOverrides: own}, "mars-north-1"))
	for _, region := range []string{"ca-west-1", "mars-north-1", "us-gov-west-1"} {
		require.Equal(t, []string{"the price table of 2026-09-19 has no price for provisioned concurrency in " + region + ": that of us-east-1 is used"},
			priceWarnings(Input{PriceOverrides: own, ProvisionedConcurrency: 1}, region), "no override stands for it")
	}
	require.Empty(t, priceWarnings(Input{PriceOverrides: own, ProvisionedConcurrency: 1}, "us-east-1"))
}

// Both architectures' prices, everywhere: arm64 is a fifth cheaper but for rounding.
func TestThePriceTableIsSane(t *testing.T) {
	for region := range regionalRates {
		r := ratesOf(region)
		require.InDelta(t, 0.8, r.arm/r.x86, 0.002, region)
		require.InDelta(t, 0.0000166667, r.x86, 0.0000166667*0.4, region)
		require.InDelta(t, 2.2e-7, r.request, 0.7e-7, region)
		require.InDelta(t, 7.0/3, r.provisionedUsage/r.provisioned, 0.01, region)
		require.Less(t, r.provisionedUsage, r.x86, region)
	}
}
