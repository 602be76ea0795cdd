package tally

import (
	"iter"
	"math"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// progress is how far a version has come. It belongs to the tally, whose methods call these with the lock held.
type progress struct {
	run.PublishedVersion
	version   *Version
	pending   []int     // numbers of the samples that nobody has begun to take
	calls     int       // begun in this Measure call, lost ones included
	lostSince time.Time // the first of the answers lost in a row, in this Measure call
	reported  bool      // CloudWatch Logs has a report of each call
	crashed   bool      // an invocation did, in this Measure call
	taken     []Taken
	failed    []Taken      // invocations that failed or are repeated: billed, but no samples
	lost      []unanswered // invocations whose answer never came
}

// Taken is a sample and, if its platform report is still missing, what to find it by.
type Taken struct {
	tuning.Sample
	RequestID string
	At        time.Time
	Elapsed   time.Duration // until its answer came
	Init      report.InitBefore
	Doubtful  bool   // a sandbox of its version had crashed: CloudWatch Logs knows whether it was this one's
	Stream    string // the log stream of its sandbox, "" if it was not looked for or not found
}

// Unanswered is an invocation whose answer never came.
type unanswered struct {
	elapsed time.Duration // until nobody waited any more
	goesOn  bool          // it was still running then
	cold    bool          // it was a cold start
}

// Use takes a sample's figures from its platform report. What was known to be cold stays so.
func (t *Taken) Use(r report.Report, from tuning.Source) {
	t.Source = from
	t.Duration, t.BilledDuration, t.MaxMemoryUsed = r.Duration, r.BilledDuration, r.MaxMemoryUsed
	t.InitDuration, t.RestoreDuration, t.BilledRestoreDuration = r.InitDuration, r.RestoreDuration, r.BilledRestoreDuration
	if took := t.Total() + report.InitLimit - report.InitTolerance; float64(t.Elapsed)/float64(time.Millisecond) >= took && t.Init == report.InReport {
		t.Init = report.AfterTimeout
	}
	t.Cold = t.Cold || r.InitDuration > 0 || r.RestoreDuration > 0 || t.Init != report.InReport
}

// requeue returns a sample that could not be taken.
func (p *progress) requeue(number int) { p.pending = slices.Insert(p.pending, 0, number) }

// giveUp drops the samples that an allowance no longer covers. It returns a warning.
func (p *progress) giveUp(a *Allowance) string {
	p.pending = nil
	return a.ended(p.version)
}

// expected returns how long the next invocation may take, going by the slowest one seen.
func (p *progress) expected() time.Duration {
	return timing.Expected(time.Duration(p.Slowest*float64(time.Millisecond)), p.version.Longest)
}

// more reports whether the version, or one that follows it, has samples left to take.
func (p *progress) more() bool { return len(p.pending) > 0 || p.version.Next != nil }

// needed returns the time that the next sample may need: its invocation, its processors (the slowest answer of each is
// given by role), and the end of the step.
func (p *progress) needed(processors map[string]time.Duration) time.Duration {
	need := p.expected()
	for _, slowest := range processors {
		need += 3 * slowest
	}
	return need + timing.Reserve
}

// Fail adds an invocation that failed. One that timed out without a report has lasted until its time-out.
func (p *progress) fail(t Taken, timedOut bool) {
	if t.Source == tuning.ClientClock && timedOut {
		t.BilledDuration = float64(p.version.Target.Timeout) * 1000
	}
	p.failed = append(p.failed, t)
}

// unreported returns the invocations whose report, or what stands before it in the log, may still be found, failed
// ones included.
func (p *progress) unreported() iter.Seq[*Taken] {
	return func(yield func(*Taken) bool) {
		for _, list := range [][]Taken{p.taken, p.failed} {
			for i := range list {
				if t := &list[i]; (t.Source == tuning.ClientClock || t.Doubtful) && t.RequestID != "" && !yield(t) {
					return
				}
			}
		}
	}
}

// typicalDuration returns how long the version's invocations last, in ms; 0 if none has ended yet.
func (p *progress) typicalDuration() float64 {
	if len(p.taken) == 0 {
		return p.Slowest
	}
	sum := 0.0
	for _, t := range p.taken {
		sum += t.Billed()
	}
	return sum / float64(len(p.taken))
}

// estimateDuration estimates how long an unanswered invocation took, in ms: as long as the others of its version, and
// at least as long as it was waited for. One that ran longer than they do may go on until its time-out.
func (p *progress) estimateDuration(u unanswered) float64 {
	waited := float64(u.elapsed) / float64(time.Millisecond)
	if u.goesOn && waited >= p.typicalDuration() {
		return float64(p.version.Target.Timeout) * 1000
	}
	return math.Max(waited, p.typicalDuration())
}

// addUnsampled adds the invocations without a sample, at what the run is charged.
func (p *progress) addUnsampled(u *run.BilledWithoutSample, prices price.Prices) {
	charge := func(s tuning.Sample) float64 {
		s.Configuration = p.Configuration
		return prices.Sample(s)
	}
	for _, t := range p.failed {
		u.Count++
		cost, worst := charge(t.Sample), p.version.worst
		u.Cost += cost
		switch {
		case t.Source == tuning.ClientClock:
			u.Estimated++
		case worst.Invocations > 0:
			worst.Cost = cost
		}
		u.Worst = u.Worst.Plus(worst)
	}
	for _, lost := range p.lost {
		u.Count++
		u.Estimated++
		u.Cost += charge(tuning.Sample{BilledDuration: p.estimateDuration(lost), Cold: lost.cold})
		u.Worst = u.Worst.Plus(p.version.worst)
	}
}
