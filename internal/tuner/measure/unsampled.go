package measure

import (
	"math"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// unanswered is an invocation whose answer never came.
type unanswered struct {
	elapsed time.Duration // until nobody waited any more
	goesOn  bool          // it was still running then
	cold    bool          // it was a cold start
}

// fail notes an invocation that failed. One that timed out without a report has lasted until its time-out.
func (v *progress) fail(t taken, timedOut bool) {
	if t.Source == tuning.ClientClock && timedOut {
		t.BilledDuration = float64(v.target.Timeout) * 1000
	}
	v.failed = append(v.failed, t)
}

// unused notes an invocation that is made again since its postprocessor was not heard.
func (m *measuring) unused(v *progress, t taken) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v.fail(t, false)
}

// failed notes an invocation that failed and takes its configuration out of the run.
func (m *measuring) failed(v *progress, t taken, why report.FunctionError) {
	m.mu.Lock()
	v.fail(t, why.TimedOut)
	m.mu.Unlock()
	m.fail(tuning.Failure{Configuration: v.Configuration, Reason: m.reason(why), OutOfMemory: why.OutOfMemory, TimedOut: why.TimedOut})
}

// unheard notes an invocation whose answer never came.
func (m *measuring) unheard(v *progress, elapsed time.Duration, goesOn bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v.unheard = append(v.unheard, unanswered{elapsed: elapsed, goesOn: goesOn, cold: v.ColdStarts == 0})
}

// usual is how long the version's invocations last, in ms; 0 where none has ended yet.
func (v *progress) usual() float64 {
	if len(v.taken) == 0 {
		return v.Slowest
	}
	sum := 0.0
	for _, t := range v.taken {
		sum += t.Billed()
	}
	return sum / float64(len(v.taken))
}

// lasted estimates how long an invocation took of which nobody heard: as long as the others of its
// version, and at least as long as it was waited for. One that ran longer than they do may go on until
// its time-out.
func (v *progress) lasted(u unanswered) float64 {
	waited := float64(u.elapsed) / float64(time.Millisecond)
	if u.goesOn && waited >= v.usual() {
		return float64(v.target.Timeout) * 1000
	}
	return math.Max(waited, v.usual())
}

// addUnsampled counts a version's invocations without a sample, at what the run is charged.
func (v *progress) addUnsampled(u *run.BilledWithoutSample, p price.Prices) {
	charge := func(s tuning.Sample) float64 {
		s.Configuration = v.Configuration
		return p.Sample(s)
	}
	for _, t := range v.failed {
		u.Count++
		cost, worst := charge(t.Sample), v.worst
		u.Cost += cost
		switch {
		case t.Source == tuning.ClientClock:
			u.Estimated++
		case worst.Invocations > 0:
			worst.Cost = cost
		}
		u.Worst = u.Worst.Plus(worst)
	}
	for _, unheard := range v.unheard {
		u.Count++
		u.Estimated++
		u.Cost += charge(tuning.Sample{BilledDuration: v.lasted(unheard), Cold: unheard.cold})
		u.Worst = u.Worst.Plus(v.worst)
	}
}
