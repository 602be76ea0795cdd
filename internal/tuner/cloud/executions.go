package cloud

import (
	"context"
	"time"
)

// EndOf reports whether an execution has ended, and when.
func (a *Session) EndOf(ctx context.Context, arn string) (bool, time.Time, error) {
	type end struct {
		ended bool
		at    time.Time
	}
	e, err := Read(ctx, a, func() (end, error) {
		ended, at, err := a.Executions.Ended(ctx, arn)
		return end{ended, at}, err
	})
	return e.ended, e.at, err
}
