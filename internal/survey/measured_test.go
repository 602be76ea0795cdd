package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
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

// fleetOf adds a tuning state machine that tuned so many functions, in order, and what an execution of it gives.
func fleetOf(t *testing.T, s *lambdasim.Simulator, defaults string, tuned []string, give func(function string) *tuning.Output) {
	t.Helper()
	step, next := s.FunctionARN("step"), 0
	m, err := statemachine.New(statemachine.Options{
		ARN:        machine,
		Definition: fmt.Sprintf(`{"StartAt":"Plan","States":{"Plan":{"Type":"Task","Resource":%q,"End":true,"Parameters":{"defaults":%s}}}}`, step, defaults),
		Functions: map[string]statemachine.Function{step: func(context.Context, []byte) ([]byte, error) {
			o := give(tuned[next])
			if next++; o == nil {
				return nil, context.Canceled
			}
			return json.Marshal(o)
		}},
	})
	require.NoError(t, err)
	s.AddStateMachine(m)
	s.SetStack("Fleet", map[string]string{"OthersPowerTuningStateMachineArn12": machine})
	for i := range tuned {
		e, err := m.Start(fmt.Sprintf("run-%d", i), `{}`)
		require.NoError(t, err)
		e.Wait()
		time.Sleep(time.Minute)
	}
}

// verdictOn is a verdict on one function.
func verdictOn(function string) *tuning.Output {
	if function == "" {
		return nil
	}
	o := advised(512, nil)
	o.Targets = []tuning.TargetStatistics{{Architecture: tuning.X86, FunctionARN: prefix + function}}
	return o
}

func described(s *lambdasim.Simulator) *atomic.Int64 {
	n := &atomic.Int64{}
	s.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		if c.Operation == "DescribeExecution" {
			n.Add(1)
		}
		return nil
	})
	return n
}

// numbered returns so many functions' names, and a machine's defaults that name them.
func numbered(s *lambdasim.Simulator, n int) (names []string, defaults string) {
	var arns []string
	for i := range n {
		name := fmt.Sprintf("f%03d", i)
		s.CreateFunction(lambdasim.Function{Name: name})
		names, arns = append(names, name), append(arns, prefix+name)
	}
	text, _ := json.Marshal(map[string]any{"functions": arns})
	return names, string(text)
}

// A fleet runs one machine for each of its functions: their verdicts are all in the account, behind each other's, behind
// failures, and behind what else was tuned since.
func TestEachFunctionsVerdictIsFound(t *testing.T) {
	for name, test := range map[string]struct {
		// named reports that the machine's defaults name the functions. They do not if it also tunes those of constructs.
		named bool
		calls int64
	}{"named": {true, 62}, "not named": {false, 50}} {
		t.Run(name, func(t *testing.T) {
			var n *atomic.Int64
			report := surveyed(t, func(s *lambdasim.Simulator) {
				names, defaults := numbered(s, 50)
				order := slices.Clone(names)
				for range 30 {
					order = append(order, "") // failures are not read
				}
				if test.named {
					for range 12 {
						order = append(order, "f049") // tuned again
					}
				} else {
					defaults = `{"targets":[{"name":"Pair","functions":["` + prefix + `f049"]}]}`
				}
				fleetOf(t, s, defaults, order, verdictOn)
				n = described(s)
			}, Options{WithoutAdvice: true})
			require.Empty(t, report.Problems)
			for _, f := range report.Functions {
				require.NotNil(t, f.Measured, f.Name)
			}
			require.Equal(t, test.calls, n.Load())
		})
	}
}

// Once nothing new can be expected, no more executions are read.
func TestFewExecutionsAreRead(t *testing.T) {
	var n *atomic.Int64
	report := surveyed(t, func(s *lambdasim.Simulator) {
		_, defaults := numbered(s, 1)
		fleetOf(t, s, defaults, slices.Repeat([]string{"f000"}, 40), verdictOn)
		n = described(s)
	}, Options{WithoutAdvice: true})
	require.Equal(t, "arn:aws:states:us-east-1:123456789012:execution:tune:run-39", report.Functions[0].Measured.ExecutionARN, "the newest")
	require.Equal(t, int64(fewExecutions+1), n.Load())
}

// The calls are bounded, and it is said which verdicts may exist nevertheless.
func TestMostExecutions(t *testing.T) {
	var n *atomic.Int64
	report := surveyed(t, func(s *lambdasim.Simulator) {
		_, defaults := numbered(s, 3)
		fleetOf(t, s, defaults, append([]string{"f001"}, slices.Repeat([]string{"f000"}, mostExecutions)...), verdictOn)
		n = described(s)
	}, Options{WithoutAdvice: true, CallsPerSecond: 1000})
	require.Equal(t, int64(mostExecutions), n.Load())
	require.Equal(t, []Problem{{Region: region1, What: "verdicts", Why: "only the newest 1000 successful executions of " + machine +
		" were read: they have no verdict of " + prefix + "f001 and 1 more of its functions"}}, report.Problems)
	require.NotNil(t, report.function(t, "f000").Measured)
}

// A stack outlives a state machine that its outputs name, and one that cannot be read says nothing of others.
func TestOtherMachinesFail(t *testing.T) {
	prepare := func(s *lambdasim.Simulator) {
		tuned(t, s, advised(512, nil))
		s.SetStack("Gone", map[string]string{"APowerTuningStateMachineArn1": "arn:aws:states:us-east-1:123456789012:stateMachine:a-gone"})
	}
	report := surveyed(t, prepare, Options{WithoutAdvice: true})
	require.Empty(t, report.Problems)
	require.NotNil(t, report.function(t, "pair-x86").Measured)

	report = surveyed(t, func(s *lambdasim.Simulator) {
		prepare(s)
		s.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Operation == "DescribeStateMachine" && strings.Contains(string(c.Body), "a-gone") {
				return &lambdasim.Fault{Err: lambdasim.AccessDenied("states:DescribeStateMachine", "a-gone")}
			}
			return nil
		})
	}, Options{WithoutAdvice: true})
	require.Len(t, report.Problems, 1)
	require.Equal(t, "verdicts", report.Problems[0].What)
	require.NotNil(t, report.function(t, "pair-x86").Measured)
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
