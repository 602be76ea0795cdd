package bounds

import (
	"cmp"

	"github.com/dualarch/dualarch/internal/tuner/explorer"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// BelowCeilings refuses a run whose first round asks for more than the owner allows, or of whose versions not even one
// invocation each is certain to cost less.
func BelowCeilings(in input.Input, s run.State) error {
	samples := 0
	for _, m := range s.Round.Measurements {
		samples += m.Samples * max(1, s.Round.Sandboxes)
	}
	if most := in.Ceilings.MaxInvocations; most > 0 && samples > most {
		return run.Problemf(run.NotTunable, "this run makes %d invocations at least, and the PowerTuning's property MaxInvocations is %d: ask for fewer samples (num) or memory sizes", samples, most)
	}
	quick, slow := leastCost(in, s, s.Round)
	switch most := in.Ceilings.Cost(); {
	case quick > most:
		return run.Problemf(run.NotTunable, "this run costs %.2g USD at least, and the PowerTuning's property MaxCost is %g USD: ask for fewer samples (num) or memory sizes", roundedUp(quick), most)
	case slow > most:
		return run.Problemf(run.NotTunable, "one invocation of each memory size may cost %.2g USD if it takes as long as the functions' time-outs allow, and the PowerTuning's property MaxCost is %g USD: ask for fewer or smaller memory sizes, or shorten the time-outs",
			roundedUp(slow), most)
	}
	return nil
}

// CeilingsCover reports whether a round can begin: its versions' snapshots are paid for, and an invocation of each that
// takes as long as it can.
func CeilingsCover(in input.Input, s run.State, r run.Round, samples []tuning.Sample) bool {
	_, slow := leastCost(in, s, r)
	atOnce, _ := run.NextChunk(in, r)
	return CeilingsLeft(in, s, samples).Covers(explore.Spending{Invocations: len(atOnce), Cost: slow})
}

// leastCost returns what a round costs at least, if each invocation takes no time, and what it may cost if one of each
// version that there is at once is made and takes as long as it can.
func leastCost(in input.Input, s run.State, r run.Round) (quick, slow float64) {
	prices := pricesOf(in, s.Journal)
	worst := explorer.Adaptive(in, s).Worst
	for _, w := range run.NeededVersions(in, r) {
		p := prices[w.Architecture]
		snapshot := explore.ShortestCaching.Seconds() * p.Caching(w.MemorySize)
		quick += snapshot + float64(w.Samples)*p.Invocation(w.MemorySize, 1)
		slow += snapshot
	}
	atOnce, _ := run.NextChunk(in, r)
	for _, w := range atOnce {
		slow += worst(w.Configuration).Cost
	}
	return quick, slow
}

// CeilingsLeft returns the owner's ceilings less what the run has spent until now, confirming included.
func CeilingsLeft(in input.Input, s run.State, samples []tuning.Sample) explore.Spending {
	left := explore.Spending{Invocations: cmp.Or(in.Ceilings.MaxInvocations, explore.Unlimited), Cost: in.Ceilings.Cost()}
	charge := ChargeOf(in, s.Journal)
	spent := explore.Spending{Invocations: len(samples), Cost: s.Counts.Snapshots.Exploring + s.Counts.Snapshots.Confirming}
	for _, sample := range samples {
		spent.Cost += charge(sample)
	}
	return left.Minus(spent).Minus(s.Counts.Unsampled.Worst)
}

// ChargeOf returns what a sample was charged.
func ChargeOf(in input.Input, j run.Journal) func(tuning.Sample) float64 {
	prices := pricesOf(in, j)
	return func(s tuning.Sample) float64 { return prices[s.Architecture].Sample(s) }
}

// pricesOf returns what the run is charged for the targets' invocations.
func pricesOf(in input.Input, j run.Journal) map[tuning.Architecture]price.Prices {
	prices := map[tuning.Architecture]price.Prices{}
	for _, t := range j.Targets {
		prices[t.Architecture] = price.ForRun(in.Terms, t.Priced())
	}
	return prices
}
