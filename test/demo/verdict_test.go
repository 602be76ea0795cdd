package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func TestPrintVerdictShowsEverySizeOfBothTargets(t *testing.T) {
	verdict := tuning.Output{
		Power: 512, Architecture: "arm64", Duration: 120.4, Cost: 8.2e-07,
		StateMachine: tuning.StateMachine{Visualization: "https://lambda-power-tuning.show/#AAE="},
		Targets: []tuning.TargetStatistics{
			{Architecture: "x86_64", Sizes: []tuning.SizeStatistics{
				{Power: 1024, Duration: 99.96, Cost: 1.67e-06},
				{Power: 128, Failed: "Runtime.OutOfMemory"},
			}},
			{Architecture: "arm64", Sizes: []tuning.SizeStatistics{
				{Power: 128, Duration: 501, Cost: 9.1e-07},
				{Power: 512, Duration: 120.4, Cost: 8.2e-07},
			}},
		},
		Comparison: &tuning.Comparison{
			Winner:            &tuning.Means{Architecture: "arm64", Power: 512, Cost: 8.4e-07, Duration: 121.6},
			OtherArchitecture: &tuning.Versus{Architecture: "x86_64", Power: 1024, CheaperPercent: 50.9, FasterPercent: -20.4, Estimated: true},
			Today:             &tuning.Versus{Architecture: "x86_64", Power: 512, CheaperPercent: 49.7, FasterPercent: 2.34},
		},
		Exploration:    &tuning.Explored{Text: "arm64 at 512 MB was found after measuring 7 of 16 memory sizes"},
		Recommendation: &tuning.Recommendation{Text: "arm64 at 512 MB: 50 % cheaper (48–52 %) than today's x86_64 at 512 MB"},
		Warnings:       []string{"durations are the client's"},
	}
	var out strings.Builder
	require.NoError(t, printVerdict(&out, verdict))
	require.Equal(t, `   explored: MB   x86_64 ms   x86_64 USD   arm64 ms   arm64 USD
            128      failed            -      501.0     9.1e-07
            512           -            -      120.4     8.2e-07
           1024       100.0     1.67e-06          -           -

  Winner: arm64 with 512 MB: 121.6 ms, 8.4e-07 USD an invocation
  Beside the other architecture's best (x86_64, 1024 MB): 51 % cheaper, 20 % slower, estimated
  Beside what live traffic runs on today (x86_64, 512 MB): 50 % cheaper, 2.3 % faster
  Search: arm64 at 512 MB was found after measuring 7 of 16 memory sizes
  Recommendation: arm64 at 512 MB: 50 % cheaper (48–52 %) than today's x86_64 at 512 MB
  Warning: durations are the client's
  Chart: https://lambda-power-tuning.show/#AAE=

`+caveat, out.String())
}

func TestPrintVerdictOfOneTargetComparesNothing(t *testing.T) {
	var out strings.Builder
	require.NoError(t, printVerdict(&out, tuning.Output{
		Power: 128, Architecture: "x86_64", Duration: 10, Cost: 1e-06,
		Targets: []tuning.TargetStatistics{{Architecture: "x86_64", Sizes: []tuning.SizeStatistics{{Power: 128, Duration: 10, Cost: 1e-06}}}},
	}))
	require.NotContains(t, out.String(), "Beside")
	require.Contains(t, out.String(), "Winner: x86_64 with 128 MB")
}
