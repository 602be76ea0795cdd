package publish

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

func TestTarget(t *testing.T) {
	const x86, arm, other = "arn:aws:lambda:eu-west-1:123456789012:function:x86", "arn:aws:lambda:eu-west-1:123456789012:function:arm", "arn:aws:lambda:eu-west-1:123456789012:function:other"
	constructs := []input.DefaultTarget{{Name: "Number", Functions: []string{other}}, {Name: "Prime", Functions: []string{x86, arm}}}
	require.Equal(t, "Prime", target(constructs, "Prime", []string{x86, arm}))
	require.Equal(t, "Prime", target(constructs, "Prime", []string{arm, x86}), "in the other order")
	require.Equal(t, "arm", target(constructs, "Prime", []string{arm}), "one of two gives another answer")
	require.Equal(t, "arm--other", target(constructs, "Prime", []string{arm, other}))
	require.Equal(t, "x86", target(nil, "", []string{x86}))
}

// What a function or an owner's names can put into an event is bounded and printable.
func TestDescribeIsBounded(t *testing.T) {
	long := "\x1b]0;" + strings.Repeat("é", 3000)
	e := run.Event{Defaults: input.Defaults{Targets: []input.DefaultTarget{{Name: long, Functions: []string{"f"}}}}}
	p := Describe(e, input.Input{Name: long}, run.State{
		Journal: run.Journal{Targets: []run.Target{{Function: "f"}}},
		Output:  &tuning.Output{Recommendation: &tuning.Recommendation{Action: tuning.Keep, Text: long}},
	})
	for limit, text := range map[int]string{maxTarget: p.Target, maxText: p.Text} {
		require.LessOrEqual(t, len(text), limit)
		require.True(t, strings.HasPrefix(text, `\u001b]0;é`), text)
	}
}

// What is to be kept saves nothing, whatever the winner would.
func TestSavingIsThatOfTheAdvice(t *testing.T) {
	cheaper := tuning.Interval{Percent: 29.4, Low: 28.1, High: 30.6}
	r := &tuning.Recommendation{Action: tuning.Change, Architecture: tuning.Arm, Power: 1024, Confirmed: true, Today: &tuning.Advantage{Cheaper: cheaper}}
	certainty := 0.97
	require.Equal(t, tuning.Advice{
		Action: tuning.Change, Architecture: tuning.Arm, Power: 1024, SavingPercent: 29.4, Saving: &cheaper, Confirmed: true, Certainty: &certainty,
	}, advice(r, &tuning.Explored{Certainty: 0.97}))
	r.Action = tuning.Keep
	require.Zero(t, advice(r, nil).SavingPercent)
	require.Nil(t, advice(r, nil).Saving)
}
