package explorer

import (
	"fmt"
	"hash/fnv"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/upkeep"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// Objective returns what an input's strategy judges by.
func Objective(in input.Input) explore.Objective {
	return explore.Objective{Strategy: in.Strategy, Weight: in.BalancedWeight, Trim: in.DiscardTopBottom}
}

// Of returns the explorer of an execution: the one that its input names.
func Of(in input.Input, s run.State) explore.Explorer {
	if in.Exploration == tuning.Adaptive {
		return Adaptive(in, s)
	}
	e := explore.Exhaustive{Sizes: map[tuning.Architecture][]int{}, Samples: in.Num}
	if in.DryRun {
		e.Samples = 1
	}
	for _, t := range s.Journal.Targets {
		e.Architectures = append(e.Architectures, t.Architecture)
		e.Sizes[t.Architecture] = run.SizesOf(in, s.Journal, t)
	}
	return e
}

// Adaptive returns the explorer that measures what could change the choice.
func Adaptive(in input.Input, s run.State) explore.Adaptive {
	a := explore.Adaptive{
		Sizes: map[tuning.Architecture][]int{}, Today: s.Journal.Today(), Objective: Objective(in),
		Prices: map[tuning.Configuration]explore.Price{}, Cycle: input.Cycle(in), Overhead: upkeep.Overhead(in, s.Journal),
		Budget: explore.Budget{
			Spending: explore.Spending{Invocations: in.MaxInvocations, Cost: in.MaxCost},
			Longest:  map[tuning.Architecture]float64{}, Prices: map[tuning.Configuration]explore.Price{},
			Snapshots: s.Counts.Snapshots.Exploring, Unsampled: s.Counts.Unsampled.Worst,
		},
	}
	if !in.InvocationsGiven {
		a.Budget.Unsampled.Invocations = 0 // an outage is no reason to explore less
	}
	seed := fnv.New64a()
	for _, t := range s.Journal.Targets {
		a.Architectures = append(a.Architectures, t.Architecture)
		a.Sizes[t.Architecture] = in.ConfiguredSizes(t.Architecture)
		a.Budget.Longest[t.Architecture] = float64(1000*t.Timeout + report.InitLimit)
		for _, size := range run.SizesOf(in, s.Journal, t) {
			c := tuning.Configuration{Architecture: t.Architecture, MemorySize: size}
			a.Prices[c], a.Budget.Prices[c] = explorePrice(price.For(in.Terms, t.Priced()), size), explorePrice(price.ForRun(in.Terms, t.Priced()), size)
		}
		_, _ = fmt.Fprintln(seed, t.Function) // writing to a hash cannot fail
	}
	a.Seed = seed.Sum64()
	return a
}

// explorePrice returns the price of invocations at one memory size.
func explorePrice(p price.Prices, size int) explore.Price {
	fixed, millisecond := p.Line(size)
	return explore.Price{Invocation: fixed, Millisecond: millisecond, Restore: p.Restore(size), Caching: p.Caching(size)}
}
