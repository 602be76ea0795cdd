package verdicts

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// runAt is a run that advises a memory size of arm64 instead of x86_64 at 512 MB.
func runAt(hour, power int, percent, low, high float64) Verdict {
	return Verdict{
		Execution: &Execution{Stopped: time.Date(2026, 11, 27, hour, 0, 0, 0, time.UTC)},
		Output: &tuning.Output{Architecture: tuning.Arm, Power: power, Recommendation: &tuning.Recommendation{
			Action: tuning.Change, Architecture: tuning.Arm, Power: power,
			Today: &tuning.Advantage{Architecture: tuning.X86, Power: 512, Cheaper: tuning.Interval{Percent: percent, Low: low, High: high}},
		}},
	}
}

func TestTogether(t *testing.T) {
	for name, test := range map[string]struct {
		runs []Verdict
		want string
	}{
		"one":    {[]Verdict{runAt(1, 512, 26, 15, 35)}, ""},
		"failed": {[]Verdict{runAt(1, 512, 26, 15, 35), {Failed: "x"}}, ""},
		// Runs that agree more than each of them is sure are as sure as their intervals say.
		"alike": {[]Verdict{runAt(8, 1024, 26, 20, 31.55), runAt(14, 1024, 26, 20, 31.55), runAt(20, 1024, 26, 20, 31.55)},
			"3 of 3 runs from 2026-11-27 08:00 UTC to 2026-11-27 20:00 UTC advise arm64 at 1024 MB; beside today's x86_64 at 512 MB, 3 of them together say 26 % cheaper (23–29 %), with what changed from run to run"},
		// Runs that are further apart than their intervals are long are as sure as three values are.
		"apart": {[]Verdict{runAt(8, 1024, 20, 19, 21), runAt(14, 1024, 30, 29, 31), runAt(20, 512, 25, 24, 26)},
			"1 of 3 runs from 2026-11-27 08:00 UTC to 2026-11-27 20:00 UTC advise arm64 at 512 MB; beside today's x86_64 at 512 MB, 3 of them together say 25 % cheaper (12–37 %), with what changed from run to run"},
		// With two runs, next to nothing is known of how far the next one will be away.
		"two": {[]Verdict{runAt(8, 1024, 20, 19, 21), runAt(14, 1024, 30, 29, 31)},
			"2 of 2 runs from 2026-11-27 08:00 UTC to 2026-11-27 14:00 UTC advise arm64 at 1024 MB; beside today's x86_64 at 512 MB, 2 of them together say 25 % cheaper, which is not certain (−75 to 68 %), with what changed from run to run"},
	} {
		t.Run(name, func(t *testing.T) {
			together := TogetherOf(Function{Verdicts: test.runs})
			if test.want == "" {
				require.Nil(t, together)
				return
			}
			require.Equal(t, test.want, together.Text)
		})
	}
}

// Runs before and after a deployment that changed today's configuration are not averaged.
func TestTogetherOfOtherDays(t *testing.T) {
	other := runAt(8, 1024, 26, 20, 31)
	other.Output.Recommendation.Today.Power = 1024
	together := TogetherOf(Function{Verdicts: []Verdict{other, runAt(9, 1024, 26, 20, 31)}})
	require.Nil(t, together.Cheaper)
	require.Equal(t, "2 of 2 runs from 2026-11-27 08:00 UTC to 2026-11-27 09:00 UTC advise arm64 at 1024 MB", together.Text)
}
