package demostack

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/dualarch/dualarch/test/emulator"
)

// Execution is one ended execution of the power tuning state machine.
type Execution struct {
	Arn    string
	Status types.ExecutionStatus
	// Output is the verdict as JSON if Status is SUCCEEDED.
	Output string
	// Error and Cause say why it ended otherwise.
	Error, Cause string
	// Transitions are the states it went through, in order: what Step Functions bills.
	Transitions []string
}

// Tune runs an execution of the demo stack's state machine, as Execute does.
func (s *Stack) Tune(ctx context.Context, input string) (*Execution, error) {
	return Execute(ctx, s.Emulator, s.Outputs.StateMachine(), input)
}

// Execute starts an execution of a state machine with that input, a JSON text, and waits for its
// end.
func Execute(ctx context.Context, e *emulator.Emulator, stateMachine, input string) (*Execution, error) {
	client := sfn.NewFromConfig(e.Config())
	started, err := client.StartExecution(ctx, &sfn.StartExecutionInput{
		StateMachineArn: aws.String(stateMachine),
		Input:           aws.String(input),
	})
	if err != nil {
		return nil, fmt.Errorf("starting an execution of %s: %w", stateMachine, err)
	}
	for {
		described, err := client.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: started.ExecutionArn})
		if err != nil {
			return nil, fmt.Errorf("asking after %s: %w", *started.ExecutionArn, err)
		}
		if described.Status != types.ExecutionStatusRunning {
			states, err := Transitions(ctx, client, *started.ExecutionArn)
			if err != nil {
				return nil, err
			}
			return &Execution{
				Arn:         *started.ExecutionArn,
				Status:      described.Status,
				Output:      aws.ToString(described.Output),
				Error:       aws.ToString(described.Error),
				Cause:       aws.ToString(described.Cause),
				Transitions: states,
			}, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(500 * time.Millisecond):
		}
	}
}

// Transitions returns the names of the states an execution has entered so far.
func Transitions(ctx context.Context, client *sfn.Client, execution string) ([]string, error) {
	var names []string
	pages := sfn.NewGetExecutionHistoryPaginator(client, &sfn.GetExecutionHistoryInput{
		ExecutionArn:         aws.String(execution),
		IncludeExecutionData: aws.Bool(false),
		MaxResults:           1000,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the history of %s: %w", execution, err)
		}
		for _, event := range page.Events {
			if strings.HasSuffix(string(event.Type), "StateEntered") && event.StateEnteredEventDetails != nil {
				names = append(names, aws.ToString(event.StateEnteredEventDetails.Name))
			}
		}
	}
	return names, nil
}
