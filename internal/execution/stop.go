package execution

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Stop stops an execution and returns when its functions are put back at the latest: Heal waits until an invocation of a
// step that may still go on has ended for certain, and comes once more after that.
func (c *Client) Stop(ctx context.Context, execution string) (latest time.Time, err error) {
	_, err = c.states.StopExecution(ctx, &sfn.StopExecutionInput{
		ExecutionArn: &execution, Error: aws.String("Interrupted"), Cause: aws.String("dualarch tune was interrupted"),
	}, statesRegion(execution))
	if err != nil {
		return time.Time{}, fmt.Errorf("stopping %s: %w", execution, err)
	}
	return time.Now().Add(timing.StepTimeout + 2*time.Minute), nil
}

// errLocked reports that a function still has the lock of an execution.
var errLocked = errors.New("not put back yet")

// PutBack waits until no function has the execution's lock any more.
func (c *Client) PutBack(ctx context.Context, execution string, functions []string, every time.Duration) error {
	for {
		err := c.putBack(ctx, execution, functions)
		if !errors.Is(err, errLocked) {
			return err
		}
		if err := clock.Sleep(ctx, every); err != nil {
			return err
		}
	}
}

func (c *Client) putBack(ctx context.Context, execution string, functions []string) error {
	for _, function := range functions {
		lock, held, err := c.lock(ctx, function)
		if err != nil {
			return err
		}
		if held && lock.Execution == arn.Name(execution) {
			return errLocked
		}
	}
	return nil
}

// lock reads a function's lock; held is false if it has none.
func (c *Client) lock(ctx context.Context, function string) (l run.Lock, held bool, err error) {
	out, err := c.lambda.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: &function, Name: aws.String(run.LockName)}, func(o *lambda.Options) { o.Region = arn.Region(function) })
	if _, gone := errors.AsType[*types.ResourceNotFoundException](err); gone {
		return run.Lock{}, false, nil
	}
	if err != nil {
		return run.Lock{}, false, fmt.Errorf("reading the lock of %s: %w", function, err)
	}
	l, err = run.ParseLock(function, aws.ToString(out.Description))
	return l, err == nil, err
}
