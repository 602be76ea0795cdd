package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/tuning"
)

const machine = "arn:aws:states:us-east-1:123456789012:stateMachine:tune"

// tuned adds a stack with a tuning state machine of a pair of functions, and runs it as often as there are outputs; nil
// is an execution that fails.
func tuned(t *testing.T, s *lambdasim.Simulator, outputs ...*tuning.Output) {
	t.Helper()
	s.CreateFunction(lambdasim.Function{Name: "pair-x86"})
	s.CreateFunction(lambdasim.Function{Name: "pair-arm", Architecture: "arm64"})
	step, next := s.FunctionARN("step"), 0
	m, err := statemachine.New(statemachine.Options{
		ARN: machine,
		Definition: fmt.Sprintf(`{"StartAt":"Plan","States":{"Plan":{"Type":"Task","Resource":%q,"End":true,
			"Parameters":{"defaults":{"targets":[{"name":"Pair","functions":[%q,%q]}]}}}}}`,
			step, prefix+"pair-x86", prefix+"pair-arm"),
		Functions: map[string]statemachine.Function{step: func(context.Context, []byte) ([]byte, error) {
			o := outputs[next]
			if next++; o == nil {
				return nil, context.Canceled
			}
			return json.Marshal(o)
		}},
	})
	require.NoError(t, err)
	s.AddStateMachine(m)
	s.SetStack("Shop", map[string]string{"PairPowerTuningStateMachineArn1234": machine, "Url": "https://example.com"})
	s.SetStack("Other", map[string]string{"Url": "https://example.com"})
	for i := range outputs {
		e, err := m.Start(fmt.Sprintf("run-%d", i), `{"target":"Pair"}`)
		require.NoError(t, err)
		e.Wait()
		time.Sleep(time.Hour)
	}
}

// advised is what an execution gives that advises arm64 at a memory size.
func advised(memorySize int, saving *float64) *tuning.Output {
	cheaper := tuning.Interval{Percent: 31, Low: 28, High: 34}
	return &tuning.Output{
		Power: memorySize, Architecture: tuning.Arm,
		Targets: []tuning.TargetStatistics{{Architecture: tuning.X86, FunctionARN: prefix + "pair-x86"}, {Architecture: tuning.Arm, FunctionARN: prefix + "pair-arm:live"}},
		Recommendation: &tuning.Recommendation{
			Action: tuning.Change, Architecture: tuning.Arm, Power: memorySize, Confirmed: true, SavingsPerMonth: saving,
			Today: &tuning.Advantage{Architecture: tuning.X86, Power: 128, Cheaper: cheaper},
		},
	}
}

func TestMeasured(t *testing.T) {
	saving := 12.5
	looker := &getting{}
	report := surveyed(t, func(s *lambdasim.Simulator) {
		tuned(t, s, advised(512, nil), advised(1024, &saving), nil)
		s.CreateFunction(lambdasim.Function{Name: "alone"})
	}, Options{WithoutAdvice: true, Looker: looker})
	require.Empty(t, report.Problems)
	want := &Measured{
		ExecutionARN: "arn:aws:states:us-east-1:123456789012:execution:tune:run-1", Architecture: tuning.Arm, MemorySize: 1024,
		Cheaper: &tuning.Interval{Percent: 31, Low: 28, High: 34}, Confirmed: true, SavingUSD: &saving,
		At: time.Date(2000, 1, 1, 1, 0, 0, 0, time.UTC),
	}
	for _, name := range []string{"pair-x86", "pair-arm"} {
		m := *report.function(t, name).Measured
		require.WithinDuration(t, want.At, m.At, time.Second)
		m.At = want.At
		require.Equal(t, want, &m, "the newest that gave a verdict")
	}
	require.Nil(t, report.function(t, "alone").Measured)
	require.Equal(t, Readiness{Status: guard.DualArch}, report.function(t, "pair-x86").Readiness)
	require.Equal(t, []string{"alone"}, looker.looked, "who has a sibling on arm64 need not be judged")
}

func TestAdvice(t *testing.T) {
	report := surveyed(t, func(s *lambdasim.Simulator) {
		s.CreateFunction(lambdasim.Function{Name: "big"})
		s.Advise("big", lambdasim.Advice{Finding: "NotOptimized", Reasons: []string{"MemoryOverprovisioned"}, MemorySize: 256, SavingUSD: 4.2})
		s.CreateFunction(lambdasim.Function{Name: "right"})
		s.Advise("right", lambdasim.Advice{Finding: "Optimized"})
		s.CreateFunction(lambdasim.Function{Name: "new"})
	}, Options{})
	require.Empty(t, report.Problems)
	require.Equal(t, &Advice{Finding: "NotOptimized", Reasons: []string{"MemoryOverprovisioned"}, MemorySize: 256, SavingUSD: 4.2}, report.function(t, "big").Advice)
	require.Equal(t, &Advice{Finding: "Optimized"}, report.function(t, "right").Advice)
	require.Nil(t, report.function(t, "new").Advice)
}
