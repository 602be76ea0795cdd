package e2e

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/demostack"
)

// soon is how long anything here may take that needs no waiting for a deadline.
const soon = 5 * time.Minute

// testKilled goes through Heal, which the EventBridge rule starts.
func testKilled(ctx context.Context, t *testing.T, app *tunedApp) {
	before := app.functions(ctx, t)
	t.Run("while measuring", func(t *testing.T) {
		kill(ctx, t, app, `{"powerValues":[128],"num":5}`, func(states []string) bool {
			return slices.Contains(states, "Measure")
		})
		requireSoon(ctx, t, before, func() map[string]function { return app.functions(ctx, t) })
	})
	// This execution comes last, because the functions stay locked until the Prepare, which nobody
	// can stop, has certainly ended: after the 15 minutes of a Lambda function.
	t.Run("in the middle of Prepare", func(t *testing.T) {
		kill(ctx, t, app, `{"powerValues":[128,512,1024,1536,1769,2048,3008,4096],"num":5}`, func([]string) bool {
			for name, f := range app.functions(ctx, t) {
				if len(f.Versions) == len(before[name].Versions) || f.Description == before[name].Description {
					return false
				}
			}
			return true
		})
		unlocked := func() map[string]function {
			functions := app.functions(ctx, t)
			for _, f := range functions {
				delete(f.Aliases, run.LockName)
			}
			return functions
		}
		requireSoon(ctx, t, before, unlocked)
		for name, f := range app.functions(ctx, t) {
			require.Contains(t, f.Aliases, run.LockName, name)
		}
		// The Prepare that still runs must find itself locked out.
		time.Sleep(5 * time.Second)
		require.Equal(t, before, unlocked())
	})
}

// kill starts an execution and stops it as soon as its moment has come, which is asked with the names
// of the states that it has entered.
func kill(ctx context.Context, t *testing.T, app *tunedApp, input string, moment func(states []string) bool) {
	t.Helper()
	execution := startUntil(ctx, t, app, input, moment)
	_, err := sfn.NewFromConfig(app.Config()).StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: &execution, Cause: aws.String("killed by a test")})
	require.NoError(t, err)
}

// startUntil starts an execution and waits until its moment has come.
func startUntil(ctx context.Context, t *testing.T, app *tunedApp, input string, moment func(states []string) bool) (execution string) {
	t.Helper()
	client := sfn.NewFromConfig(app.Config())
	started, err := client.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &app.Machine, Input: &input})
	require.NoError(t, err)
	for limit := time.Now().Add(soon); ; time.Sleep(50 * time.Millisecond) {
		states, err := demostack.Transitions(ctx, client, *started.ExecutionArn)
		require.NoError(t, err)
		if moment(states) {
			return *started.ExecutionArn
		}
		require.True(t, time.Now().Before(limit), "the moment has not come, it went through %v", states)
	}
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
