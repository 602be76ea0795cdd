package lambdaapi

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Ended reports whether an execution has ended, and when.
func (c *Client) Ended(ctx context.Context, executionARN string) (bool, time.Time, error) {
	out, err := c.sfn.DescribeExecution(ctx, &sfn.DescribeExecutionInput{
		ExecutionArn: &executionARN, IncludedData: types.IncludedDataMetadataOnly, // input and output may need a KMS key
	}, regionOf(executionARN))
	if err != nil {
		return false, time.Time{}, wrap(ctx, err)
	}
	running := out.Status == types.ExecutionStatusRunning || out.Status == types.ExecutionStatusPendingRedrive
	return !running, aws.ToTime(out.StopDate), nil
}

// LastState finds the last state with a journal in an execution's history.
func (c *Client) LastState(ctx context.Context, executionARN string) (run.State, error) {
	state, ok, err := LastState(ctx, c.sfn, executionARN)
	switch {
	case err != nil:
		return run.State{}, wrap(ctx, err)
	case !ok:
		return run.State{}, fmt.Errorf("%w: execution %s never came to change anything", cloud.ErrNotFound, executionARN)
	}
	return state, nil
}

// LastState reads an execution's history from its end until it finds a state with a journal; ok is false if there is none.
func LastState(ctx context.Context, states sfn.GetExecutionHistoryAPIClient, executionARN string) (s run.State, ok bool, err error) {
	pages := sfn.NewGetExecutionHistoryPaginator(states, &sfn.GetExecutionHistoryInput{
		ExecutionArn: &executionARN, IncludeExecutionData: aws.Bool(true), ReverseOrder: true,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx, regionOf(executionARN))
		if err != nil {
			return run.State{}, false, err
		}
		for _, e := range page.Events {
			if e.StateExitedEventDetails == nil {
				continue
			}
			if s, ok := run.HandedOn([]byte(aws.ToString(e.StateExitedEventDetails.Output))); ok {
				return s, true, nil
			}
		}
	}
	return run.State{}, false, nil
}

// Running lists the executions of a state machine that have not ended.
func (c *Client) Running(ctx context.Context, machineARN string) (executions []string, err error) {
	pages := sfn.NewListExecutionsPaginator(c.sfn, &sfn.ListExecutionsInput{StateMachineArn: &machineARN, StatusFilter: types.ExecutionStatusRunning})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx, regionOf(machineARN))
		if err != nil {
			return nil, wrap(ctx, err)
		}
		for _, e := range page.Executions {
			executions = append(executions, aws.ToString(e.ExecutionArn))
		}
	}
	return executions, nil
}

// Stop ends an execution. It gives neither error nor cause, because with those a caller needs the machine's KMS key.
func (c *Client) Stop(ctx context.Context, executionARN string) error {
	_, err := c.sfn.StopExecution(ctx, &sfn.StopExecutionInput{ExecutionArn: &executionARN}, regionOf(executionARN))
	return wrap(ctx, err)
}

// regionOf sends a call to the region of its execution or state machine.
func regionOf(arn string) func(*sfn.Options) {
	return func(o *sfn.Options) {
		if parts := strings.Split(arn, ":"); len(parts) > 3 {
			o.Region = parts[3]
		}
	}
}
