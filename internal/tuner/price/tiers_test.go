package price

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func TestTierShare(t *testing.T) {
	for _, test := range []struct {
		architecture   tuning.Architecture
		others, added  float64
		share          float64
		becauseOfTiers string
	}{
		{tuning.X86, 0, 0, 1, "nothing costs the first price"},
		{tuning.X86, 0, 6e9, 1, "the first tier"},
		{tuning.X86, 6e9, 1, 0.9, "the second, next to others"},
		{tuning.X86, 5e9, 2e9, 0.95, "half of it in each"},
		{tuning.X86, 0, 30e9, (6 + 9*0.9 + 15*0.8) / 30, "all three"},
		{tuning.Arm, 0, 7.5e9, 1, "the first tier is wider"},
		{tuning.Arm, 18.75e9, 4e9, 0.8, "the third"},
	} {
		require.InDelta(t, test.share, TierShare(test.architecture, test.others, test.added), 1e-6, test.becauseOfTiers)
	}
}

// A function within an account costs what it costs alone, if the account runs nothing else.
func TestMonthWithin(t *testing.T) {
	p := For(Terms{}, Function{Region: "us-east-1", Architecture: tuning.X86, EphemeralStorage: 1024})
	const invocations, gbSeconds = 1e11, 1e10
	require.InDelta(t, p.Month(1024, 100, invocations), p.MonthWithin(1024, 100, invocations, TierShare(tuning.X86, 0, gbSeconds)), 1e-6)
	require.Less(t, p.MonthWithin(1024, 100, invocations, 0.8), p.Month(1024, 100, invocations))
	provisioned := For(Terms{ProvisionedConcurrency: 2, InvocationsPerMonth: 1e6}, Function{Region: "us-east-1", Architecture: tuning.X86})
	require.InDelta(t, provisioned.Month(1024, 100, 1e6), provisioned.MonthWithin(1024, 100, 1e6, 0.8), 1e-9, "provisioned concurrency has no tiers")
}
