package measure

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/tally"
)

// pauseBetween waits between two invocations. It reports false if nothing comes after the pause, or if the pause and an
// invocation no longer fit into the step's time: the next Measure call begins with the pause.
func (m *measuring) pauseBetween(ctx context.Context, v *tally.Version) bool {
	pause := m.in.PauseBetween()
	return pause == 0 || m.tally.PauseFits(v, pause, m.Remaining()) && clock.Sleep(ctx, pause) == nil
}

// pauseFirst waits before the first invocation of a version that an earlier Measure call invoked. It leaves time for an
// invocation: each call has to make progress.
func (m *measuring) pauseFirst(ctx context.Context, v *tally.Version) bool {
	return clock.Sleep(ctx, min(m.in.PauseBetween(), m.tally.Spare(v, m.Remaining())-time.Second)) == nil
}
