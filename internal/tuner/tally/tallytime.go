package tally

import (
	"time"

	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Processed records how long a pre- or postprocessor took.
func (t *Tally) Processed(role string, elapsed time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.processors[role] = max(t.processors[role], elapsed)
}

// EnoughTime reports whether a sample that begins now can be completed in the remaining time.
func (t *Tally) EnoughTime(v *Version, remaining time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return remaining >= t.progress[v].needed(t.processors)
}

// CanWait reports whether an invocation whose preprocessor has answered can be waited for; otherwise its sample is left
// to the next Measure call, and nothing is billed but the preprocessor.
func (t *Tally) CanWait(v *Version, number int, remaining time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	if remaining >= p.expected()+timing.Reserve {
		return true
	}
	p.requeue(number)
	t.unfinished = true
	return false
}

// More reports whether the version, or one that follows it, has samples left to take.
func (t *Tally) More(v *Version) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.progress[v].more()
}

// PauseFits reports whether anything comes after a pause, and whether it fits into the remaining time with that pause;
// if not, another Measure call begins with the pause.
func (t *Tally) PauseFits(v *Version, pause, remaining time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	more, fits := p.more(), remaining >= pause+p.needed(t.processors)
	t.unfinished = t.unfinished || more && !fits
	return more && fits
}

// Spare returns how much of the remaining time is left beside a sample.
func (t *Tally) Spare(v *Version, remaining time.Duration) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return remaining - t.progress[v].needed(t.processors)
}
