package decide

import (
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// A winner is confirmed on five fresh sandboxes with five warm invocations each. Three sandboxes find a
// true difference of 10 % in about 86 % of runs, five nearly always, and the two more cost a few
// invocations and some seconds of publishing. Where there are more payloads than that, each sandbox gets
// every payload once, up to maxConfirmSamples.
const (
	ConfirmSandboxes  = 5
	ConfirmSamples    = 5
	maxConfirmSamples = 25
)

// NextRound names the round after the state's (the zero Round before the first), or says that there is
// none: rounds that explore until the explorer has seen enough, then one on fresh sandboxes that confirms
// what they found.
func NextRound(in input.Input, s run.State, samples []tuning.Sample) (run.Round, bool) {
	done := s.Round
	if done.Phase == run.PhaseConfirm {
		return run.Round{}, false
	}
	samples = run.WithCosts(in, s.Journal, samples)
	wanted := explorerFor(in, s).Next(samples, s.Failures)
	if len(wanted) > 0 && !stuck(in, wanted, done, samples) {
		return run.Round{Number: done.Number + 1, Phase: run.PhaseExplore, Measurements: wanted, Sandboxes: 1}, true
	}
	if contest := contenders(in, rank(in, s, samples)); len(contest) > 1 {
		return run.Round{Number: done.Number + 1, Phase: run.PhaseConfirm, Measurements: contest, Sandboxes: ConfirmSandboxes}, true
	}
	return run.Round{}, false
}

// stuck says that a round is asked for again just as it was since it has brought nothing, as it would not
// the next time. Adaptive exploration may want more of the same: there it counts that there is any.
func stuck(in input.Input, wanted []tuning.Measurement, done run.Round, samples []tuning.Sample) bool {
	if done.Phase != run.PhaseExplore || !slices.Equal(wanted, done.Measurements) {
		return false
	}
	return in.Exploration == tuning.Exhaustive || slices.ContainsFunc(wanted, func(m tuning.Measurement) bool {
		return !slices.ContainsFunc(samples, func(s tuning.Sample) bool { return s.Configuration == m.Configuration })
	})
}

// SamplesToConfirm is how many samples a confirming sandbox gives. What payloads there are in S3 is not known
// before they are read.
func SamplesToConfirm(in input.Input) int {
	if in.PayloadS3 != "" && in.Payloads == nil {
		return maxConfirmSamples
	}
	return min(max(ConfirmSamples, len(in.Payloads)), maxConfirmSamples)
}

// contenders are what a confirmation compares: the winner, what live traffic runs on today, and the
// other architecture's best. Cold starts are not confirmed: each sample is a fresh sandbox already.
func contenders(in input.Input, st ranking) []tuning.Measurement {
	if in.DryRun || in.OnlyColdStarts {
		return nil
	}
	var contest []tuning.Measurement
	for _, f := range []*candidate{st.winner, st.today, st.other} {
		if f == nil {
			continue
		}
		m := tuning.Measurement{Configuration: f.Configuration, Samples: SamplesToConfirm(in)}
		if !slices.Contains(contest, m) {
			contest = append(contest, m)
		}
	}
	return contest
}
