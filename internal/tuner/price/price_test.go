package price

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func function(region string, a tuning.Architecture) Function {
	return Function{Region: region, Architecture: a, EphemeralStorage: 512}
}

func TestInvocationPrice(t *testing.T) {
	for name, test := range map[string]struct {
		terms    Terms
		function Function
		memory   int
		billed   float64
		want     float64
	}{
		"x86_64":                     {Terms{}, function("us-east-1", tuning.X86), 1024, 1000, 0.0000166667 + 2e-7},
		"arm64":                      {Terms{}, function("us-east-1", tuning.Arm), 1024, 1000, 0.0000133334 + 2e-7},
		"rounded up to whole ms":     {Terms{}, function("us-east-1", tuning.X86), 2048, 0.2, 0.002*0.0000166667 + 2e-7},
		"a regional exception":       {Terms{}, function("af-south-1", tuning.Arm), 1024, 1000, 0.00001768 + 2.7e-7},
		"a region not in the table":  {Terms{}, function("mars-north-1", tuning.X86), 1024, 1000, 0.0000166667 + 2e-7},
		"a discount spares requests": {Terms{Discount: 10}, function("us-east-1", tuning.X86), 1024, 1000, 0.9*0.0000166667 + 2e-7},
		"an override and a discount": {Terms{Discount: 50, Overrides: Overrides{GBSecondX86: new(1e-5), Request: new(0.0)}}, function("us-east-1", tuning.X86), 512, 2000, 0.5e-5},
		"an override of the other":   {Terms{Overrides: Overrides{GBSecondX86: new(1.0)}}, function("us-east-1", tuning.Arm), 1024, 1000, 0.0000133334 + 2e-7},
		"provisioned concurrency":    {Terms{ProvisionedConcurrency: 2, InvocationsPerMonth: 1e6}, function("us-east-1", tuning.X86), 512, 1000, 0.5*0.0000097222 + 2e-7 + 0.5*2*730*3600*0.0000041667/1e6},
		"provisioned, arm64":         {Terms{ProvisionedConcurrency: 1, InvocationsPerMonth: 1e6}, function("us-east-1", tuning.Arm), 1024, 1000, 0.8*0.0000097222 + 2e-7 + 730*3600*0.8*0.0000041667/1e6},
	} {
		t.Run(name, func(t *testing.T) {
			require.InDelta(t, test.want, For(test.terms, test.function).Invocation(test.memory, test.billed), 1e-14)
		})
	}
}

func TestEphemeralStorageAbove512MBCosts(t *testing.T) {
	big := function("us-east-1", tuning.X86)
	big.EphemeralStorage = 10240
	p := For(Terms{}, big)
	require.InDelta(t, 0.0000166667+2e-7+9.5*0.0000000309, p.Invocation(1024, 1000), 1e-14)
	require.InDelta(t, (9.5*2)+0.0000166667+2e-7, For(Terms{Overrides: Overrides{EphemeralStorage: new(2.0)}}, big).Invocation(1024, 1000), 1e-9)
}

func TestMonthAppliesTiers(t *testing.T) {
	free := Overrides{Request: new(0.0)}
	x86 := For(Terms{Overrides: free}, function("us-east-1", tuning.X86))
	arm := For(Terms{Overrides: free}, function("us-east-1", tuning.Arm))
	// 1 GB for 1 s, so many GB-seconds as invocations.
	require.InDelta(t, 6e9*0.0000166667, x86.Month(1024, 1000, 6e9), 1)
	require.InDelta(t, 6e9*0.0000166667+9e9*0.000015+1e9*0.0000133334, x86.Month(1024, 1000, 16e9), 500)
	require.InDelta(t, 7.5e9*0.0000133334+11.25e9*0.0000120001+1e9*0.0000106667, arm.Month(1024, 1000, 19.75e9), 500)
	flat := For(Terms{Overrides: Overrides{Request: new(0.0), GBSecondX86: new(1e-5)}}, function("us-east-1", tuning.X86))
	require.InDelta(t, 16e9*1e-5, flat.Month(1024, 1000, 16e9), 1e-3, "a price of one's own has no tiers")
}

func TestMonthIsAsManyInvocationsBelowTheFirstTiersEnd(t *testing.T) {
	terms := Terms{ProvisionedConcurrency: 3, InvocationsPerMonth: 2e6, Discount: 12}
	p := For(terms, function("eu-west-1", tuning.Arm))
	require.InDelta(t, 2e6*p.Invocation(256, 40), p.Month(256, 40, 2e6), 1e-9)
}

