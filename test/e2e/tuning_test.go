package e2e

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/tuning"
)

func testTuning(ctx context.Context, t *testing.T, s *demostack.Stack) {
	before := functionsOf(ctx, t, s)
	three := tune(ctx, t, s, `{"powerValues":[128,512,1024],"num":5}`, 3)
	ten := tune(ctx, t, s, `{"powerValues":[128,256,512,768,1024,1280,1536,1769,2048,3008],"num":5}`, 10)
	require.Equal(t, before, functionsOf(ctx, t, s))

	t.Logf("3 sizes: %d transitions in %s: %v", len(three.Transitions), three.Elapsed, three.Transitions)
	t.Logf("10 sizes: %d transitions in %s: %v", len(ten.Transitions), ten.Elapsed, ten.Transitions)
	require.Equal(t, three.Transitions, ten.Transitions, "transitions must not grow with the number of memory sizes")
}

// tune runs an execution on both siblings of prime and checks what every verdict holds.
func tune(ctx context.Context, t *testing.T, s *demostack.Stack, input string, sizes int) *demostack.Execution {
	t.Helper()
	execution, err := s.Tune(ctx, input, nil)
	require.NoError(t, err)
	require.Equal(t, types.ExecutionStatusSucceeded, execution.Status, "%s: %s", execution.Error, execution.Cause)

	var verdict tuning.Output
	require.NoError(t, json.Unmarshal([]byte(execution.Output), &verdict), execution.Output)
	require.Len(t, verdict.Targets, 2)
	require.NotEqual(t, verdict.Targets[0].Architecture, verdict.Targets[1].Architecture)
	winners := 0
	for _, target := range verdict.Targets {
		require.Contains(t, target.FunctionARN, s.Outputs.FunctionName("Prime", string(target.Architecture)))
		measured := 0
		for _, size := range target.Sizes {
			require.Empty(t, size.Failed, "%s %d MB", target.Architecture, size.Power)
			require.GreaterOrEqual(t, size.Samples, 5)
			require.Positive(t, size.Duration)
			require.Positive(t, size.Cost)
			measured++
			if target.Architecture == verdict.Architecture && size.Power == verdict.Power {
				winners++
				require.InDelta(t, verdict.Cost, size.Cost, 1e-12)
				require.InDelta(t, verdict.Duration, size.Duration, 1e-6)
			}
		}
		// Today's configuration is measured too where it is none of those asked for.
		require.GreaterOrEqual(t, measured, sizes)
		require.LessOrEqual(t, measured, sizes+1)
	}
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
	execution, err := s.Tune(ctx, `{"powerValues":[128,512],"num":5,"payload":5}`, nil)
	require.NoError(t, err)
	require.Equal(t, types.ExecutionStatusFailed, execution.Status, execution.Output)
	require.Contains(t, execution.Cause, "cannot unmarshal number", "the cause is the target's own error")
	require.Contains(t, execution.Transitions, "Restore")
	require.Equal(t, before, functionsOf(ctx, t, s))
}
