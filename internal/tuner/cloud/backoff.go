package cloud

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Pause returns how long to wait before try n (from 0): a random time between half of and all of 200 ms, 400 ms, … 10
// s, so that those who failed together do not come back together.
func Pause(n int) time.Duration {
	longest := 10 * time.Second
	if n < 6 {
		longest = min(longest, 200*time.Millisecond<<n)
	}
	return longest/2 + rand.N(longest/2)
}

// Passing reports whether a control call that failed like this is worth another try, if need be after checking what it
// did.
func Passing(err error) bool {
	return errors.Is(err, ErrDoubtful) || errors.Is(err, ErrThrottled) || errors.Is(err, ErrConflict) || errors.Is(err, ErrPrecondition) || errors.Is(err, ErrUnknown)
}

// maxDoubtful is how often a call is made that is refused for a reason that may pass or not: its pauses
// add up to about two minutes.
const maxDoubtful = 20

// RefusedForGood reports whether a call that was refused for such a reason at its nth try, from 0, is not made again.
func RefusedForGood(try int, err error) bool {
	return errors.Is(err, ErrDoubtful) && try+1 >= maxDoubtful
}

// Again decides after a failed control call: nil means try again, after a pause, for as long as the step
// has time; else it is the error to give up with.
func (a *Session) Again(ctx context.Context, try int, err error) error {
	wait := Pause(try)
	if !Passing(err) || RefusedForGood(try, err) || wait > a.Remaining()-timing.Reserve/2 {
		return err
	}
	if slept := clock.Sleep(ctx, wait); slept != nil {
		return err
	}
	return nil
}

// Read retries a call that changes nothing until it succeeds.
func Read[T any](ctx context.Context, a *Session, call func() (T, error)) (T, error) {
	for try := 0; ; try++ {
		v, err := call()
		if err == nil {
			return v, nil
		}
		if err := a.Again(ctx, try, err); err != nil {
			return v, err
		}
	}
}
