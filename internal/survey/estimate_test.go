package survey

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/tuning"
)

// perMonth is a month of 730 hours in the 30 days of a survey that begins at midnight.
const perMonth = 730.0 / 720

// Prices of us-east-1 by the price table of internal/tuner/price.
const (
	x86Second, armSecond = 0.0000166667, 0.0000133334
	request              = 0.2e-6
)

func requireUSD(t *testing.T, want, got float64, because string) {
	t.Helper()
	require.InDelta(t, want, got, 1e-9*max(1, want), because)
}

func TestEstimate(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		s.CreateFunction(lambdasim.Function{Name: "x86", MemorySize: 1024, Configure: func(c *lambdasim.Configuration) { c.EphemeralStorage.Size = 1536 }})
		s.SetUsage("x86", lambdasim.Usage{Invocations: 1e6, DurationMs: 200})
		s.CreateFunction(lambdasim.Function{Name: "arm", Architecture: "arm64", MemorySize: 2048})
		s.SetUsage("arm", lambdasim.Usage{Invocations: 1e6, DurationMs: 50})
		s.CreateFunction(lambdasim.Function{Name: "managed", Configure: func(c *lambdasim.Configuration) { c.CapacityProviderConfig = &lambdasim.CapacityProviderConfig{} }})
		s.SetUsage("managed", lambdasim.Usage{Invocations: 1e6, DurationMs: 50})
	}, Options{})

	x86 := report.function(t, "x86").Estimate
	require.InDelta(t, 1e6*perMonth, x86.Invocations, 1e-3)
	require.InDelta(t, 200_000*perMonth, x86.GBSeconds, 1e-3)
	storage := 200_000 * perMonth * 0.0000000309
	requireUSD(t, 200_000*perMonth*x86Second+1e6*perMonth*request+storage, x86.Today, "1 GB for 0.2 s, and 1 GB of storage above 512 MB")
	requireUSD(t, 200_000*perMonth*armSecond+1e6*perMonth*request+storage, x86.Arm64, "requests and storage cost the same")
	requireUSD(t, x86.Today-x86.Arm64, x86.Saving, "")

	arm := report.function(t, "arm").Estimate
	requireUSD(t, 100_000*perMonth*armSecond+1e6*perMonth*request, arm.Today, "")
	require.Equal(t, arm.Today, arm.Arm64)
	require.Zero(t, arm.Saving)
	require.Nil(t, report.function(t, "managed").Estimate, "its duration is not what is paid for")
}

// Tiers count what all functions of a region run on an architecture.
func TestEstimateTiers(t *testing.T) {
	const each = 4e9 / perMonth // invocations of 1 s and 1 GB
	report := surveyed(t, func(s *lambdasim.Simulator) {
		for _, name := range []string{"a", "b"} {
			s.CreateFunction(lambdasim.Function{Name: name, MemorySize: 1024})
			s.SetUsage(name, lambdasim.Usage{Invocations: each, DurationMs: 1000})
		}
		s.CreateFunction(lambdasim.Function{Name: "arm", Architecture: "arm64", MemorySize: 1024})
		s.SetUsage("arm", lambdasim.Usage{Invocations: each, DurationMs: 1000})
	}, Options{})
	a, b, arm := report.function(t, "a").Estimate, report.function(t, "b").Estimate, report.function(t, "arm").Estimate
	requireUSD(t, (6e9+2e9*0.9)*x86Second, a.Today+b.Today-8e9*request, "8 of 6 billion GB-seconds are in the second tier")
	require.InDelta(t, a.Today, b.Today, 1e-6, "the tiers are shared out")
	requireUSD(t, (7.5e9+4.5e9*0.9)*armSecond, a.Arm64+b.Arm64+arm.Today-12e9*request, "on arm64 they come on top of what is there")
	requireUSD(t, 4e9*armSecond+4e9*request, arm.Today, "what is there today pays for the first tier")
}

func TestEstimateOfVersions(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		s.CreateFunction(lambdasim.Function{Name: "f", MemorySize: 128})
		one := s.Publish("f", "")
		s.Deploy("f", func(c *lambdasim.Configuration) { c.MemorySize = 1024 })
		two := s.Publish("f", "")
		s.Deploy("f", func(c *lambdasim.Configuration) { c.MemorySize, c.Architectures = 512, []string{"arm64"} })
		three := s.Publish("f", "")
		s.Deploy("f", func(c *lambdasim.Configuration) { c.MemorySize, c.Architectures = 256, []string{"x86_64"} })
		s.PointAlias("f", "live", two)
		s.Weigh("f", "live", three, 0.25)
		s.PointAlias("f", "old", one)
		s.SetUsage("f", lambdasim.Usage{Invocations: 1e6, DurationMs: 100, ByQualifier: map[string]float64{"": 50_000, "$LATEST": 50_000, "live": 800_000}})
	}, Options{})
	f := report.function(t, "f")
	require.Equal(t, []Version{
		{Version: "$LATEST"},
		{Version: "2", Alias: "live", Weight: 0.75, MemorySize: 1024},
		{Version: "3", Alias: "live", Weight: 0.25, MemorySize: 512, Architecture: tuning.Arm},
		{Version: "1", Alias: "old", Weight: 1, MemorySize: 128},
	}, f.Versions)
	// 600,000 invocations at 1024 MB, 200,000 at 512 MB on arm64, and 200,000 (half of them named a version) as $LATEST.
	x86 := perMonth * 0.1 * (600_000 + 200_000.0/4)
	arm := perMonth * 0.1 * 200_000 / 2
	require.InDelta(t, x86+arm, f.Estimate.GBSeconds, 1e-3)
	requireUSD(t, x86*x86Second+arm*armSecond+1e6*perMonth*request, f.Estimate.Today, "")
	requireUSD(t, (x86+arm)*armSecond+1e6*perMonth*request, f.Estimate.Arm64, "")
}

