package fleet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/tuning"
)

// Cloud is what a fleet asks of AWS. Errors are those of package cloud.
type Cloud interface {
	// Definition returns a state machine's definition.
	Definition(ctx context.Context, stateMachine string) ([]byte, error)
	// Succeeded lists executions of a state machine that succeeded and have ended since then, the newest first.
	Succeeded(ctx context.Context, stateMachine string, since time.Time) ([]Ended, error)
	// Execution describes an execution.
	Execution(ctx context.Context, execution string) (Described, error)
	// Functions lists the functions of the account in a region.
	Functions(ctx context.Context, region string) ([]Function, error)
	// Usage returns what CloudWatch counts in a region since then, for each of the queries.
	Usage(ctx context.Context, region string, queries []Query, since time.Time) ([]Usage, error)
	// Open reads s3://bucket/key.
	Open(ctx context.Context, location string) (io.ReadCloser, error)
	// PutObject writes s3://bucket/key.
	PutObject(ctx context.Context, location string, body []byte, onlyNew bool) error
}

// Ended is an execution that has ended.
type Ended struct {
	ARN     string
	Stopped time.Time
}

// Described is an execution with its data.
type Described struct {
	Status           string // by AWS's name
	Input, Output    string // JSON
	Error, Cause     string
	Started, Stopped time.Time
}

// Function is what a function runs on.
type Function struct {
	ARN          string // unqualified
	Architecture tuning.Architecture
	MemorySize   int // MB
}

// Query asks how often a function ran, or an alias or version of it.
type Query struct {
	Function string // name
	Resource string // name:alias; "" for all of the function
}

// Usage is how often it ran, and for how many milliseconds in all.
type Usage struct{ Invocations, Milliseconds float64 }

// tries is how often a call is made that may pass: its pauses add up to about a minute.
const tries = 12

// retried makes a call that changes nothing until it succeeds.
func retried[T any](ctx context.Context, call func() (T, error)) (T, error) {
	for try := 0; ; try++ {
		v, err := call()
		if err == nil || !cloud.Passing(err) || try+1 == tries {
			return v, err
		}
		if err := clock.Sleep(ctx, cloud.Pause(try)); err != nil {
			return v, err
		}
	}
}

// maxSmall is how large an object may be that is read whole.
const maxSmall = 64 << 20

// object reads an object whole.
func object(ctx context.Context, c Cloud, location string) ([]byte, error) {
	return retried(ctx, func() ([]byte, error) {
		body, err := c.Open(ctx, location)
		if err != nil {
			return nil, err
		}
		defer func() { _ = body.Close() }() // it was only read
		text, err := io.ReadAll(io.LimitReader(body, maxSmall+1))
		if err == nil && len(text) > maxSmall {
			err = fmt.Errorf("%w: %s has more than %d bytes", cloud.ErrInvalid, location, maxSmall)
		}
		return text, err
	})
}

// denied reports whether something could not be seen, which the fleet does without.
func denied(err error) bool { return err != nil && !errors.Is(err, context.Canceled) }
