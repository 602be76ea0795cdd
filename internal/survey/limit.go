package survey

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"

	"github.com/dualarch/dualarch/internal/clock"
)

const (
	// attempts at a call that is throttled or meets a failure of AWS's. Lambda's quota for control calls is shared with
	// deployments, which may hold it for a while.
	attempts   = 8
	maxBackoff = 20 * time.Second
)

// limiter spaces calls evenly: a burst would take Lambda's quota away from deployments.
type limiter struct {
	every time.Duration

	mu   sync.Mutex
	next time.Time // when the next call may be made
}

func newLimiter(perSecond float64) *limiter {
	return &limiter{every: time.Duration(float64(time.Second) / perSecond)}
}

// wait waits for a call's turn. Turns are given in the order in which they are asked for.
func (l *limiter) wait(ctx context.Context) error {
	l.mu.Lock()
	now := time.Now()
	turn := l.next
	if turn.Before(now) {
		turn = now
	}
	l.next = turn.Add(l.every)
	l.mu.Unlock()
	return clock.Sleep(ctx, turn.Sub(now))
}

// apply returns a configuration whose clients wait for their turn with every attempt, and try patiently again.
func (l *limiter) apply(cfg aws.Config) aws.Config {
	cfg = cfg.Copy()
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("dualarch:Limit",
			func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
				if err := l.wait(ctx); err != nil {
					return middleware.FinalizeOutput{}, middleware.Metadata{}, err
				}
				return next.HandleFinalize(ctx, in)
			}), "Retry", middleware.After)
	})
	cfg.RetryMaxAttempts, cfg.RetryMode = 0, ""
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff = attempts, maxBackoff
			o.RateLimiter = ratelimit.None // it gives up after some throttled calls of a client, however patiently each is tried
		})
	}
	return cfg
}
