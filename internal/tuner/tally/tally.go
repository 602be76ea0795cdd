package tally

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
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
	answers    map[tuning.Architecture]int64 // the size of each one's largest, in bytes; earlier calls' too
	processors map[string]time.Duration      // the slowest answer of each, by role
	prepared   int64                         // the size of a preprocessor's largest answer, in bytes; -1 before the first
	err        error                         // what ends the run
}

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
		allowed: allowed, answers: map[tuning.Architecture]int64{}, processors: map[string]time.Duration{}, prepared: -1,
	}
	maps.Copy(t.answers, s.LargestAnswers)
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
			t.warnings = append(t.warnings, p.giveUp(&t.allowed))
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

// Spend takes an invocation's worst case out of the allowance. If that does not cover it, Spend reports false and the
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
		t.warnings = append(t.warnings, p.giveUp(&t.allowed))
	}
	return false
}

// Keep adds a sample and returns the number of its sandbox, which is present unless it was a cold start. If only warm
// samples count, a cold one comes on top, up to a limit: a function that always starts cold is measured as it is.
func (t *Tally) Keep(v *Version, number int, s Taken, present int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.progress[v]
	if s.Cold {
		if p.ColdStarts >= v.Lanes && s.Confirming {
			t.warnings = append(t.warnings, fmt.Sprintf("Lambda replaced a sandbox of %s at %d MB while the winner was being confirmed", v.Architecture, v.MemorySize))
		}
		p.ColdStarts++
		if !v.AtOnce {
			present = v.sandboxID(p.ColdStarts)
		}
	}
	s.Sandbox = present
	p.taken = append(p.taken, s)
	t.allowed.refund(v.worst, s.Sample)
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

// SandboxID returns the number of a lane's present sandbox.
func (t *Tally) SandboxID(v *Version, lane int) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if v.AtOnce {
		return v.firstSandbox + lane
	}
	return v.sandboxID(t.progress[v].ColdStarts)
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

// LargestAnswer returns the size of the largest answer of an architecture's function, in bytes; ok is false before the first.
func (t *Tally) LargestAnswer(a tuning.Architecture) (size int64, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	size, ok = t.answers[a]
	return size, ok
}

// Prepared counts a preprocessor's answer by its size in bytes.
func (t *Tally) Prepared(size int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.prepared = max(t.prepared, size)
}

// LargestPrepared returns the size of a preprocessor's largest answer, in bytes; ok is false before the first.
func (t *Tally) LargestPrepared() (size int64, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.prepared, t.prepared >= 0
}

// Samples returns those taken in this call, in the order of the versions.
func (t *Tally) Samples(versions []*Version) []tuning.Sample {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []tuning.Sample
	for _, v := range versions {
		if v.AtOnce {
			t.progress[v].tellApart()
		}
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
	var overheads []float64
	for _, v := range versions {
		p := t.progress[v]
		overheads = append(overheads, p.overheads()...)
		t.warnings = append(t.warnings, p.initWarnings()...)
		p.addUnsampled(&t.counts.Unsampled, price.ForRun(terms, v.Target.Priced()))
		s.Versions = append(s.Versions, p.PublishedVersion)
	}
	t.counts.Unsampled.Worst = t.counts.Unsampled.Worst.Plus(t.allowed.unaccounted)
	if len(t.answers) > 0 {
		s.LargestAnswers = t.answers
	}
	s.Failures, s.Counts, s.Throttled = t.failures, t.counts, t.throttled
	if slices.Sort(overheads); len(overheads) > 0 {
		s.Overhead = statistics.Rounded(overheads[len(overheads)/2])
	}
	s.Notes = run.CapWarnings(append(s.Notes, t.warnings...))
	return t.unfinished
}