// AWS's own example: 1 GB, 7.44 million invocations of two seconds in a month of 31 days, cached all the time.
func TestCachingIsSharedByAMonthsInvocations(t *testing.T) {
	s := function("us-east-1", tuning.X86)
	s.SnapshotsCharged = true
	alone, shared := For(Terms{}, s), For(Terms{InvocationsPerMonth: 7.44e6}, s)
	const month = 730 * 3600 * 0.0000015046
	require.InDelta(t, alone.Invocation(1024, 2000)+month/7.44e6, shared.Invocation(1024, 2000), 1e-14)
	require.InDelta(t, 1.49+248+month, shared.Month(1024, 2000, 7.44e6), 0.01)
	require.InDelta(t, 4.03, 31*24*3600*shared.Caching(1024), 0.005)
	require.InDelta(t, 10.4, 74_400*shared.Restore(1024), 0.005)
}

func TestPartitionsWithoutPricesAreNamed(t *testing.T) {
	gov := "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:f"
	require.Equal(t, "no price is known for us-gov-west-1 (AWS GovCloud (US))", Unpriced(gov, Overrides{}))
	require.Equal(t, "no price is known for cn-north-1 (AWS China)", Unpriced("arn:aws-cn:lambda:cn-north-1:123456789012:function:f", Overrides{GBSecondX86: new(1.0)}))
	require.Empty(t, Unpriced(gov, Overrides{GBSecondX86: new(1.0), GBSecondArm: new(1.0), Request: new(1.0)}))
	require.Empty(t, Unpriced("arn:aws:lambda:us-east-1:123456789012:function:f", Overrides{}))
}

func TestPriceWarnings(t *testing.T) {
	require.Empty(t, Warnings(Terms{}, "eu-west-1"))
	require.Equal(t, []string{"the price table of 2026-09-19 has no prices of its own for mars-north-1: those of us-east-1 are used"}, Warnings(Terms{}, "mars-north-1"))
	require.Equal(t, []string{"the price table of 2026-09-19 has no price for provisioned concurrency in ca-west-1: that of us-east-1 is used"},
		Warnings(Terms{ProvisionedConcurrency: 1}, "ca-west-1"))
	own := Overrides{GBSecondX86: new(1.0), GBSecondArm: new(1.0), Request: new(1.0)}
	require.Empty(t, Warnings(Terms{Overrides: own}, "mars-north-1"))
	for _, region := range []string{"ca-west-1", "mars-north-1", "us-gov-west-1"} {
		require.Equal(t, []string{"the price table of 2026-09-19 has no price for provisioned concurrency in " + region + ": that of us-east-1 is used"},
			Warnings(Terms{Overrides: own, ProvisionedConcurrency: 1}, region), "no override stands for it")
	}
	require.Empty(t, Warnings(Terms{Overrides: own, ProvisionedConcurrency: 1}, "us-east-1"))
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

// Both architectures pay the same for snapshots, if their runtime does.
func TestSnapshotsCost(t *testing.T) {
	charged := func(region string, a tuning.Architecture) Function {
		f := function(region, a)
		f.SnapshotsCharged = true
		return f
	}
	for name, test := range map[string]struct {
		terms            Terms
		function         Function
		restore, caching float64
	}{
		"arm64":                      {Terms{}, charged("us-east-1", tuning.Arm), 0.0001397998, 0.0000015046},
		"x86_64":                     {Terms{}, charged("us-east-1", tuning.X86), 0.0001397998, 0.0000015046},
		"free":                       {Terms{}, function("us-east-1", tuning.Arm), 0, 0},
		"Seoul":                      {Terms{}, charged("ap-northeast-2", tuning.Arm), 0.0001674588, 0.0000018383},
		"a region not in the table":  {Terms{}, charged("mars-north-1", tuning.Arm), 0.0001397998, 0.0000015046},
		"overrides":                  {Terms{Overrides: Overrides{SnapStartCache: new(1.0), SnapStartRestore: new(0.0)}}, charged("us-east-1", tuning.Arm), 0, 1},
		"overrides of what is free":  {Terms{Overrides: Overrides{SnapStartCache: new(1.0), SnapStartRestore: new(1.0)}}, function("us-east-1", tuning.Arm), 0, 0},
		"a discount is not for them": {Terms{Discount: 50}, charged("us-east-1", tuning.Arm), 0.0001397998, 0.0000015046},
	} {
		t.Run(name, func(t *testing.T) {
			p := For(test.terms, test.function)
			require.InDelta(t, test.restore/2, p.Restore(512), 1e-15)
			require.InDelta(t, test.caching/2, p.Caching(512), 1e-15)
			cold := tuning.Sample{Configuration: tuning.Configuration{MemorySize: 512}, BilledDuration: 100, Cold: true}
			require.InDelta(t, p.Invocation(512, 100)+test.restore/2, p.Sample(cold), 1e-15)
			cold.Cold = false
			require.InDelta(t, p.Invocation(512, 100), p.Sample(cold), 1e-15)
		})
	}
}
