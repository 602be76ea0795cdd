// Command powertuning is the Lambda function behind each step of the Power Tuning state machine. DUALARCH_STEP says which
// step it is: plan, prepare, measure, restore, heal, verdict, apply or publish; or one of a fleet's: fleet-list or
// fleet-rank. CloudFormation calls heal as well, when the tuner or a function on its list is taken away.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/dualarch/dualarch/functions/powertuning/removal"
	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/tuner"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// version says of which version of the module this is, if the linker was told (internal/tunerbinary).
var version string

func main() {
	if limit := lambdacontext.MemoryLimitInMB; limit > 0 {
		debug.SetMemoryLimit(int64(limit) << 20 / 10 * 9) // the collector works harder before the memory is out
	}
	if version != "" {
		fmt.Fprintln(os.Stderr, version) // once a sandbox: which tuner wrote the lines that follow
	}
	lambda.Start(handler(asl.Step(os.Getenv(asl.StepVariable)), lambdaapi.New(lambdaapi.Environment())))
}

// handler answers CloudFormation, or decodes an event, runs the step and encodes its state. It logs neither: Publish
// writes the metrics of a verdict to the log, Heal what it could not put back for CloudFormation.
func handler(step asl.Step, aws *lambdaapi.Client) func(context.Context, json.RawMessage) (any, error) {
	return func(ctx context.Context, event json.RawMessage) (any, error) {
		if fleet.IsStep(step) {
			result, err := fleet.Run(ctx, aws, step, event)
			if err != nil {
				return nil, messages.InvokeResponse_Error{Message: err.Error(), Type: fleet.ErrorName(err)}
			}
			return result, nil
		}
		steps := tuner.Steps{Clients: cloud.Clients{Lambda: aws, Logs: aws, Objects: aws, Executions: aws, Metrics: aws, Results: aws,
			Log: os.Stdout, MemorySize: lambdacontext.MemoryLimitInMB}}
		if lc, ok := lambdacontext.FromContext(ctx); ok {
			steps.Attempt = lc.AwsRequestID
		}
		if step == asl.Heal {
			if request, asked := removal.Parse(event); asked {
				return nil, remover(steps, aws).Handle(ctx, request)
			}
		}
		var e run.Event
		if err := json.Unmarshal(event, &e); err != nil {
			return nil, fmt.Errorf("powertuning: the event: %w", err)
		}
		state, err := steps.Run(ctx, step, e)
		if err != nil {
			return nil, messages.InvokeResponse_Error{Message: run.ErrorText(err), Type: run.ErrorName(err)}
		}
		return state, nil
	}
}

// remover puts functions back that the tuner is about to lose.
func remover(steps tuner.Steps, aws *lambdaapi.Client) removal.Handler {
	return removal.Handler{
		Withdraw: steps.Withdraw,
		Said: func(ctx context.Context, phrase string, since time.Time) (bool, error) {
			return aws.Said(ctx, lambdacontext.LogGroupName, phrase, since)
		},
		Log: func(line string) { fmt.Println(line) },
	}
}
