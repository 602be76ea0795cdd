package e2e

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/tuning"
)

// wholeRun returns the states of a run that ends well, however many memory sizes it measures: one round to explore,
// and one for each look that the confirmation took: what was measured decides how many, none if the other architecture
// has no chance against today's configuration.
func wholeRun(t *testing.T, output string) []string {
	t.Helper()
	var verdict tuning.Output
	require.NoError(t, json.Unmarshal([]byte(output), &verdict), output)
	require.NotNil(t, verdict.Recommendation)
	looks := verdict.Recommendation.Looks
	require.LessOrEqual(t, looks, len(confirm.Looks), output)
	states := []string{"Plan", "Next?"}
	for range 1 + looks {
		states = append(states, "Prepare", "Next?", "Measure", "Next?")
	}
	return append(states, "Restore", "Verdict")
}

func testTuning(ctx context.Context, t *testing.T, s *demostack.Stack) {
	before := functionsOf(ctx, t, s)
	execution := tune(ctx, t, s, `{"powerValues":[128,256,512,1024,1536,3008],"num":5}`, 6)
	require.Equal(t, before, functionsOf(ctx, t, s))
	require.Equal(t, wholeRun(t, execution.Output), execution.Transitions)
}

// tune runs an execution on both siblings of prime and checks what every verdict holds.
func tune(ctx context.Context, t *testing.T, s *demostack.Stack, input string, sizes int) *demostack.Execution {
	t.Helper()
	execution, err := s.Tune(ctx, input)
	require.NoError(t, err)
	require.Equal(t, types.ExecutionStatusSucceeded, execution.Status, "%s: %s", execution.Error, execution.Cause)

	var verdict tuning.Output
	require.NoError(t, json.Unmarshal([]byte(execution.Output), &verdict), execution.Output)
	require.Len(t, verdict.Targets, 2)
	require.NotEqual(t, verdict.Targets[0].Architecture, verdict.Targets[1].Architecture)
	winners, clocks := 0, 0
	for _, target := range verdict.Targets {
		require.Contains(t, target.FunctionARN, s.Outputs.FunctionName("Prime", string(target.Architecture)))
		measured := 0
		for _, size := range target.Sizes {
			require.Empty(t, size.Failed, "%s %d MB", target.Architecture, size.Power)
			require.GreaterOrEqual(t, size.Samples, 5)
			require.Positive(t, size.Duration)
			require.Positive(t, size.Cost)
			require.Equal(t, size.Samples, size.Sources[tuning.LogTail]+size.Sources[tuning.CloudWatchLogs]+size.Sources[tuning.ClientClock])
			clocks += size.Sources[tuning.ClientClock]
			measured++
			if target.Architecture == verdict.Architecture && size.Power == verdict.Power {
				winners++
				require.InDelta(t, verdict.Cost, size.Cost, 1e-12)
				require.InDelta(t, verdict.Duration, size.Duration, 1e-6)
			}
		}
		require.Equal(t, sizes, measured)
	}
	// The emulator's REPORT lines name other request ids than its answers, so that the caller's clock is
	// what is left; a verdict that rests on it has to say so.
	require.Equal(t, clocks > 0, slices.ContainsFunc(verdict.Warnings, func(w string) bool {
		return strings.Contains(w, "durations were read from the caller's clock")
	}), verdict.Warnings)
	require.Equal(t, 1, winners, "the winner is one of the configurations measured: %s", execution.Output)
	require.NotNil(t, verdict.Comparison)
	require.NotNil(t, verdict.Comparison.OtherArchitecture)
	require.NotEqual(t, verdict.Architecture, verdict.Comparison.OtherArchitecture.Architecture)
	require.Positive(t, verdict.StateMachine.ExecutionCost)
	require.Positive(t, verdict.StateMachine.LambdaCost)
	require.Regexp(t, `^https://lambda-power-tuning\.show/#[^;]+(;[^;]+){7}$`, verdict.StateMachine.Visualization)
	return execution
}

// testFailingTarget sends what prime cannot decode, so that every invocation ends in an error.
func testFailingTarget(ctx context.Context, t *testing.T, s *demostack.Stack) {
	before := functionsOf(ctx, t, s)
	execution, err := s.Tune(ctx, `{"powerValues":[128,512],"num":5,"payload":5}`)
	require.NoError(t, err)
	require.Equal(t, types.ExecutionStatusFailed, execution.Status, execution.Output)
	require.Contains(t, execution.Cause, "cannot unmarshal number", "the cause is the target's own error")
	require.Contains(t, execution.Transitions, "Restore")
	require.Equal(t, before, functionsOf(ctx, t, s))
}
