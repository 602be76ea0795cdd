package rounds

import (
	"math"
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/ranking"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// farAbove is how many times as long as the way to an invocation and back it has to last, so that invocations which are
// made at once surely overlap.
const farAbove = 3

// atOnce returns how many sandboxes one version gives the contenders of a look, by invocations at once: all of them, or
// 0 if each needs a version of its own. Publishing is what takes the time of a look. But it has to be certain that the
// sandboxes are several, which overlapping invocations show, and log streams; and each must need one warm sample only,
// because which of the sandboxes gave two invocations is not known.
func (r ranked) atOnce(contenders []*ranking.Candidate, sandboxes int) int {
	last := r.State.Round
	switch {
	case ranking.SamplesToConfirm(r.Input) > 1, r.Input.PreProcessorARN != "", sandboxes < 2:
		return 0
	case last.Phase == run.PhaseConfirm && last.AtOnce == 0:
		return 0 // as before
	}
	lanes := map[tuning.Architecture]int{}
	for _, c := range contenders {
		lanes[c.Architecture] += sandboxes
		if !r.surelyOverlaps(c) && !r.logged(c) {
			return 0
		}
	}
	for _, t := range r.State.Journal.Targets {
		if t.SharesSlot || lanes[t.Architecture] > t.Concurrency {
			return 0
		}
	}
	return sandboxes
}

// surelyOverlaps reports whether invocations of a candidate that are made at once surely run at one moment.
func (r ranked) surelyOverlaps(c *ranking.Candidate) bool {
	return r.State.Overhead > 0 && r.shortest(c) >= farAbove*r.State.Overhead
}

// logged reports whether CloudWatch Logs has the reports of a candidate's invocations, as far as is known: those of its
// samples came.
func (r ranked) logged(c *ranking.Candidate) bool {
	return r.shortest(c) > 0 && slices.ContainsFunc(r.State.Journal.Targets, func(t run.Target) bool {
		return t.Architecture == c.Architecture && t.LogGroup != "" && !t.SystemLogsFiltered
	})
}

// shortest returns the duration of a candidate's shortest invocation, in ms; 0 if a platform report is missing.
func (r ranked) shortest(c *ranking.Candidate) float64 {
	shortest := math.Inf(1)
	for _, s := range r.Exploring[c.Configuration] {
		if s.Source == tuning.ClientClock {
			return 0
		}
		shortest = min(shortest, s.Duration)
	}
	return shortest
}

// lookApart returns the last look once more, each sandbox on a version of its own, if invocations that were made at once
// cannot be told apart, or if Lambda gave most of them to sandboxes that had another one.
func (r ranked) lookApart() (again run.Round, ok bool) {
	last := r.State.Round
	if 2*r.toldApart() >= last.Sandboxes {
		return run.Round{}, false
	}
	last.Number, last.AtOnce = last.Number+1, 0
	return last, true
}

// toldApart returns how many sandboxes the last look has shown to be several: the fewest of a configuration that gave
// samples, and all if each had a version of its own.
func (r ranked) toldApart() int {
	last := r.State.Round
	fewest := last.Sandboxes
	if last.AtOnce == 0 {
		return fewest
	}
	seen := map[tuning.Configuration][]int{}
	for _, s := range r.Samples {
		if s.Confirming && !s.Cold && run.RoundOf(s) == last.Number && !slices.Contains(seen[s.Configuration], s.Sandbox) {
			seen[s.Configuration] = append(seen[s.Configuration], s.Sandbox)
		}
	}
	for _, sandboxes := range seen {
		fewest = min(fewest, len(sandboxes))
	}
	return fewest
}
