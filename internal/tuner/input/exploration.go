package input

import (
	"fmt"
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/terms"
)

const (
	// defaultMaxInvocations is the most that adaptive exploration may invoke if the input does not say.
	defaultMaxInvocations = 100
	// defaultOpenings is the same in first rounds, for inputs whose first round is large because it mixes payloads.
	defaultOpenings   = 4
	maxMaxInvocations = 100_000
)

// exploration chooses the search. It is exhaustive if the input gives num, names a single function by ARN, or sets
// onlyColdStarts (too few to learn from) or dryRun, and for a construct with one function that states no preference.
// Otherwise it is adaptive.
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
	round := terms.WorstOpening(Cycle(*in))
	in.MaxInvocations = max(defaultMaxInvocations, defaultOpenings*round)
	if most := in.Ceilings.MaxInvocations; most > 0 && most < in.MaxInvocations {
		in.MaxInvocations, in.InvocationsGiven = most, true
	}
	if n, ok := f.whole("maxInvocations", round, maxMaxInvocations, fmt.Sprintf("a whole number from %d, which the first round may take, to %d", round, maxMaxInvocations)); ok {
		in.MaxInvocations, in.InvocationsGiven = n, true
	}
	if cost, ok := f.number("maxCost", math.SmallestNonzeroFloat64, math.MaxFloat64, "an amount in USD above 0"); ok {
		in.MaxCost = cost
	}
}

// SetsColdApart reports whether cold starts are measured beside what is asked for and not judged by. For one function
// that is measured exhaustively they count, as in AWS Lambda Power Tuning.
func (in Input) SetsColdApart() bool {
	return (len(in.Functions) == 2 || in.Exploration == tuning.Adaptive) && !in.OnlyColdStarts && !in.DryRun
}

// Capped reports whether the input gives a budget: it is never passed, invocations made again included.
func (in Input) Capped() bool { return in.InvocationsGiven || in.MaxCost > 0 }

// Cycle returns how many samples it takes until every payload has come up as often as its weight says: fewer would
// compare configurations by another mixture than the one asked for. Payloads in S3 are not known before they are read,
// so then it is all num samples.
func Cycle(in Input) int {
	if in.PayloadS3 != "" {
		return in.Num
	}
	order := PayloadOrder(in.Payloads)
	for n := 1; n < len(order); n++ {
		if len(order)%n == 0 && slices.Equal(order[n:], order[:len(order)-n]) {
			return n
		}
	}
	return len(order)
}
