package tally

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// Tally is what the lanes of a Measure call share and change. Every method locks, and nothing else touches a field, so
// that no caller has to think of the lock.
type Tally struct {
	mu         sync.Mutex
	progress   map[*Version]*progress
	warmOnly   bool // cold samples do not count
	known      int  // failures before this call
	failures   []tuning.Failure
	counts     run.Counts
	throttled  []run.Throttled
	warnings   []string
	unfinished bool   // another Measure call has to go on
	refused    string // the last refusal, in AWS's words
	allowed    Allowance
	answers    map[tuning.Architecture]int64 // the size of each one's largest, in bytes
	processors map[string]time.Duration      // the slowest answer of each, by role
	err        error                         // what ends the run
}

// maxLost is how many answers of a version have to be lost in a row before it counts for how long: one that takes minutes to
// get lost is asked for this often.
const maxLost = 3

// Part is a version and what is asked of it.
type Part struct {
	Version   *Version
	Published run.PublishedVersion // as the Measure call before left it
	Pending   []int                // numbers of the samples to take
}

// New returns the tally of a Measure call that begins.
func New(s *run.State, parts []Part, warmOnly bool, allowed Allowance) *Tally {
	t := &Tally{
		progress: map[*Version]*progress{}, warmOnly: warmOnly, known: len(s.Failures), failures: s.Failures, counts: s.Counts, throttled: s.Throttled,
		allowed: allowed, answers: map[tuning.Architecture]int64{}, processors: map[string]time.Duration{},
	}
	for _, p := range parts {
		t.progress[p.Version] = &progress{PublishedVersion: p.Published, version: p.Version, pending: p.Pending}
	}
	return t
}

// Take begins a sample. It returns its number and whether it is the version's very first invocation.
func (t *Tally) Take(v *Version, remaining time.Duration) (number int, first, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	switch {
	case len(p.pending) == 0, run.Failed(t.failures, v.Configuration):
		return 0, false, false
	case !t.allowed.thisCall.Covers(v.worst):
		if t.allowed.later(v.worst) {
			t.unfinished = true
		} else {
			t.warnings = append(t.warnings, p.giveUp())
		}
		return 0, false, false
	case remaining < p.needed(t.processors):
		t.unfinished = true
		return 0, false, false
	}
	number, p.pending = p.pending[0], p.pending[1:]
	first = p.calls == 0 && p.Measured == 0 && p.ColdStarts == 0
	p.calls++
	return number, first, true
}

// Later leaves a sample to the next Measure call.
func (t *Tally) Later(v *Version, number int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress[v].requeue(number)
	t.unfinished = true
}

// Spend takes an invocation's worst case out of the allowance. If that does not cover it, spend reports false and the
// sample is requeued.
func (t *Tally) Spend(v *Version, number int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.allowed.spend(v.worst) {
		return true
	}
	p := t.progress[v]
	if p.requeue(number); t.allowed.later(v.worst) {
		t.unfinished = true
	} else {
		t.warnings = append(t.warnings, p.giveUp())
	}
	return false
}

// Keep adds a sample and returns the number of its sandbox, which is present unless it was a cold start. If only warm
// Samples count a cold one comes on top, up to a limit: a function that always starts cold is measured as it is.
func (t *Tally) Keep(v *Version, number int, s Taken, present int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	if s.Cold {
		if p.ColdStarts > 0 && s.Confirming && v.Lanes == 1 {
			t.warnings = append(t.warnings, fmt.Sprintf("Lambda replaced a sandbox of %s at %d MB while the winner was being confirmed", v.Architecture, v.MemorySize))
		}
		p.ColdStarts++
		present = v.sandboxID(p.ColdStarts)
	}
	s.Sandbox = present
	p.taken = append(p.taken, s)
	if t.warmOnly && s.Cold && p.ColdStarts <= max(v.Lanes, p.Measured+len(p.pending)+1) {
		p.requeue(number)
	} else {
		p.Measured++
	}
	return present
}

// Drop adds an invocation that failed, or that is repeated because its postprocessor did not answer.
func (t *Tally) Drop(v *Version, s Taken, timedOut bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress[v].fail(s, timedOut)
}

// SandboxID returns the number of the version's present sandbox.
func (t *Tally) SandboxID(v *Version) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return v.sandboxID(t.progress[v].ColdStarts)
}

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

