package measure

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

// tally is what the lanes of a Measure call share and change. Every method locks, and nothing else touches a field, so
// that no caller has to think of the lock.
type tally struct {
	mu         sync.Mutex
	progress   map[*version]*progress
	warmOnly   bool // cold samples do not count
	known      int  // failures before this call
	failures   []tuning.Failure
	counts     run.Counts
	throttled  []run.Throttled
	warnings   []string
	unfinished bool   // another Measure call has to go on
	refused    string // the last refusal, in AWS's words
	allowed    allowance
	answers    map[tuning.Architecture]int64 // the size of each one's largest, in bytes
	processors map[string]time.Duration      // the slowest answer of each, by role
	err        error                         // what ends the run
}

func newTally(s *run.State, parts []*progress, warmOnly bool, allowed allowance) *tally {
	t := &tally{
		progress: map[*version]*progress{}, warmOnly: warmOnly, known: len(s.Failures), failures: s.Failures, counts: s.Counts, throttled: s.Throttled,
		allowed: allowed, answers: map[tuning.Architecture]int64{}, processors: map[string]time.Duration{},
	}
	for _, p := range parts {
		t.progress[p.version] = p
	}
	return t
}

// take begins a sample. It returns its number and whether it is the version's very first invocation.
func (t *tally) take(v *version, remaining time.Duration) (number int, first, ok bool) {
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

// later leaves a sample to the next Measure call.
func (t *tally) later(v *version, number int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress[v].requeue(number)
	t.unfinished = true
}

// spend takes an invocation's worst case out of the allowance. If that does not cover it, spend reports false and the
// sample is requeued.
func (t *tally) spend(v *version, number int) bool {
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

// keep adds a sample and returns the number of its sandbox, which is present unless it was a cold start. If only warm
// samples count a cold one comes on top, up to a limit: a function that always starts cold is measured as it is.
func (t *tally) keep(v *version, number int, s taken, present int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	if s.Cold {
		if p.ColdStarts > 0 && s.Confirming && v.lanes == 1 {
			t.warnings = append(t.warnings, fmt.Sprintf("Lambda replaced a sandbox of %s at %d MB while the winner was being confirmed", v.Architecture, v.MemorySize))
		}
		p.ColdStarts++
		present = v.sandboxID(p.ColdStarts)
	}
	s.Sandbox = present
	p.taken = append(p.taken, s)
	if t.warmOnly && s.Cold && p.ColdStarts <= max(v.lanes, p.Measured+len(p.pending)+1) {
		p.requeue(number)
	} else {
		p.Measured++
	}
	return present
}

// drop adds an invocation that failed, or that is repeated because its postprocessor did not answer.
func (t *tally) drop(v *version, s taken, timedOut bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.progress[v].fail(s, timedOut)
}

// sandboxID returns the number of the version's present sandbox.
func (t *tally) sandboxID(v *version) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return v.sandboxID(t.progress[v].ColdStarts)
}

// crash records whether an invocation crashed its sandbox.
func (t *tally) crash(v *version, crashed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	p.crashed = p.crashed || crashed
}

// hasCrashed reports whether an invocation of the version crashed its sandbox.
func (t *tally) hasCrashed(v *version) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.progress[v].crashed
}

// fail takes a configuration out of the run; one that ran out of memory takes the smaller sizes with it.
func (t *tally) fail(f tuning.Failure) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !run.Failed(t.failures, f.Configuration) {
		f.Reason = jsontext.Truncate(f.Reason, report.MaxReason)
		t.failures = append(t.failures, f)
	}
}

// abort ends the run; the first error counts.
func (t *tally) abort(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.err == nil {
		t.err = err
	}
}

// aborted returns the error that ended the run.
func (t *tally) aborted() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// answered counts an invocation, how long it took and the size of its answer in bytes.
func (t *tally) answered(v *version, elapsed time.Duration, size int64) {
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

// unanswered adds an invocation that nobody waited for any longer, or whose answer was lost.
func (t *tally) unanswered(v *version, elapsed time.Duration, goesOn bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	p.lost = append(p.lost, unanswered{elapsed: elapsed, goesOn: goesOn, cold: p.ColdStarts == 0})
}

// cutOff counts an invocation that did not fit into the step's time and is repeated. Slow ones are cut off sooner than
// quick ones, which a mean cannot show.
func (t *tally) cutOff(v *version) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts.PossiblyDuplicated++
	t.warnings = append(t.warnings, fmt.Sprintf("an invocation of %s at %d MB was cut off at a step's end and repeated: slow ones are cut off first, so its mean may be too low", v.Architecture, v.MemorySize))
}

