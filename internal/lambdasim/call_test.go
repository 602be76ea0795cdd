package lambdasim_test

import (
	"context"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

func publish(client *lambda.Client) error {
	_, err := client.PublishVersion(context.Background(), &lambda.PublishVersionInput{FunctionName: aws.String("prime")})
	return err
}

func TestCallsAreNumberedAndDescribed(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		var calls []lambdasim.Call
		sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			calls = append(calls, c)
			return nil
		})
		require.NoError(t, publish(client))
		_, err := client.GetFunctionConfiguration(context.Background(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("prime"), Qualifier: aws.String("1")})
		require.NoError(t, err)
		require.Equal(t, []lambdasim.Call{
			{Number: 1, Operation: "PublishVersion", Function: "prime", Resource: primeARN, Body: []byte("{}")},
			{Number: 2, Operation: "GetFunctionConfiguration", Function: "prime", Qualifier: "1", Resource: primeARN + ":1", Body: []byte{}},
		}, calls)
		require.True(t, calls[0].Writes())
		require.False(t, calls[1].Writes())
		require.Equal(t, 2, sim.Calls())
	})
}

func TestFaults(t *testing.T) {
	tests := []struct {
		name      string
		fault     lambdasim.Fault
		check     func(t *testing.T, err error)
		published bool
	}{
		{"throttled", lambdasim.Fault{Err: lambdasim.Throttled("CallerRateLimitExceeded")}, func(t *testing.T, err error) {
			var throttled *types.TooManyRequestsException
			require.ErrorAs(t, err, &throttled)
			require.Equal(t, types.ThrottleReasonCallerRateLimitExceeded, throttled.Reason)
		}, false},
		{"server error", lambdasim.Fault{Err: lambdasim.ServiceFailure()}, func(t *testing.T, err error) {
			requireAPIError(t, err, "ServiceException", 500, "An error occurred and the request cannot be processed.")
		}, false},
		{"conflict", lambdasim.Fault{Err: lambdasim.UpdateInProgress(primeARN)}, func(t *testing.T, err error) {
			requireAPIError(t, err, "ResourceConflictException", 409, "The operation cannot be performed at this time. An update is in progress for resource: "+primeARN)
		}, false},
		{"denied", lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:PublishVersion", primeARN)}, func(t *testing.T, err error) {
			requireAPIError(t, err, "AccessDeniedException", 403, "User is not authorized to perform: lambda:PublishVersion on resource: "+primeARN+
				" because no identity-based policy allows the lambda:PublishVersion action")
		}, false},
		{"lost response", lambdasim.Fault{Lost: true}, func(t *testing.T, err error) {
			require.ErrorIs(t, err, syscall.ECONNRESET)
		}, true},
		{"after an error", lambdasim.Fault{Err: lambdasim.ServiceFailure(), Lost: true}, func(t *testing.T, err error) {
			require.ErrorIs(t, err, syscall.ECONNRESET)
		}, false},
		{"late", lambdasim.Fault{Delay: time.Hour}, func(t *testing.T, err error) {
			require.NoError(t, err)
			require.Equal(t, time.Hour+25*time.Millisecond, time.Since(time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)))
		}, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, lambdasim.Options{}, lambdasim.Function{}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
				after := 0
				test.fault.After = func() { after++ }
				sim.OnCall(func(lambdasim.Call) *lambdasim.Fault { return &test.fault })
				test.check(t, publish(client))
				require.Equal(t, test.published, len(sim.Snapshot("prime").Versions) == 1)
				require.Equal(t, 1, after)
			})
		})
	}
}

func TestBurstsOf429AreRetriedInVirtualTime(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{}, func(t *testing.T, sim *lambdasim.Simulator, _ *lambda.Client) {
		client := lambda.NewFromConfig(sim.Config(), func(o *lambda.Options) { o.Retryer = retry.NewStandard() })
		sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Number <= 2 {
				return &lambdasim.Fault{Err: lambdasim.Throttled("CallerRateLimitExceeded")}
			}
			return nil
		})
		require.NoError(t, publish(client))
		require.Equal(t, 3, sim.Calls())
	})
}

