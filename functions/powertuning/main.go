// Command powertuning is the Lambda function behind each step of the Power Tuning state machine. DUALARCH_STEP says which
// step it is: plan, prepare, measure, restore, heal, verdict, apply or publish.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/tuner"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

func main() {
	if limit := lambdacontext.MemoryLimitInMB; limit > 0 {
		debug.SetMemoryLimit(int64(limit) << 20 / 10 * 9) // the collector works harder before the memory is out
	}
	cfg, err := config.LoadDefaultConfig(context.Background(), config.WithHTTPClient(lambdaapi.HTTPClient()))
	if err != nil {
		panic(fmt.Sprintf("powertuning: %v", err)) // Lambda reports it as an error of the initialisation
	}
	lambda.Start(handler(asl.Step(os.Getenv(asl.StepVariable)), lambdaapi.New(cfg)))
}

// handler decodes an event, runs the step and encodes its state. It logs neither: Publish
// alone writes to the log, the metrics of a verdict.
func handler(step asl.Step, aws *lambdaapi.Client) func(context.Context, run.Event) (run.State, error) {
	return func(ctx context.Context, e run.Event) (run.State, error) {
		steps := tuner.Steps{Clients: cloud.Clients{Lambda: aws, Logs: aws, Objects: aws, Executions: aws, Metrics: aws, Results: aws,
			Log: os.Stdout, MemorySize: lambdacontext.MemoryLimitInMB}}
		if lc, ok := lambdacontext.FromContext(ctx); ok {
			steps.Attempt = lc.AwsRequestID
		}
		state, err := steps.Run(ctx, step, e)
		if err != nil {
			return run.State{}, messages.InvokeResponse_Error{Message: run.ErrorText(err), Type: run.ErrorName(err)}
		}
		return state, nil
	}
}
