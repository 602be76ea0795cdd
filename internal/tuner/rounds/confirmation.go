package rounds

import (
	"math"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/internal/tuner/ranking"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/internal/tuner/upkeep"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// ranked is what was measured until now, to choose the next look by.
type ranked struct{ *ranking.Ranking }

// confirmation returns the next look; ok is false if there is none.
func (r ranked) confirmation() (next run.Round, ok bool) {
	if r.State.Round.Phase == run.PhaseConfirm {
		return r.nextLook()
	}
	return r.firstLook()
}

// firstLook returns the round that begins the confirmation; ok is false if there is nothing to compare.
func (r ranked) firstLook() (next run.Round, ok bool) {
	contenders := r.contenders()
	if len(contenders) < 2 {
		return run.Round{}, false
	}
	return r.look(contenders, confirm.Looks[0], r.atOnce(contenders, confirm.Looks[0])), true
}

// nextLook returns the round that gives what is still open more sandboxes; ok is false if all is settled, or if the
// round before has brought nothing.
func (r ranked) nextLook() (next run.Round, ok bool) {
	if again, ok := r.lookApart(); ok {
		return again, true
	}
	fewest := math.MaxInt
	var comparisons []confirm.Comparison
	var contenders []*ranking.Candidate
	contest := r.Contest(r.Values)
	for _, pair := range r.questions() {
		between, ok := contest.Compare(pair[0].Configuration, pair[1].Configuration)
		if !ok || r.Settled(between) != confirm.Open {
			continue
		}
		comparisons = append(comparisons, between)
		for _, c := range pair {
			if !slices.Contains(contenders, c) {
				contenders = append(contenders, c)
			}
			fewest = min(fewest, len(c.Trial.Costs))
		}
	}
	more := min(confirm.More(comparisons, r.price(contenders)), ranking.MostToConfirm(r.Input, r.State.Journal))
	if more <= fewest || !r.freshSince(r.State.Round) {
		return run.Round{}, false
	}
	if r.toldApart() == r.State.Round.Sandboxes {
		// Whoever has more already, from a comparison that was open for longer, waits for the others.
		contenders = slices.DeleteFunc(contenders, func(c *ranking.Candidate) bool { return len(c.Trial.Costs) > fewest })
	}
	return r.look(contenders, more-fewest, r.atOnce(contenders, more-fewest)), true
}

// look returns a round of the contenders on fresh sandboxes, of which a version gives so many.
func (r ranked) look(contenders []*ranking.Candidate, sandboxes, atOnce int) run.Round {
	round := run.Round{Number: r.State.Round.Number + 1, Phase: run.PhaseConfirm, Sandboxes: sandboxes, AtOnce: atOnce}
	for _, c := range contenders {
		round.Measurements = append(round.Measurements, tuning.Measurement{Configuration: c.Configuration, Samples: ranking.SamplesToConfirm(r.Input)})
	}
	return round
}

// freshSince reports whether a confirming round has brought a sandbox.
func (r ranked) freshSince(round run.Round) bool {
	return slices.ContainsFunc(r.Samples, func(s tuning.Sample) bool {
		return s.Confirming && run.RoundOf(s) == round.Number
	})
}

// contenders returns what a confirmation compares: the winner, what live traffic runs on today, and the other
// architecture's best, unless exploration leaves that no chance. Cold starts are not confirmed: each sample is a fresh
// sandbox already.
func (r ranked) contenders() []*ranking.Candidate {
	if r.Input.DryRun || r.Input.OnlyColdStarts {
		return nil
	}
	var all []*ranking.Candidate
	for _, c := range []*ranking.Candidate{r.Winner, r.Today, r.Other} {
		hopeless := c == r.Other && c != r.Today && r.Explored.OtherHopeless
		if c != nil && !slices.Contains(all, c) && !hopeless {
			all = append(all, c)
		}
	}
	if len(all) == 2 && all[1] == r.Today && r.HardlyBetter() {
		return nil
	}
	return all
}

// questions returns the comparisons that the advice hangs on, by what is known so far: whether to change what runs
// today and, if the winner is of the other architecture, whether that is worth more than changing the memory alone. If
// today's configuration has won or could not be measured, the architectures are compared.
func (r ranked) questions() [][2]*ranking.Candidate {
	switch {
	case r.Winner == nil:
		return nil
	case r.Today == nil || r.Winner == r.Today:
		if r.Other == nil {
			return nil
		}
		return append([][2]*ranking.Candidate{{r.Winner, r.Other}}, r.reversed()...)
	case r.HardlyBetter():
		return r.reversed()
	}
	all := [][2]*ranking.Candidate{{r.Winner, r.Today}}
	if !r.MemoryAlone() {
		return append(all, r.reversed()...)
	}
	if v := r.Versus(r.Winner, r.Today); !v.OK || r.Settled(v.Comparison) != confirm.Confirmed {
		return all
	}
	all = append(all, [2]*ranking.Candidate{r.Winner, r.Other})
	if v := r.Versus(r.Winner, r.Other); v.OK && r.Settled(v.Comparison) != confirm.Confirmed {
		all = append(all, [2]*ranking.Candidate{r.Other, r.Today})
	}
	return all
}

// reversed returns the comparisons by which the other architecture's best would be advised although it has not won: fresh
// samples show it to be better, and that has to be as certain as what has won.
func (r ranked) reversed() (all [][2]*ranking.Candidate) {
	if r.Today == nil || r.Other == r.Today || r.MemoryAlone() {
		return nil
	}
	for _, pair := range [][2]*ranking.Candidate{{r.Other, r.Today}, {r.Other, r.Winner}} {
		if v := r.Versus(pair[0], pair[1]); v.OK && confirm.IsConfirmed(v.By) && !slices.Contains(all, pair) {
			all = append(all, pair)
		}
	}
	return all
}

// price returns what more sandboxes of the contenders cost: the versions' publishing, a cold and the warm calls; and
// what a round costs beside them. Money stands for time too: the tuner's Lambdas are paid while they wait.
func (r ranked) price(contenders []*ranking.Candidate) confirm.Price {
	own := upkeep.Prices(r.Input, r.State.Journal)
	waiting := func(d time.Duration) float64 { return upkeep.Waiting(own, asl.Prepare, d) }
	round := upkeep.RoundTime
	if slices.ContainsFunc(r.State.Journal.Targets, func(t run.Target) bool { return t.SnapStart }) {
		round += timing.UsualSnapshot
	}
	p := confirm.Price{Round: upkeep.RoundTransitions*upkeep.Transition(r.Input, r.State.Journal) + waiting(round)}
	atOnce := r.atOnce(contenders, confirm.Looks[0]) > 0
	if atOnce && slices.ContainsFunc(contenders, func(c *ranking.Candidate) bool { return !r.surelyOverlaps(c) }) {
		p.Round += upkeep.Waiting(own, asl.Measure, timing.UsualIngestion)
	}
	for _, c := range contenders {
		version := waiting(timing.UsualPublishing) + explore.ShortestCaching.Seconds()*c.Prices.Caching(c.MemorySize)
		p.Sandbox += float64(1+ranking.SamplesToConfirm(r.Input))*c.Cost + c.Prices.Restore(c.MemorySize)
		if atOnce {
			p.Round += version
		} else {
			p.Sandbox += version
		}
	}
	return p
}