func TestEstimateOfProvisionedConcurrency(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		s.CreateFunction(lambdasim.Function{Name: "f", MemorySize: 1024})
		s.PointAlias("f", "live", s.Publish("f", ""))
		s.Provision("f", "live", 10)
		s.SetUsage("f", lambdasim.Usage{Invocations: 1e6, DurationMs: 100, ByQualifier: map[string]float64{"live": 1e6}, Provisioned: map[string]float64{"live": 900_000}})
		s.CreateFunction(lambdasim.Function{Name: "idle", MemorySize: 512})
		s.Provision("idle", s.Publish("idle", ""), 3)
		s.SetUsage("idle", lambdasim.Usage{})
	}, Options{})
	const standing, usage = 0.0000041667 * 730 * 3600, 0.0000097222
	f := report.function(t, "f")
	require.Equal(t, 10, f.ProvisionedConcurrency)
	requireUSD(t, 10*standing+perMonth*(1e6*request+90_000*usage+10_000*x86Second), f.Estimate.Today, "what spills over costs what it costs on demand")
	requireUSD(t, 0.8*10*standing+perMonth*(1e6*request+0.8*90_000*usage+10_000*armSecond), f.Estimate.Arm64, "")
	idle := report.function(t, "idle")
	requireUSD(t, 3*standing/2, idle.Estimate.Today, "")
	require.Equal(t, []Remark{{NeverInvoked, "nobody has invoked it in the last 30 days, and its provisioned concurrency costs $16.43 a month"}}, idle.Remarks)
}

func TestEstimateOfSnapStart(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		for name, runtime := range map[string]string{"python": "python3.12", "java": "java21"} {
			s.CreateFunction(lambdasim.Function{Name: name, MemorySize: 2048, Configure: func(c *lambdasim.Configuration) {
				c.Runtime, c.SnapStart.ApplyOn = runtime, "PublishedVersions"
			}})
			s.PointAlias(name, "live", s.Publish(name, ""))
		}
	}, Options{})
	require.True(t, report.function(t, "python").SnapStart)
	requireUSD(t, 2*0.0000015046*price.SecondsPerMonth, report.function(t, "python").Estimate.Today, "the snapshot of the version behind live")
	require.Zero(t, report.function(t, "java").Estimate.Today, "they are free")
}

// The values of a day that has only begun are part of the usage, and of the time that it is reckoned over.
func TestUsageOfADayThatHasBegun(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		s.CreateFunction(lambdasim.Function{Name: "f"})
		s.SetUsage("f", lambdasim.Usage{Invocations: 3600, DurationMs: 1})
		time.Sleep(36 * time.Hour)
	}, Options{Days: 1})
	require.InDelta(t, 3600*730.0/36, report.function(t, "f").Estimate.Invocations, 1e-6)
}

func TestPricesThatAreNotKnown(t *testing.T) {
	cn := surveyedIn(t, "cn-north-1", func(s *lambdasim.Simulator) {
		s.CreateFunction(lambdasim.Function{Name: "f", Configure: func(c *lambdasim.Configuration) {
			c.FunctionArn = "arn:aws-cn:lambda:cn-north-1:123456789012:function:f"
		}})
	})
	require.Empty(t, cn.Problems, "everything was looked at")
	require.Equal(t, []Note{{"cn-north-1", "no price is known for cn-north-1 (AWS China): its functions have no estimate"}}, cn.Notes)
	require.Nil(t, cn.Functions[0].Estimate)
	require.Equal(t, &Usage{}, cn.Functions[0].Usage)

	unknown := surveyedIn(t, "mx-central-1", func(s *lambdasim.Simulator) {
		s.CreateFunction(lambdasim.Function{Name: "f", Configure: func(c *lambdasim.Configuration) { c.Runtime, c.SnapStart.ApplyOn = "python3.12", "PublishedVersions" }})
	})
	require.Empty(t, unknown.Problems)
	require.Equal(t, []Note{{"mx-central-1", "the price table of " + price.Date + " has no prices for mx-central-1: its functions have no estimate"}}, unknown.Notes)
	require.Nil(t, unknown.Functions[0].Estimate, "another region's prices are not its own")
	require.Equal(t, &Usage{}, unknown.Functions[0].Usage)

	partly := surveyedIn(t, "ap-southeast-3", func(s *lambdasim.Simulator) {
		s.CreateFunction(lambdasim.Function{Name: "f", Configure: func(c *lambdasim.Configuration) { c.Runtime, c.SnapStart.ApplyOn = "python3.12", "PublishedVersions" }})
		s.Provision("f", s.Publish("f", ""), 1)
	})
	require.Empty(t, partly.Problems)
	require.Equal(t, []Note{
		{"ap-southeast-3", "the price table of " + price.Date + " has no price for provisioned concurrency in ap-southeast-3: that of us-east-1 is used"},
		{"ap-southeast-3", "the price table of " + price.Date + " has no price for SnapStart in ap-southeast-3: that of us-east-1 is used"},
	}, partly.Notes)
	require.NotNil(t, partly.Functions[0].Estimate)

	none := surveyedIn(t, "mx-central-1", func(*lambdasim.Simulator) {})
	require.Empty(t, none.Notes, "there is nothing to price")
}
