package rounds

import (
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/explorer"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/ranking"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// Next returns the round after the state's (after the zero Round, the first): rounds that explore until the
// explorer has seen enough, then looks on fresh sandboxes until what they found is settled. ok is false if there is none.
func Next(in input.Input, s run.State, samples []tuning.Sample) (next run.Round, ok bool) {
	done := s.Round
	samples = run.WithCosts(in, s.Journal, samples)
	if done.Phase != run.PhaseConfirm {
		wanted := explorer.Of(in, s).Next(samples, s.Failures)
		if len(wanted) > 0 && !stuck(in, wanted, done, samples) {
			return run.Round{Number: done.Number + 1, Phase: run.PhaseExplore, Measurements: wanted, Sandboxes: 1}, true
		}
	}
	return ranked{ranking.Of(in, s, samples)}.confirmation()
}

// NextLook returns the next look at what was found until now. ok is false if there is nothing to confirm, or if
// all is settled.
func NextLook(in input.Input, s run.State, samples []tuning.Sample) (next run.Round, ok bool) {
	return ranked{ranking.Of(in, s, run.WithCosts(in, s.Journal, samples))}.confirmation()
}

// stuck reports whether the explorer repeats a round that produced no samples; repeating it again would not help.
// Adaptive exploration may want more of the same: it is stuck only if a configuration has no sample at all.
func stuck(in input.Input, wanted []tuning.Measurement, done run.Round, samples []tuning.Sample) bool {
	if done.Phase != run.PhaseExplore || !slices.Equal(wanted, done.Measurements) {
		return false
	}
	return in.Exploration == tuning.Exhaustive || slices.ContainsFunc(wanted, func(m tuning.Measurement) bool {
		return !slices.ContainsFunc(samples, func(s tuning.Sample) bool { return s.Configuration == m.Configuration })
	})
}
