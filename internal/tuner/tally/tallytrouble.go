package tally

import (
	"fmt"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// maxLost is how many answers of a version have to be lost in a row before it counts for how long: one that takes minutes to
// get lost is asked for this often.
const maxLost = 3

// Crash records whether an invocation crashed its sandbox.
func (t *Tally) Crash(v *Version, crashed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	p.crashed = p.crashed || crashed
}

// HasCrashed reports whether an invocation of the version crashed its sandbox.
func (t *Tally) HasCrashed(v *Version) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.progress[v].crashed
}

// Fail takes a configuration out of the run; one that ran out of memory takes the smaller sizes with it.
func (t *Tally) Fail(f tuning.Failure) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !run.Failed(t.failures, f.Configuration) {
		f.Reason = jsontext.Truncate(f.Reason, report.MaxReason)
		t.failures = append(t.failures, f)
	}
}

// Out reports whether a configuration is out of the run.
func (t *Tally) Out(c tuning.Configuration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return run.Failed(t.failures, c)
}

// Disbelieve records that an invocation's report says that it took longer than its caller waited.
func (t *Tally) Disbelieve(v *Version) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.warnings = append(t.warnings, v.disbelieved())
}

// Abort ends the run; the first error counts.
func (t *Tally) Abort(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = err
	}
}

// Aborted returns the error that ended the run.
func (t *Tally) Aborted() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// Unanswered adds an invocation that nobody waited for any longer, or whose answer was lost.
func (t *Tally) Unanswered(v *Version, elapsed time.Duration, goesOn bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	p.lost = append(p.lost, unanswered{elapsed: elapsed, goesOn: goesOn, cold: p.ColdStarts == 0})
}

// CutOff counts an invocation that did not fit into the step's time and is repeated. Slow ones are cut off sooner than
// quick ones, which a mean cannot show.
func (t *Tally) CutOff(v *Version) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts.PossiblyDuplicated++
	t.warnings = append(t.warnings, fmt.Sprintf("an invocation of %s at %d MB was cut off at a step's end and repeated: slow ones are cut off first, so its mean may be too low", v.Architecture, v.MemorySize))
}

// Duplicated counts an invocation that is repeated although the first may have been carried out.
func (t *Tally) Duplicated() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts.PossiblyDuplicated++
}

// Lose counts a lost answer. If it is one of several in a row, Lose returns how long ago the first was.
func (t *Tally) Lose(v *Version) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts.Invocations++
	t.counts.PossiblyDuplicated++
	p := t.progress[v]
	if p.lostSince.IsZero() {
		p.lostSince = time.Now()
	}
	p.Lost++
	p.calls++
	if p.Lost < maxLost {
		return 0
	}
	return time.Since(p.lostSince)
}

// LostInARow returns how many of the version's latest answers were lost: an outage must not be met with as many quick
// tries as there are samples and Measure calls.
func (t *Tally) LostInARow(v *Version) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.progress[v].Lost
}

// Throttle counts a throttled invocation of the configuration.
func (t *Tally) Throttle(c tuning.Configuration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts.Throttles++
	i := slices.IndexFunc(t.throttled, func(o run.Throttled) bool { return o.Configuration == c })
	if i < 0 {
		i, t.throttled = len(t.throttled), append(t.throttled, run.Throttled{Configuration: c})
	}
	t.throttled[i].Count++
}

// Refuse records why nothing was executed, in case nothing ever is.
func (t *Tally) Refuse(why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused = jsontext.Truncate(why, report.MaxReason)
}
