package page

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// many returns documents of n functions, the saving a month of each less than the one before.
func many(t testing.TB, n int) []string {
	t.Helper()
	var all []string
	for i := range n {
		var o tuning.Output
		require.NoError(t, json.Unmarshal([]byte(orders(t, 1+i%3)), &o))
		for j := range o.Targets {
			o.Targets[j].FunctionARN = fmt.Sprintf("arn:aws:lambda:eu-west-1:123456789012:function:service-%02d-%s", i, o.Targets[j].Architecture)
		}
		*o.Recommendation.SavingsPerMonth = float64(1000 - 10*i)
		text, err := json.Marshal(o)
		require.NoError(t, err)
		all = append(all, string(text))
	}
	return all
}

func TestManyFunctions(t *testing.T) {
	all := many(t, 4)
	all[0], all[2] = all[2], all[0] // the ranking is by saving
	all[3] = strings.NewReplacer(`"savingsPerMonth":970`, `"x":0`, `"compared":38,"alike":38`, `"compared":38,"alike":30,"firstDifference":"/body: 1, 2"`).Replace(all[3])
	all[3] = strings.Replace(all[3], `"compared":53,"alike":53`, `"compared":53,"alike":50,"firstDifference":"/body: 1, 2"`, 1)
	failed := `{"executionArn": "e", "status": "FAILED", "error": "Plan", "cause": "no permission", "input": "{\"target\": \"Broken\"}"}`
	page := write(t, append(all, failed)...)
	text := lines(page)
	require.Contains(t, text, "\nTuning report: 5 functions\n")
	require.Contains(t, text, "\nThe confirmed changes together save 2,970.00 USD a month.\n")
	require.Regexp(t, `\nservice-00 \| x86_64 at 512 MB \| arm64 at 1769 MB \| 1,000\.00 USD \(699\.76 to 1,259\.94\) \| 34 % cheaper \(24 to 43 %\) \| yes \| \d\d %\n`, text)
	order := []int{}
	ranking := text[strings.Index(text, "By monthly saving"):strings.Index(text, "Blocked, and why")]
	for i := range 4 {
		order = append(order, strings.Index(ranking, fmt.Sprintf("\nservice-%02d |", i)))
	}
	require.IsIncreasing(t, order)
	require.Contains(t, text, "\nservice-03 | the answers differ in 3 of 53: /body: 1, 2\nBroken | the execution's status is FAILED: Plan: no permission\n")
	require.Equal(t, 4, strings.Count(page, "-cost-small-t\""), "small multiples")
	require.Contains(t, text, "\nThere is no verdict: the execution's status is FAILED: Plan: no permission.\n")
}

// Thirty functions stay below 1 MB, with all 46 memory sizes, too: explored adaptively, with a curve, and exhaustively.
func TestSizeOfThirtyFunctions(t *testing.T) {
	all := many(t, 30)
	page := write(t, all...)
	t.Logf("thirty functions: %d bytes", len(page))
	require.Less(t, len(page), 1_000_000)
	for _, adaptive := range []bool{true, false} {
		var large []string
		for _, text := range all {
			var o tuning.Output
			require.NoError(t, json.Unmarshal([]byte(text), &o))
			curve, s := o.Curve[0], o.Targets[0].Sizes[0]
			o.Curve = nil
			for j := range o.Targets {
				if !adaptive {
					o.Targets[j].Sizes = nil
				}
				for power := 128; power <= 3008; power += 64 {
					s.Power, curve.Power, curve.Architecture = power, power, o.Targets[j].Architecture
					if adaptive {
						o.Curve = append(o.Curve, curve)
					} else {
						o.Targets[j].Sizes = append(o.Targets[j].Sizes, s)
					}
				}
			}
			given, err := json.Marshal(o)
			require.NoError(t, err)
			large = append(large, string(given))
		}
		page = write(t, large...)
		t.Logf("with 46 memory sizes each, adaptive %t: %d bytes", adaptive, len(page))
		require.Less(t, len(page), 1_000_000)
	}
}
