package bounds

import (
	"time"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/rounds"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

// RunTime is how long an execution may take: as long as the state machine lets it, or less if the input says so.
type RunTime struct {
	started time.Time
	limit   time.Duration // 0: nobody says
	ending  time.Duration // what it keeps to end in order
	given   bool          // by the input's maxMinutes
}

// TimeOf returns how long an execution may take.
func TimeOf(e run.Event, in input.Input) RunTime {
	t := RunTime{started: e.Execution.StartTime, limit: time.Duration(e.Defaults.TimeoutSeconds) * time.Second, ending: timing.Ending}
	if e.Defaults.Results != nil {
		t.ending += timing.Results
	}
	if in.MaxTime > 0 && (t.limit == 0 || in.MaxTime < t.limit) {
		t.limit, t.given = in.MaxTime, true
	}
	return t
}

// End is when nothing may be measured any more, so that the rest of the time suffices to put the functions back. ok is
// false if nobody says how long the run may take.
func (t RunTime) End() (end time.Time, ok bool) {
	return t.started.Add(t.limit - t.ending), t.limit > 0 && !t.started.IsZero()
}

// Fits reports whether there is time for something that takes so long.
func (t RunTime) Fits(d time.Duration) bool {
	end, ok := t.End()
	return !ok || time.Until(end) >= d
}

// Without says that something is left out that would have taken so much longer.
func (t RunTime) Without(r run.Round, begun bool, longer time.Duration) *run.OutOfTime {
	needed := max(t.limit, time.Since(t.started)+longer+t.ending)
	return &run.OutOfTime{
		Phase: r.Phase, Begun: begun, Given: t.given,
		LimitSeconds: int(t.limit.Seconds()), NeededSeconds: int(needed.Seconds()),
	}
}

// NextRound returns the round after the state's that there is time for, and what is left out. If exploring cannot go
// on, what was found until now may still be confirmed.
func (t RunTime) NextRound(in input.Input, s run.State, samples []tuning.Sample) (next run.Round, ok bool, left *run.OutOfTime) {
	left = s.OutOfTime
	if left == nil {
		next, ok = rounds.Next(in, s, samples)
	} else {
		next, ok = rounds.NextLook(in, s, samples)
	}
	for ok {
		takes := rounds.Time(in, s, next, samples)
		if t.Fits(takes) {
			return next, true, left
		}
		var after run.Round
		more := false
		if next.Phase != run.PhaseConfirm {
			after, more = rounds.NextLook(in, s, samples)
		}
		if left == nil {
			if more {
				takes += rounds.Time(in, s, after, samples)
			}
			left = t.Without(next, false, takes)
		}
		next, ok = after, more
	}
	return run.Round{}, false, left
}

// FirstInvocation returns how long an invocation of the first round is waited for. Nothing is known of it yet, and
// most are quicker than their function's Timeout: a short run tries as well, for as long as it lasts.
func (t RunTime) FirstInvocation() time.Duration {
	end, _ := t.End()
	return max(time.Second, time.Until(end)-timing.Reserve-time.Second)
}

// Begins refuses a run whose first round cannot fit, however quick the function is.
func (t RunTime) Begins(in input.Input, s run.State) error {
	least := time.Duration(0)
	for _, count := range run.VersionsAtOnce(in, s.Round) {
		least = max(least, time.Duration(count)*timing.LeastPublishing)
	}
	if least += pauses(in, s.Round) + timing.Reserve; t.Fits(least) {
		return nil
	}
	return run.Problemf(run.NotTunable, "%s gives this run %s, and its first round alone takes it to %s, however quick the function is: allow that at least, or ask for fewer samples (num) or memory sizes, or for shorter pauses (sleepBetweenRunsMs)",
		run.OutOfTime{Given: t.given}.Limit(), t.limit, (time.Since(t.started) + least + t.ending).Round(time.Second))
}

// Unfinished returns what is left out of a round because another call of Measure could not begin any of its
// invocations; nil if it could.
func (t RunTime) Unfinished(in input.Input, s run.State, samples []tuning.Sample) (left *run.OutOfTime) {
	end, limited := t.End()
	if !limited {
		return nil
	}
	targets := map[tuning.Architecture]run.Target{}
	for _, target := range s.Journal.Targets {
		targets[target.Architecture] = target
	}
	type sandbox struct {
		tuning.Configuration
		number int
	}
	wanted := map[sandbox]int{}
	part, _ := run.NextChunk(in, s.Round)
	for _, w := range part {
		wanted[sandbox{w.Configuration, w.Sandbox}] = w.Samples
	}
	for _, v := range s.Versions {
		if v.Measured >= wanted[sandbox{v.Configuration, v.Sandbox}] || run.Failed(s.Failures, v.Configuration) {
			continue
		}
		next := timing.Expected(time.Duration(v.Slowest*float64(time.Millisecond)), in.Longest(targets[v.Architecture].TimeoutDuration()))
		if time.Until(end) >= next+timing.Reserve+timing.BeforeFirst {
			return nil
		}
	}
	return t.CutShort(in, s, samples)
}

// CutShort says that the state's round ends before it has all its samples.
func (t RunTime) CutShort(in input.Input, s run.State, samples []tuning.Sample) *run.OutOfTime {
	longer := rounds.Time(in, s, s.Round, samples)
	if s.Round.Phase != run.PhaseConfirm {
		if next, ok := rounds.NextLook(in, s, samples); ok {
			longer += rounds.Time(in, s, next, samples)
		}
	}
	return t.Without(s.Round, true, longer)
}
