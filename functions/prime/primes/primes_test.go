package primes

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The counts are those of OEIS A006880 and, for the small ones, of counting.
func TestCount(t *testing.T) {
	for bound, want := range map[uint32]int{
		0: 0, 1: 0, 2: 1, 3: 2, 4: 2, 5: 3, 8: 4, 9: 4, 10: 4, 11: 5, 24: 9, 25: 9, 26: 9, 29: 10, 48: 15, 49: 15,
		100: 25, 1000: 168, 10_000: 1229, 100_000: 9592, 1_000_000: 78_498,
	} {
		require.Equal(t, want, Count(bound), "up to %d", bound)
	}
}

func TestMeasure(t *testing.T) {
	report, err := Measure("10000", "aarch64")
	require.NoError(t, err)
	require.Equal(t, "aarch64", report.Machine)
	require.Equal(t, "There are 1229 prime numbers <= 10000", report.Message)
	require.Greater(t, report.Elapsed, 0.0)
	require.Less(t, report.Elapsed, 10.0)
}

func TestMeasureCountsUpToTheLimit(t *testing.T) {
	report, err := Measure("10000000", "x86_64")
	require.NoError(t, err)
	require.Equal(t, "There are 664579 prime numbers <= 10000000", report.Message)
}

func TestMeasureRefusesWhatItCannotCountTo(t *testing.T) {
	for bound, want := range map[string]string{
		"":            "max: missing; want a whole number from 0 to 10000000",
		"many":        `max: "many" is not a whole number from 0 to 10000000`,
		"-1":          `max: "-1" is not a whole number from 0 to 10000000`,
		"1e3":         `max: "1e3" is not a whole number from 0 to 10000000`,
		"10,20":       `max: "10,20" is not a whole number from 0 to 10000000`,
		"10000001":    "max: 10000001 is too large; want a whole number from 0 to 10000000",
		"99999999999": "max: 99999999999 is too large; want a whole number from 0 to 10000000",
	} {
		_, err := Measure(bound, "x86_64")
		require.EqualError(t, err, want)
	}
}

func BenchmarkCountMillion(b *testing.B) {
	for b.Loop() {
		Count(1_000_000)
	}
}
