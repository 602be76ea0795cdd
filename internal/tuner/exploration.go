package tuner

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

const (
	// defaultMaxInvocations is what adaptive exploration may take where the input does not say.
	defaultMaxInvocations = 100
	// defaultOpenings is the same in first rounds, where these are large since payloads are mixed.
	defaultOpenings   = 4
	maxMaxInvocations = 100_000
)

// exploration reads how the winner is looked for. Everything is measured where num says how often or one
// function is given by its ARN, as in AWS Lambda Power Tuning, also where a construct has but one and does not
// say, and where only cold starts count, which are too few to learn from.
func (f fields) exploration(in *Input, d Defaults) {
	_, counted := f.raw("num")
	_, one := f.raw("lambdaARN")
	_, several := f.raw("targets")
	byARN := one || several
	given := d.Exploration
	own := ""
	f.text("exploration", &own)
	if own != "" {
		given = tuning.Exploration(own)
	}
	switch {
	case given != "" && given != tuning.Adaptive && given != tuning.Exhaustive:
		f.problems.add(f.at("exploration"), fmt.Sprintf("%q", given), `"adaptive" or "exhaustive"`)
	case own == string(tuning.Adaptive) && in.OnlyColdStarts:
		f.problems.add(f.at("exploration"), `"adaptive"`, `"exhaustive" beside onlyColdStarts, whose samples are too few to learn from`)
	case in.OnlyColdStarts || in.DryRun:
		in.Exploration = tuning.Exhaustive
	case own == "" && counted, given == "" && d.Num > 0,
		own == "" && len(in.Functions) < 2 && (given == "" || byARN):
		in.Exploration = tuning.Exhaustive
	default:
		in.Exploration = tuning.Adaptive
	}
	if given == tuning.Exhaustive {
		in.Exploration = tuning.Exhaustive
	}
}

// budget reads what adaptive exploration may take at most. It needs the payloads to be known. A dry run does
// not explore, but it takes the input that is going to be run.
func (f fields) budget(in *Input) {
	for _, name := range []string{"maxInvocations", "maxCost"} {
		if raw, ok := f.raw(name); ok && in.Exploration == tuning.Exhaustive && !in.DryRun {
			f.problems.add(f.at(name), shown(raw), "nothing beside exhaustive exploration, which takes what num and powerValues say")
		}
	}
	if in.Exploration == tuning.Exhaustive {
		return
	}
	round := explore.WorstOpening(cycle(*in))
	in.MaxInvocations = max(defaultMaxInvocations, defaultOpenings*round)
	if n, ok := f.whole("maxInvocations", round, maxMaxInvocations, fmt.Sprintf("a whole number from %d, which the first round may take, to %d", round, maxMaxInvocations)); ok {
		in.MaxInvocations, in.InvocationsGiven = n, true
	}
	if cost, ok := f.number("maxCost", math.SmallestNonzeroFloat64, math.MaxFloat64, "an amount in USD above 0"); ok {
		in.MaxCost = cost
	}
}

// objective is what the strategy judges by.
func (in Input) objective() explore.Objective {
	return explore.Objective{Strategy: in.Strategy, Weight: in.BalancedWeight, Trim: in.DiscardTopBottom}
}

// setsColdApart says that cold starts are measured beside what is asked for and not judged by. For one
// function that is measured exhaustively they count, as in AWS Lambda Power Tuning.
func (in Input) setsColdApart() bool {
	return (len(in.Functions) == 2 || in.Exploration == tuning.Adaptive) && !in.OnlyColdStarts && !in.DryRun
}

// capped says that the input gives a budget: it is never passed, invocations made again included.
func (in Input) capped() bool { return in.InvocationsGiven || in.MaxCost > 0 }

func explorerFor(in Input, s State) explore.Explorer {
	if in.Exploration == tuning.Adaptive {
		return adaptive(in, s)
	}
	e := explore.Exhaustive{Sizes: map[tuning.Architecture][]int{}, Samples: in.Num}
	if in.DryRun {
		e.Samples = 1
	}
	for _, t := range s.Journal.Targets {
		e.Architectures = append(e.Architectures, t.Architecture)
		e.Sizes[t.Architecture] = sizesOf(in, s.Journal, t)
	}
	return e
}

// adaptive is the explorer that measures what decides.
func adaptive(in Input, s State) explore.Adaptive {
	a := explore.Adaptive{
		Sizes: map[tuning.Architecture][]int{}, Today: s.Journal.today(), Objective: in.objective(),
		Prices: map[tuning.Configuration]explore.Price{}, Cycle: cycle(in),
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
		for _, size := range sizesOf(in, s.Journal, t) {
			c := tuning.Configuration{Architecture: t.Architecture, MemorySize: size}
			a.Prices[c], a.Budget.Prices[c] = explorePrice(price.For(in.Terms, t.Priced()), size), explorePrice(price.ForRun(in.Terms, t.Priced()), size)
		}
		_, _ = fmt.Fprintln(seed, t.Function) // writing to a hash cannot fail
	}
	a.Seed = seed.Sum64()
	return a
}

// affordable refuses a maxCost that the first round alone might pass.
func affordable(in Input, s State) error {
	if in.MaxCost == 0 {
		return nil
	}
	a := adaptive(in, s)
	least, snapshots := a.WorstOpeningCost(), a.WorstOpeningSnapshots()
	switch {
	case least <= in.MaxCost:
		return nil
	case snapshots > 0:
		return problem(NotTunable, "maxCost is %g USD, and the first round alone may cost %.2g USD: %.2g USD for the snapshots of its versions (SnapStart), each cached for three hours at least, and the rest if its invocations take as long as the functions' time-outs allow: give that at least, or ask for smaller memory sizes",
			in.MaxCost, roundedUp(least), roundedUp(snapshots))
	}
	return problem(NotTunable, "maxCost is %g USD, and the first round alone may cost %.2g USD if its invocations take as long as the functions' time-outs allow: give that at least, or shorten the time-outs",
		in.MaxCost, roundedUp(least))
}

// roundedUp is the next amount of two digits.
func roundedUp(cost float64) float64 {
	unit := math.Pow(10, math.Floor(math.Log10(cost))-1)
	return math.Ceil(cost/unit) * unit
}

// explorePrice is an invocation's price at one memory size as a straight line.
func explorePrice(p price.Prices, size int) explore.Price {
	fixed := p.Invocation(size, 0)
	return explore.Price{
		Invocation: fixed, Millisecond: (p.Invocation(size, 1000) - fixed) / 1000,
		Restore: p.Restore(size), Caching: p.Caching(size),
	}
}

// cycle is how many samples it takes until every payload has come up as often as its weight says: fewer
// would compare configurations by another mixture than the one asked for. What payloads there are in S3
// is not known before they are read, so that all num samples are taken then.
func cycle(in Input) int {
	if in.PayloadS3 != "" {
		return in.Num
	}
	order := payloadOrder(in.Payloads)
	for n := 1; n < len(order); n++ {
		if len(order)%n == 0 && slices.Equal(order[n:], order[:len(order)-n]) {
			return n
		}
	}
	return len(order)
}
