package execution

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// Start starts an execution and returns its ARN.
func (c *Client) Start(ctx context.Context, machine string, input json.RawMessage) (string, error) {
	text := string(input)
	out, err := c.states.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &machine, Input: &text}, statesRegion(machine))
	if err != nil {
		return "", fmt.Errorf("starting an execution of %s: %w", machine, err)
	}
	return aws.ToString(out.ExecutionArn), nil
}

// Follow waits until an execution has ended, and reports what it has done every interval. An error of a report is not
// one of the execution: only three in a row of describing it are.
func (c *Client) Follow(ctx context.Context, execution string, m Machine, every time.Duration, report func(Progress)) (verdicts.Verdict, error) {
	failures := 0
	for {
		described, err := c.describe(ctx, execution)
		switch {
		case ctx.Err() != nil:
			return verdicts.Verdict{}, ctx.Err()
		case err != nil:
			if failures++; failures == 3 {
				return verdicts.Verdict{}, err
			}
		case described.Status != types.ExecutionStatusRunning:
			return verdictOf(described)
		default:
			failures = 0
			if p, err := c.progress(ctx, execution, m); err == nil {
				p.Elapsed = time.Since(aws.ToTime(described.StartDate))
				report(p)
			}
		}
		if err := clock.Sleep(ctx, every); err != nil {
			return verdicts.Verdict{}, err
		}
	}
}

func (c *Client) describe(ctx context.Context, execution string) (*sfn.DescribeExecutionOutput, error) {
	out, err := c.states.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &execution}, statesRegion(execution))
	if err != nil {
		return nil, fmt.Errorf("execution %s: %w", execution, err)
	}
	return out, nil
}

// verdictOf reads an execution as a file of it is read.
func verdictOf(out *sfn.DescribeExecutionOutput) (verdicts.Verdict, error) {
	text, err := json.Marshal(map[string]any{
		"executionArn": aws.ToString(out.ExecutionArn), "stateMachineArn": aws.ToString(out.StateMachineArn), "status": out.Status,
		"startDate": aws.ToTime(out.StartDate), "stopDate": aws.ToTime(out.StopDate), "input": aws.ToString(out.Input), "output": aws.ToString(out.Output),
		"error": aws.ToString(out.Error), "cause": aws.ToString(out.Cause),
	})
	if err != nil {
		return verdicts.Verdict{}, err
	}
	found, err := verdicts.Read(aws.ToString(out.ExecutionArn), text)
	if err != nil {
		return verdicts.Verdict{}, err
	}
	if len(found) != 1 {
		return verdicts.Verdict{}, errors.New("an execution has more than one verdict")
	}
	return found[0], nil
}
