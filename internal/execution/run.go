package execution

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/smithy-go"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// Start starts an execution and returns its ARN. The execution has a name of its own, so that a call which the SDK
// repeats because its answer was lost starts no second one.
func (c *Client) Start(ctx context.Context, machine string, input json.RawMessage) (string, error) {
	name, text := newName(time.Now()), string(input)
	out, err := c.states.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &machine, Name: &name, Input: &text}, statesRegion(machine))
	if err != nil {
		return "", fmt.Errorf("starting an execution of %s: %w", machine, err)
	}
	return aws.ToString(out.ExecutionArn), nil
}

// newName returns a name that no other execution has.
func newName(now time.Time) string {
	return "dualarch-" + now.UTC().Format("20060102-150405") + "-" + strings.ToLower(rand.Text()[:8])
}

const (
	// patience is for how long an execution is followed that nothing is heard of, because the network is down or AWS is
	// disturbed: the execution goes on without us.
	patience = 5 * time.Minute
	// refusals is how often in a row AWS may refuse to describe an execution: one that was just started may not be known
	// everywhere.
	refusals = 3
)

// unheard reports whether an error says nothing of what was asked for: no answer came, or AWS could not give one.
func unheard(err error) bool {
	refused, answered := errors.AsType[smithy.APIError](err)
	return !answered || refused.ErrorFault() == smithy.FaultServer || strings.Contains(refused.ErrorCode(), "Throttling") || refused.ErrorCode() == "TooManyRequestsException"
}

// Follow waits until an execution has ended, and reports what it has done. It looks every so often, more often at the
// beginning. Terms are those that the execution's input gives.
func (c *Client) Follow(ctx context.Context, execution string, terms price.Terms, every time.Duration, report func(Progress)) (verdicts.Verdict, error) {
	described, err := c.ended(ctx, execution, every, func(d *sfn.DescribeExecutionOutput) {
		if p, err := c.progress(ctx, execution, terms); err == nil { // it is for show
			p.Elapsed = time.Since(aws.ToTime(d.StartDate))
			report(p)
		}
	})
	if err != nil {
		return verdicts.Verdict{}, err
	}
	return verdictOf(described)
}

// ended waits until an execution has ended, and looks at it while it runs.
func (c *Client) ended(ctx context.Context, execution string, every time.Duration, look func(*sfn.DescribeExecutionOutput)) (*sfn.DescribeExecutionOutput, error) {
	began := time.Now()
	heard, refused := began, 0
	for {
		described, err := c.describe(ctx, execution)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil && unheard(err):
			if time.Since(heard) > patience {
				return nil, err
			}
		case err != nil:
			if refused++; refused == refusals {
				return nil, err
			}
		case !running(described.Status):
			return described, nil
		default:
			heard, refused = time.Now(), 0
			look(described)
		}
		// A twentieth of the time so far, so that a run of seconds does not seem to take longer.
		if err := clock.Sleep(ctx, min(every, max(every/8, time.Since(began)/20))); err != nil {
			return nil, err
		}
	}
}

func running(status types.ExecutionStatus) bool {
	return status == types.ExecutionStatusRunning || status == types.ExecutionStatusPendingRedrive
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
