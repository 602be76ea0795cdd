package decide

import (
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// candidate is what the strategies go by: one configuration's mean cost and trimmed mean duration.
type candidate struct {
	tuning.Configuration
	cost, duration float64
	// asked is false for today's configuration where powerValues do not name it.
	asked bool
	// mixed says that cold starts count among the samples although the strategy wants warm ones only.
	mixed bool
}

// ranking is how the measured configurations stand to each other.
type ranking struct {
	figures []candidate     // of all measured configurations, by target and size
	largest explore.Means   // what balanced weighs shares of
	verdict explore.Verdict // what adaptive exploration has come to; nothing in it where all was measured
	// leftOut are the configurations that failed or would, with the failure that says so.
	leftOut map[tuning.Configuration]tuning.Failure
	winner  *candidate // the strategy's choice among those asked for
	other   *candidate // the best of the other architecture, with two targets
	today   *candidate // what live traffic runs on; nil where it could not be measured
}

// rank compares what was measured to explore; samples need their cost.
func rank(in input.Input, s run.State, samples []tuning.Sample) ranking {
	j, failures := s.Journal, s.Failures
	exploring := map[tuning.Configuration][]tuning.Sample{}
	for _, s := range samples {
		if !s.Confirming {
			exploring[s.Configuration] = append(exploring[s.Configuration], s)
		}
	}
	explorer := explorerFor(in, s)
	st := ranking{leftOut: explorer.AllRuledOut(samples, failures)}
	for _, t := range j.Targets {
		asked := in.ConfiguredSizes(t.Architecture)
		for _, size := range run.SizesOf(in, j, t) {
			c := tuning.Configuration{Architecture: t.Architecture, MemorySize: size}
			if _, left := st.leftOut[c]; left || len(exploring[c]) == 0 {
				continue
			}
			basis, mixed := basisOf(in, exploring[c])
			st.figures = append(st.figures, candidate{
				Configuration: c,
				// The order of samples differs between steps, and with it the last bits of their sum: equal
				// costs have to be equal for both, or a winner would be named that was not confirmed.
				cost:     statistics.Significant(statistics.MeanCost(basis)),
				duration: explore.TrimmedMean(statistics.Totals(basis), in.DiscardTopBottom),
				asked:    slices.Contains(asked, size),
				mixed:    mixed,
			})
		}
	}
	st.verdict = explorer.Verdict(samples, failures)
	st.rank(in.Objective(), j.Today())
	return st
}

// adaptive says that the order of the configurations is adaptive exploration's, and not that of their means.
func (st ranking) adaptive() bool { return len(st.verdict.Ranking) > 0 }

// best says what won. Today's configuration may be better and yet not among what was asked for.
func (st ranking) best() string {
	text := configurationText(st.winner.Configuration) + " was measured best"
	if st.adaptive() {
		text = configurationText(st.winner.Configuration) + " was found best"
	}
	if st.today != nil && !st.today.asked {
		text += " of the sizes asked for"
	}
	return text
}

// rank finds the winner, the other architecture's best and today's configuration. Adaptive exploration has
// measured some configurations a few times only and knows more of them than their means; where it has an
// opinion, it stands.
func (st *ranking) rank(o explore.Objective, today tuning.Configuration) {
	var means []explore.Means
	order := st.verdict.Ranking
	for _, f := range st.figures {
		if f.asked {
			means = append(means, f.means())
		}
	}
	for _, e := range st.verdict.Curve {
		means = append(means, explore.Means{Cost: e.Cost.Mean, Duration: e.Duration.Mean})
	}
	st.largest = explore.Largest(means)
	place := func(f *candidate) int {
		if i := slices.Index(order, f.Configuration); i >= 0 {
			return i
		}
		return len(order) // a budget has ended before it had all payloads
	}
	better := func(a, b *candidate) bool {
		if st.adaptive() {
			return place(a) < place(b)
		}
		return o.Compare(a.means(), b.means(), st.largest) < 0
	}
	best := map[tuning.Architecture]*candidate{}
	for i := range st.figures {
		f := &st.figures[i]
		if f.Configuration == today {
			st.today = f
		}
		if !f.asked {
			continue
		}
		if b := best[f.Architecture]; b == nil || better(f, b) {
			best[f.Architecture] = f
		}
		if st.winner == nil || better(f, st.winner) {
			st.winner = f
		}
	}
	for a, f := range best {
		if st.winner.Architecture != a {
			st.other = f
		}
	}
}

func (f candidate) means() explore.Means { return explore.Means{Cost: f.cost, Duration: f.duration} }

// basisOf are the samples that cost and duration are computed from. For one target that is measured
// exhaustively they are all, as in AWS Lambda Power Tuning; else the warm ones, so that it does not count
// which of two targets happened to start more sandboxes. Where only cold ones were seen, those count.
func basisOf(in input.Input, samples []tuning.Sample) (basis []tuning.Sample, mixed bool) {
	warm, cold := statistics.Split(samples)
	switch {
	case !in.SetsColdApart():
		return samples, false
	case len(warm) == 0:
		return cold, true
	}
	return warm, false
}