// duplicated counts an invocation that is repeated although the first may have been carried out.
func (t *tally) duplicated() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts.PossiblyDuplicated++
}

// lose counts a lost answer. If it is one of several in a row, lose returns how long ago the first was.
func (t *tally) lose(v *version) time.Duration {
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

// lostInARow returns how many of the version's latest answers were lost: an outage must not be met with as many quick
// tries as there are samples and Measure calls.
func (t *tally) lostInARow(v *version) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.progress[v].Lost
}

// throttle counts a throttled invocation of the configuration.
func (t *tally) throttle(c tuning.Configuration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts.Throttles++
	i := slices.IndexFunc(t.throttled, func(o run.Throttled) bool { return o.Configuration == c })
	if i < 0 {
		i, t.throttled = len(t.throttled), append(t.throttled, run.Throttled{Configuration: c})
	}
	t.throttled[i].Count++
}

// refuse records why nothing was executed, in case nothing ever is.
func (t *tally) refuse(why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.refused = jsontext.Truncate(why, report.MaxReason)
}

// processed records how long a pre- or postprocessor took.
func (t *tally) processed(role string, elapsed time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.processors[role] = max(t.processors[role], elapsed)
}

// largestAnswer returns the size of the largest answer of an architecture's function, in bytes; ok is false before the first.
func (t *tally) largestAnswer(a tuning.Architecture) (size int64, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	size, ok = t.answers[a]
	return size, ok
}

// enoughTime reports whether a sample that begins now can be completed in the remaining time.
func (t *tally) enoughTime(v *version, remaining time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return remaining >= t.progress[v].needed(t.processors)
}

// canWait reports whether an invocation whose preprocessor has answered can be waited for; otherwise its sample is left
// to the next Measure call, and nothing is billed but the preprocessor.
func (t *tally) canWait(v *version, number int, remaining time.Duration) bool {
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

// more reports whether the version, or one that follows it, has samples left to take.
func (t *tally) more(v *version) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.progress[v].pending) > 0 || v.next != nil
}

// pauseFits reports whether anything comes after a pause, and whether it fits into the remaining time with that pause;
// if not, another Measure call begins with the pause.
func (t *tally) pauseFits(v *version, pause, remaining time.Duration) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	more := len(p.pending) > 0 || v.next != nil
	fits := remaining >= pause+p.needed(t.processors)
	t.unfinished = t.unfinished || more && !fits
	return more && fits
}

// spare returns how much of the remaining time is left beside a sample.
func (t *tally) spare(v *version, remaining time.Duration) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return remaining - t.progress[v].needed(t.processors)
}

// reportsSince returns when the first of the version's invocations began whose report may still be found; ok is false
// if there is none.
func (t *tally) reportsSince(v *version) (first time.Time, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	if v.target.SystemLogsFiltered || p.reported {
		return time.Time{}, false
	}
	for s := range p.unreported() {
		if !ok || s.at.Before(first) {
			first, ok = s.at, true
		}
	}
	return first, ok
}

// useReports gives the version's samples the reports that were found in CloudWatch Logs.
func (t *tally) useReports(v *version, messages []string) {
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
		if r, ok := reports[s.requestID]; ok {
			s.init, s.doubtful = max(s.init, inits[s.requestID]), false
			from := tuning.CloudWatchLogs
			if s.Source == tuning.LogTail {
				from = s.Source
			}
			s.use(r, from)
		}
	}
	// All reports have arrived: those that name none of our requests never will.
	p.reported = len(messages) >= p.calls
}

// samples returns those taken in this call, in the order of the versions.
func (t *tally) samples(versions []*version) []tuning.Sample {
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

// fruitless reports whether another call is needed although this one has brought nothing, not even a failure, and says why.
func (t *tally) fruitless(samples int) (why string, fruitless bool) {
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

// store writes how far the call has come into the state, and reports whether it has to be called again.
func (t *tally) store(s *run.State, versions []*version, terms price.Terms) (unfinished bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.Versions = nil
	for _, v := range versions {
		p := t.progress[v]
		t.warnings = append(t.warnings, p.initWarnings()...)
		p.addUnsampled(&t.counts.Unsampled, price.ForRun(terms, v.target.Priced()))
		s.Versions = append(s.Versions, p.PublishedVersion)
	}
	t.counts.Unsampled.Worst = t.counts.Unsampled.Worst.Plus(t.allowed.unaccounted)
	s.Failures, s.Counts, s.Throttled = t.failures, t.counts, t.throttled
	s.Notes = run.CapWarnings(append(s.Notes, t.warnings...))
	return t.unfinished
}