func TestADeploymentLandsBetweenTwoCalls(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		before := sim.Snapshot("prime")
		sim.OnCall(func(lambdasim.Call) *lambdasim.Fault {
			sim.Deploy("prime", func(c *lambdasim.Configuration) { c.CodeSha256 = "new" })
			sim.PointAlias("prime", "live", sim.Publish("prime", "deployed"))
			return nil
		})
		_, err := client.UpdateFunctionConfiguration(context.Background(), &lambda.UpdateFunctionConfigurationInput{
			FunctionName: aws.String("prime"), RevisionId: aws.String(sim.Configuration("prime").RevisionId),
		})
		requireAPIError(t, err, "PreconditionFailedException", 412,
			"The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId")
		after := sim.Snapshot("prime")
		require.NotEqual(t, before, after)
		require.Equal(t, "deployed", after.Versions["1"].Description)
		require.Equal(t, "1", after.Aliases["live"].FunctionVersion)
		require.False(t, after.Updating)
	})
}

// publisher returns a step that publishes twice, a minute apart.
func publisher(client *lambda.Client) statemachine.Function {
	return func(ctx context.Context, _ []byte) ([]byte, error) {
		for i := range 2 {
			_, err := client.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: aws.String("prime"), MemorySize: aws.Int32(int32(1024 + i))})
			if err != nil {
				return nil, err
			}
			time.Sleep(time.Minute)
			if _, err := client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: aws.String("prime")}); err != nil {
				return nil, err
			}
		}
		return []byte(`"done"`), nil
	}
}

func TestAStepIsKilledOrGoesOn(t *testing.T) {
	const unknown = `{"Cause":"The cause could not be determined because Lambda did not return an error type.","Error":"Lambda.Unknown"}`
	tests := []struct {
		name     string
		fault    func(lambdasim.Call) *lambdasim.Fault
		output   string
		status   statemachine.Status
		versions int
	}{
		{"untouched", func(lambdasim.Call) *lambdasim.Fault { return nil }, `"done"`, statemachine.Succeeded, 2},
		{"before", func(lambdasim.Call) *lambdasim.Fault { return &lambdasim.Fault{Kill: lambdasim.KillBefore} }, unknown, statemachine.Succeeded, 0},
		{"after", func(lambdasim.Call) *lambdasim.Fault { return &lambdasim.Fault{Kill: lambdasim.KillAfter} }, unknown, statemachine.Succeeded, 1},
		{"lost", func(lambdasim.Call) *lambdasim.Fault { return &lambdasim.Fault{Lost: true} },
			`OperationError`, statemachine.Succeeded, 1},
		{"stopped, its step goes on", func(c lambdasim.Call) *lambdasim.Fault { c.Task.Execution.Stop("", ""); return nil }, "", statemachine.Aborted, 2},
		{"abandoned, and late", func(c lambdasim.Call) *lambdasim.Fault {
			c.Task.Abandon(nil)
			return &lambdasim.Fault{Delay: 10 * time.Minute}
		}, `{"Cause":"","Error":"States.Timeout"}`, statemachine.Succeeded, 2},
		{"later than its function may run", func(c lambdasim.Call) *lambdasim.Fault {
			c.Task.Abandon(nil)
			return &lambdasim.Fault{Delay: 20 * time.Minute}
		}, `{"Cause":"","Error":"States.Timeout"}`, statemachine.Succeeded, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			bubble(t, lambdasim.Options{}, lambdasim.Function{}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
				m := tune(t, sim, publisher(client))
				var once sync.Once
				sim.OnCall(func(c lambdasim.Call) (fault *lambdasim.Fault) {
					if c.Operation == "PublishVersion" && c.Task.State == "Step" {
						once.Do(func() { fault = test.fault(c) })
					}
					return fault
				})
				e, err := m.Start("", anHour)
				require.NoError(t, err)
				outcome := e.Wait()
				require.Equal(t, test.status, outcome.Status)
				require.Contains(t, outcome.Output, test.output)
				m.Wait()
				require.Len(t, sim.Snapshot("prime").Versions, test.versions)
			})
		})
	}
}

func TestACallerThatLeavesGetsNoEffectBeforeItsCallArrives(t *testing.T) {
	bubble(t, lambdasim.Options{}, lambdasim.Function{Timeout: 60, Behavior: lambdasim.Behavior{Workload: lambdasim.Constant(30_000)}}, func(t *testing.T, sim *lambdasim.Simulator, client *lambda.Client) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
		defer cancel()
		_, err := client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: aws.String("prime")})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Empty(t, sim.Snapshot("prime").Versions)

		ctx, cancel = context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err = client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String("prime")})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		one := 1
		sim.SetReserved("prime", &one)
		_, err = client.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("prime")})
		requireAPIError(t, err, "TooManyRequestsException", 429, "Rate Exceeded.")
		synctest.Wait()
		time.Sleep(30 * time.Second)
		_, err = client.Invoke(context.Background(), &lambda.InvokeInput{FunctionName: aws.String("prime")})
		require.NoError(t, err, "the invocation that was left has ended")
	})
}