// Answered counts an invocation, how long it took and the size of its answer in bytes.
func (t *Tally) Answered(v *Version, elapsed time.Duration, size int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts.Invocations++
	p := t.progress[v]
	p.Lost, p.lostSince = 0, time.Time{}
	if size > 0 {
		t.answers[v.Architecture] = max(t.answers[v.Architecture], size)
	}
	p.Slowest = max(p.Slowest, float64(elapsed)/float64(time.Millisecond))
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

// Lose counts a lost answer. If it is one of several in a row, lose returns how long ago the first was.
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

// Processed records how long a pre- or postprocessor took.
func (t *Tally) Processed(role string, elapsed time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.processors[role] = max(t.processors[role], elapsed)
}

// LargestAnswer returns the size of the largest answer of an architecture's function, in bytes; ok is false before the first.
func (t *Tally) LargestAnswer(a tuning.Architecture) (size int64, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	size, ok = t.answers[a]
	return size, ok
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
	return len(t.progress[v].pending) > 0 || v.Next != nil
}

// PauseFits reports whether anything comes after a pause, and whether it fits into the remaining time with that pause;
// if not, another Measure call begins with the pause.
func (t *Tally) PauseFits(v *Version, pause, remaining time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	more := len(p.pending) > 0 || v.Next != nil
	fits := remaining >= pause+p.needed(t.processors)
	t.unfinished = t.unfinished || more && !fits
	return more && fits
}

// Spare returns how much of the remaining time is left beside a sample.
func (t *Tally) Spare(v *Version, remaining time.Duration) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return remaining - t.progress[v].needed(t.processors)
}

// ReportsSince returns when the first of the version's invocations began whose report may still be found; ok is false
// if there is none.
func (t *Tally) ReportsSince(v *Version) (first time.Time, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	if v.Target.SystemLogsFiltered || p.reported {
		return time.Time{}, false
	}
	for s := range p.unreported() {
		if !ok || s.At.Before(first) {
			first, ok = s.At, true
		}
	}
	return first, ok
}

// UseReports gives the version's samples the reports that were found in CloudWatch Logs.
func (t *Tally) UseReports(v *Version, messages []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	reports, inits := map[string]report.Report{}, map[string]report.InitBefore{}
	for _, message := range messages {
		if r, ok := report.Parse(message, ""); ok {
			reports[r.RequestID], inits[r.RequestID] = r, report.Initialised(message, r.RequestID)
		}
	}
	for s := range p.unreported() {
		if r, ok := reports[s.RequestID]; ok {
			s.Init, s.Doubtful = max(s.Init, inits[s.RequestID]), false
			from := tuning.CloudWatchLogs
			if s.Source == tuning.LogTail {
				from = s.Source
			}
			s.Use(r, from)
		}
	}
	// All reports have arrived: those that name none of our requests never will.
	p.reported = len(messages) >= p.calls
}

// Samples returns those taken in this call, in the order of the versions.
func (t *Tally) Samples(versions []*Version) []tuning.Sample {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []tuning.Sample
	for _, v := range versions {
		for _, s := range t.progress[v].taken {
			all = append(all, s.Sample)
		}
	}
	return all
}

// Fruitless reports whether another call is needed although this one has brought nothing, not even a failure, and says why.
func (t *Tally) Fruitless(samples int) (why string, fruitless bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.unfinished || samples > 0 || len(t.failures) > t.known {
		return "", false
	}
	why = fmt.Sprintf("(%d were throttled so far)", t.counts.Throttles)
	if t.refused != "" {
		why += "; the last refusal: " + t.refused
	}
	return why, true
}

// Store writes how far the call has come into the state, and reports whether it has to be called again.
func (t *Tally) Store(s *run.State, versions []*Version, terms price.Terms) (unfinished bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.Versions = nil
	for _, v := range versions {
		p := t.progress[v]
		t.warnings = append(t.warnings, p.initWarnings()...)
		p.addUnsampled(&t.counts.Unsampled, price.ForRun(terms, v.Target.Priced()))
		s.Versions = append(s.Versions, p.PublishedVersion)
	}
	t.counts.Unsampled.Worst = t.counts.Unsampled.Worst.Plus(t.allowed.unaccounted)
	s.Failures, s.Counts, s.Throttled = t.failures, t.counts, t.throttled
	s.Notes = run.CapWarnings(append(s.Notes, t.warnings...))
	return t.unfinished
}
