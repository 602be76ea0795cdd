package tuning

import (
	"cmp"
	"slices"

	"github.com/dualarch/dualarch/tuning/explore"
)

// figure is what the strategies go by: one configuration's mean cost and trimmed mean duration.
type figure struct {
	explore.Configuration
	cost, duration float64
	// asked is false for today's configuration where powerValues do not name it.
	asked bool
	// mixed says that cold starts count among the samples although the strategy wants warm ones only.
	mixed bool
}

// standing is how the measured configurations stand to each other.
type standing struct {
	figures []figure // of all measured configurations, by target and size
	winner  *figure  // the strategy's choice among those asked for
	other   *figure  // the best of the other architecture, with two targets
	today   *figure  // what live traffic runs on; nil where it could not be measured
}

// today is the configuration that live traffic runs on: that of the first function.
func (j Journal) today() explore.Configuration {
	if len(j.Targets) == 0 {
		return explore.Configuration{}
	}
	return explore.Configuration{Architecture: j.Targets[0].Architecture, MemorySize: j.Targets[0].Today.MemorySize}
}

// standingOf compares what was measured to explore; samples need their cost.
func standingOf(in Input, j Journal, samples []explore.Sample, failures []explore.Failure) standing {
	exploring := map[explore.Configuration][]explore.Sample{}
	for _, s := range samples {
		if !s.Confirming {
			exploring[s.Configuration] = append(exploring[s.Configuration], s)
		}
	}
	var st standing
	for _, t := range j.Targets {
		asked := in.ConfiguredSizes(t.Architecture)
		for _, size := range sizesOf(in, j, t) {
			c := explore.Configuration{Architecture: t.Architecture, MemorySize: size}
			if _, failed := explore.Hopeless(c, failures); failed || len(exploring[c]) == 0 {
				continue
			}
			basis, mixed := basisOf(in, j, exploring[c])
			st.figures = append(st.figures, figure{
				Configuration: c,
				// The order of samples differs between steps, and with it the last bits of their sum: equal
				// costs have to be equal for both, or a winner would be named that was not confirmed.
				cost:     significant(meanCost(basis)),
				duration: trimmedMean(totals(basis), in.DiscardTopBottom),
				asked:    slices.Contains(asked, size),
				mixed:    mixed,
			})
		}
	}
	better := comparison(in, st.figures)
	for i := range st.figures {
		f := &st.figures[i]
		if f.asked && (st.winner == nil || better(*f, *st.winner) < 0) {
			st.winner = f
		}
		if f.Configuration == j.today() {
			st.today = f
		}
	}
	for i := range st.figures {
		f := &st.figures[i]
		if st.winner != nil && f.asked && f.Architecture != st.winner.Architecture && (st.other == nil || better(*f, *st.other) < 0) {
			st.other = f
		}
	}
	return st
}

// sizesOf are the sizes measured on a target, ascending: those asked for, and today's.
func sizesOf(in Input, j Journal, t Target) []int {
	sizes := slices.Clone(in.ConfiguredSizes(t.Architecture))
	if today := j.today(); today.Architecture == t.Architecture && !in.DryRun {
		sizes = append(sizes, today.MemorySize)
	}
	slices.Sort(sizes)
	return slices.Compact(sizes)
}

// basisOf are the samples that cost and duration are computed from. For one target they are all, as in
// AWS Lambda Power Tuning; two are compared by their warm samples, so that it does not count which of
// them happened to start more sandboxes. Where only cold ones were seen, those count.
func basisOf(in Input, j Journal, samples []explore.Sample) (basis []explore.Sample, mixed bool) {
	warm, cold := split(samples)
	switch {
	case len(j.Targets) < 2 || in.OnlyColdStarts:
		return samples, false
	case len(warm) == 0:
		return cold, true
	}
	return warm, false
}

// comparison orders figures by the strategy, the better first. Balanced weighs cost against duration,
// each as a share of the largest among all that were asked for, as AWS Lambda Power Tuning does.
func comparison(in Input, figures []figure) func(a, b figure) int {
	byCost := func(a, b figure) int { return cmp.Compare(a.cost, b.cost) }
	byDuration := func(a, b figure) int { return cmp.Compare(a.duration, b.duration) }
	switch in.Strategy {
	case Speed:
		return func(a, b figure) int { return cmp.Or(byDuration(a, b), byCost(a, b)) }
	case Balanced:
		balance := balanceOf(in, figures)
		return func(a, b figure) int {
			return cmp.Or(cmp.Compare(balance(a.cost, a.duration), balance(b.cost, b.duration)), byCost(a, b))
		}
	}
	return func(a, b figure) int { return cmp.Or(byCost(a, b), byDuration(a, b)) }
}

// balanceOf is the balanced strategy's value of a cost and a duration; the smaller, the better.
func balanceOf(in Input, figures []figure) func(cost, duration float64) float64 {
	largestCost, largestDuration := 0.0, 0.0
	for _, f := range figures {
		if f.asked {
			largestCost, largestDuration = max(largestCost, f.cost), max(largestDuration, f.duration)
		}
	}
	share := func(v, largest float64) float64 {
		if largest == 0 {
			return 0
		}
		return v / largest
	}
	w := in.BalancedWeight
	return func(cost, duration float64) float64 {
		return w*share(cost, largestCost) + (1-w)*share(duration, largestDuration)
	}
}
