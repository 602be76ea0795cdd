package execution

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// healing is what Heal takes: its event arrives, it starts, and puts the functions back.
const healing = 2 * time.Minute

// Stop stops an execution and returns when its functions are put back at the latest: Heal waits for a step that changes
// functions and was cut off, until that has ended for certain. The functions' locks say when that is.
func (c *Client) Stop(ctx context.Context, execution string, functions []string) (latest time.Time, err error) {
	if err := c.stop(ctx, execution); err != nil {
		return time.Time{}, err
	}
	return c.writing(ctx, functions, func(holder string) bool { return holder == execution }).Add(healing), nil
}

func (c *Client) stop(ctx context.Context, execution string) error {
	_, err := c.states.StopExecution(ctx, &sfn.StopExecutionInput{
		ExecutionArn: &execution, Error: aws.String("Interrupted"), Cause: aws.String("dualarch tune was interrupted"),
	}, statesRegion(execution))
	if err != nil {
		return fmt.Errorf("stopping %s: %w", execution, err)
	}
	return nil
}

// writing returns when no step may change one of the functions any more, of executions that are ours: now if none does.
// What cannot be seen may be changed for as long as a step lasts.
func (c *Client) writing(ctx context.Context, functions []string, ours func(execution string) bool) (latest time.Time) {
	latest = time.Now()
	for _, function := range functions {
		until, err := c.writingUntil(ctx, function, ours)
		if err != nil {
			until = time.Now().Add(timing.StepTimeout)
		}
		if until.After(latest) {
			latest = until
		}
	}
	return latest
}

// writingUntil returns when a step that may change a function has ended for certain, of an execution that is one of
// ours; the zero time if there is none.
func (c *Client) writingUntil(ctx context.Context, function string, ours func(execution string) bool) (time.Time, error) {
	lock, revision, held, err := c.lock(ctx, function)
	if err != nil || !held || !ours(lock.ExecutionARN()) {
		return time.Time{}, err
	}
	if handed, ok := c.handedOn(ctx, lock, revision); ok {
		lock = handed
	}
	return lock.Writing(), nil
}

// handedOn returns a lock as its execution's last step handed it on, if that is the revision that was read: then the step
// that took it has ended, whatever stands in the lock.
func (c *Client) handedOn(ctx context.Context, l run.Lock, revision string) (run.Lock, bool) {
	state, ok, err := lambdaapi.LastState(ctx, c.states, l.ExecutionARN())
	if err != nil || !ok {
		return run.Lock{}, false
	}
	for _, known := range state.Locks {
		if known.RevisionID == revision {
			handed, err := run.ParseLock(l.Function, known.Description)
			return handed, err == nil
		}
	}
	return run.Lock{}, false
}

// ErrLocked reports that a function still has the lock of an execution.
var ErrLocked = errors.New("not put back yet")

// Looks is how often and for how long PutBack looks at the locks.
type Looks struct {
	Every time.Duration
	// Quiet is for how long no function must have had the lock: a step that was cut off in its beginning may take it a
	// moment later.
	Quiet time.Duration
	// AtMost is the number of looks; 0 looks until the context ends.
	AtMost int
}

// PutBack waits until no function has the execution's lock any more. If it gives up, it returns what the last look
// found: ErrLocked, or why nothing is known.
func (c *Client) PutBack(ctx context.Context, execution string, functions []string, looks Looks) error {
	return looks.until(ctx, func() error { return c.putBack(ctx, execution, functions) })
}

// until looks until nothing is locked any more.
func (looks Looks) until(ctx context.Context, locked func() error) error {
	var since time.Time
	var last error
	for look := 1; ; look++ {
		err := locked()
		switch {
		case err == nil && since.IsZero():
			since = time.Now()
		case errors.Is(err, ErrLocked):
			since = time.Time{}
		case err != nil && !unheard(err):
			return err
		}
		if err == nil && time.Since(since) >= looks.Quiet {
			return nil
		}
		if ctx.Err() == nil || last == nil { // a look that was cut off finds less than the one before
			last = err
		}
		if look == looks.AtMost {
			return last
		}
		if err := clock.Sleep(ctx, looks.Every); err != nil {
			return cmp.Or(last, err)
		}
	}
}

func (c *Client) putBack(ctx context.Context, execution string, functions []string) error {
	return c.unlocked(ctx, functions, func(holder string) bool { return holder == execution })
}

// unlocked fails if a function has the lock of an execution that is one of ours.
func (c *Client) unlocked(ctx context.Context, functions []string, ours func(execution string) bool) error {
	for _, function := range functions {
		lock, _, held, err := c.lock(ctx, function)
		if err != nil {
			return err
		}
		if held && ours(lock.ExecutionARN()) {
			return ErrLocked
		}
	}
	return nil
}

// lock reads a function's lock and its revision; held is false if it has none.
func (c *Client) lock(ctx context.Context, function string) (l run.Lock, revision string, held bool, err error) {
	out, err := c.lambda.GetAlias(ctx, &lambda.GetAliasInput{FunctionName: &function, Name: aws.String(run.LockName)}, lambdaRegion(function))
	if _, gone := errors.AsType[*types.ResourceNotFoundException](err); gone {
		return run.Lock{}, "", false, nil
	}
	if err != nil {
		return run.Lock{}, "", false, fmt.Errorf("reading the lock of %s: %w", function, err)
	}
	l, err = run.ParseLock(function, aws.ToString(out.Description))
	return l, aws.ToString(out.RevisionId), err == nil, err
}
