package e2e

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/test/emulator"
	"github.com/dualarch/dualarch/tuning"
)

// soon is how long anything here may take that needs no waiting for a deadline.
const soon = time.Minute

func testKilled(ctx context.Context, t *testing.T, s *demostack.Stack) {
	before := functionsOf(ctx, t, s)
	t.Run("while measuring", func(t *testing.T) {
		killWhileMeasuring(ctx, t, s.Emulator, s.Outputs.StateMachine(), `{"powerValues":[128],"num":5}`)
		requireSoon(ctx, t, before, func() map[string]function { return functionsOf(ctx, t, s) })
	})
	// The last one: the functions stay locked until the Prepare that nobody can stop has ended for
	// certain, which is when a Lambda of 15 minutes would have.
	t.Run("in the middle of Prepare", func(t *testing.T) {
		client := lambda.NewFromConfig(s.Emulator.Config())
		prime := s.Outputs.FunctionName("Prime", emulator.HostArchitecture())
		own := readFunction(ctx, t, client, prime)
		kill(ctx, t, s.Emulator, s.Outputs.StateMachine(), `{"powerValues":[128,256,1024,1536,1769,2048,3008,4096],"num":5}`, func(string) bool {
			now := readFunction(ctx, t, client, prime)
			return len(now.Versions) > len(own.Versions) && now.MemorySize != own.MemorySize
		})
		unlocked := func() map[string]function {
			functions := functionsOf(ctx, t, s)
			for _, f := range functions {
				delete(f.Aliases, tuning.LockName)
			}
			return functions
		}
		requireSoon(ctx, t, before, unlocked)
		require.Contains(t, readFunction(ctx, t, client, prime).Aliases, tuning.LockName)
		// The Prepare that still runs must find itself locked out.
		time.Sleep(5 * time.Second)
		require.Equal(t, before, unlocked())
	})
}

// kill starts an execution and stops it as soon as its moment has come.
func kill(ctx context.Context, t *testing.T, e *emulator.Emulator, stateMachine, input string, moment func(execution string) bool) {
	t.Helper()
	client := sfn.NewFromConfig(e.Config())
	started, err := client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &stateMachine, Input: &input})
	require.NoError(t, err)
	for limit := time.Now().Add(soon); !moment(*started.ExecutionArn); time.Sleep(50 * time.Millisecond) {
		require.NoError(t, ctx.Err())
		require.True(t, time.Now().Before(limit), "the moment to kill %s has not come", *started.ExecutionArn)
	}
	_, err = client.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: started.ExecutionArn, Cause: aws.String("killed by a test")})
	require.NoError(t, err)
}

func killWhileMeasuring(ctx context.Context, t *testing.T, e *emulator.Emulator, stateMachine, input string) {
	t.Helper()
	client := sfn.NewFromConfig(e.Config())
	kill(ctx, t, e, stateMachine, input, func(execution string) bool {
		states, err := demostack.Transitions(ctx, client, execution)
		require.NoError(t, err)
		return slices.Contains(states, "Measure")
	})
}

// requireSoon waits until the functions are as they should be.
func requireSoon(ctx context.Context, t *testing.T, want map[string]function, read func() map[string]function) {
	t.Helper()
	for limit := time.Now().Add(soon); ; time.Sleep(200 * time.Millisecond) {
		got := read()
		if maps.EqualFunc(want, got, func(f, g function) bool { return cmp.Equal(f, g) }) {
			return
		}
		require.NoError(t, ctx.Err())
		if time.Now().After(limit) {
			t.Fatalf("after %s the functions are not as they should be (-want +got):\n%s", soon, cmp.Diff(want, got))
		}
	}
}
