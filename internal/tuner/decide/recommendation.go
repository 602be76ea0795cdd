package decide

import (
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/tuner/ranking"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/tuning"
)

// recommendation turns the confirmation's samples into advice: change only what fresh samples show to be better, keep
// everything else.
func (r ranked) recommendation() *tuning.Recommendation {
	today := r.State.Journal.Today()
	advice := &tuning.Recommendation{Action: tuning.Keep, Architecture: today.Architecture, Power: today.MemorySize}
	w := phrase.Advice{Strategy: r.Input.Strategy, Prefix: "keep " + phrase.Configuration(today)}
	switch {
	case r.Input.OnlyColdStarts:
		advice.Text = w.Sentence("cold starts are measured, not confirmed; %s%s", r.best(), r.besideOther(w))
	case r.Today == nil:
		if v := r.Versus(r.Winner, r.Other); v.OK {
			r.stopped(advice, v)
			advice.OtherArchitecture = &v.Advantage
		}
		advice.Text = w.Sentence("it could not be measured, so nothing is compared with it; %s%s", r.best(), r.besideOther(w))
	case r.Winner == r.Today:
		r.keepWinner(advice, w)
	default:
		r.challengeToday(advice, w)
	}
	return advice
}

// best says what won. Today's configuration may be better and yet not among the sizes asked for.
func (r ranked) best() string {
	text := phrase.Configuration(r.Winner.Configuration) + " was measured best"
	if r.Adaptive() {
		text = phrase.Configuration(r.Winner.Configuration) + " was found best"
	}
	if r.Today != nil && !r.Today.Asked {
		text += " of the sizes asked for"
	}
	return text
}

// keepWinner says how certain it is that today's configuration, which won, is better than the other architecture's
// best. If the fresh samples show the reverse, that is advised: they count for more than those that were chosen by.
func (r ranked) keepWinner(advice *tuning.Recommendation, w phrase.Advice) {
	v := r.Versus(r.Winner, r.Other)
	switch {
	case r.OtherBest.MemorySize == 0 && r.Adaptive():
		advice.Text = w.Sentence("no other memory size was found to be %s by 1 %%", w.Better()) // for less today's stays
		return
	case r.OtherBest.MemorySize == 0:
		advice.Text = w.Sentence("no other memory size was measured to be %s", w.Better())
		return
	case r.leftOut():
		advice.Text = w.Sentence("%s%s", r.noChance(w), r.besideOther(w))
		return
	case !v.OK:
		advice.Text = w.Sentence("nothing was measured to be %s, but %s%s", w.Better(), r.whyUnconfirmed(w), r.besideOther(w))
		return
	}
	if back := r.Versus(r.Other, r.Today); confirm.IsConfirmed(back.By) {
		advice.OtherArchitecture = &back.Advantage
		r.change(advice, w, r.Other, back)
		return
	}
	r.stopped(advice, v)
	advice.OtherArchitecture, advice.Confirmed = &v.Advantage, confirm.IsConfirmed(v.By)
	advice.Text = w.Sentence("%s", w.Both(v.Advantage, phrase.Best(r.OtherBest)))
	if !advice.Confirmed {
		advice.Text = w.Sentence("nothing was confirmed to be %s%s", w.Better(), r.besideOther(w))
	}
}

// challengeToday decides whether the winner, which is not today's configuration, should replace it.
func (r ranked) challengeToday(advice *tuning.Recommendation, w phrase.Advice) {
	overToday, overOther := r.Versus(r.Winner, r.Today), r.Versus(r.Winner, r.Other)
	if !overToday.OK {
		advice.Text = w.Sentence("%s, but %s%s", r.best(), r.whyUnconfirmed(w), r.besideOther(w))
		return
	}
	r.stopped(advice, overToday)
	advice.Today = &overToday.Advantage
	if overOther.OK {
		advice.OtherArchitecture = &overOther.Advantage
	}
	if instead, over, why := r.otherInstead(w, overToday, overOther); instead != nil {
		back := r.Versus(instead, r.Winner)
		advice.OtherArchitecture = &back.Advantage
		r.change(advice, w, instead, over)
		advice.Text += why
		return
	}
	if !confirm.IsConfirmed(overToday.By) {
		advice.Text = w.Sentence("%s, but on fresh samples it is %s%s", r.best(), w.Unconfirmed(overToday.Advantage, overToday.By), r.besideOther(w))
		return
	}
	r.change(advice, w, r.Winner, overToday)
	if r.Winner.Architecture != r.Today.Architecture {
		advice.Text += r.divided(w, overToday.Advantage)
		return
	}
	if r.leftOut() {
		advice.Text += "; " + r.noChance(w)
	}
	advice.Text += r.besideOther(w)
}

// otherInstead returns what is advised in the winner's place, how much better it is than today's, and why; nil if
// nothing is. If the winner is of the other architecture, but not confirmed to be better than the best of today's one,
// that is advised if it is confirmed to be better than today's: then only the memory changes. If the winner is of
// today's architecture and fresh samples show the other one's best to be better, these count for more than those that
// were chosen by.
func (r ranked) otherInstead(w phrase.Advice, overToday, overOther ranking.Versus) (instead *ranking.Candidate, over ranking.Versus, why string) {
	over = r.Versus(r.Other, r.Today)
	switch {
	case !overOther.OK || !confirm.IsConfirmed(over.By):
	case r.MemoryAlone():
		if confirm.IsConfirmed(overToday.By) && !confirm.IsConfirmed(overOther.By) {
			return r.Other, over, "; that " + string(r.Winner.Architecture) + " would be " + w.Better() + " still was not confirmed"
		}
	case r.Winner.Architecture == r.Today.Architecture:
		if confirm.IsConfirmed(r.Versus(r.Other, r.Winner).By) {
			return r.Other, over, "; " + phrase.Configuration(r.Winner.Configuration) + " was found best, but fresh samples show the reverse"
		}
	}
	return nil, ranking.Versus{}, ""
}

// leftOut reports whether the other architecture was not compared, because exploration leaves it no chance.
func (r ranked) leftOut() bool {
	return r.OtherBest.MemorySize > 0 && r.Explored.OtherHopeless && !r.Versus(r.Winner, r.Other).OK
}

// noChance says that the other architecture was not compared, and why.
func (r ranked) noChance(w phrase.Advice) string {
	return fmt.Sprintf("%s was not confirmed to be worse: by exploration none of its memory sizes has a chance of 2 %% to be %s", r.OtherBest.Architecture, w.Better())
}

// besideOther compares the winner with the other architecture's best, as an addition to a sentence; "" if there is none.
func (r ranked) besideOther(w phrase.Advice) string {
	if r.OtherBest.MemorySize == 0 {
		return ""
	}
	what := fmt.Sprintf("; compared with %s, %s is ", phrase.Best(r.OtherBest), phrase.Configuration(r.Winner.Configuration))
	if v := r.Versus(r.Winner, r.Other); v.OK {
		return what + w.Own(v.Advantage, v.By)
	}
	return r.estimate(w, what, r.OtherBest)
}

// besideToday says what exploring makes of the winner beside today's configuration.
func (r ranked) besideToday(w phrase.Advice) string {
	return r.estimate(w, ": it is ", r.Today.Configuration)
}

// estimate says what exploring makes of the winner beside another configuration; "" if it makes nothing of it.
func (r ranked) estimate(w phrase.Advice, what string, other tuning.Configuration) string {
	p := r.part(other, r.Winner.Configuration)
	if p.Cheaper == nil || p.Faster == nil {
		return ""
	}
	return what + "estimated to be " + w.Estimate(p)
}

// divided says what of an advantage over today's configuration the memory size gives, and what the architecture does.
func (r ranked) divided(w phrase.Advice, whole tuning.Advantage) string {
	if r.OtherBest == r.Today.Configuration {
		return fmt.Sprintf("; all of it from %s, because today's is the best size of %s", r.Winner.Architecture, r.Today.Architecture)
	}
	if r.OtherBest.MemorySize == 0 {
		return ""
	}
	memory, architecture := r.part(r.Today.Configuration, r.OtherBest), r.part(r.OtherBest, r.Winner.Configuration)
	text := w.Divided(whole, memory, architecture)
	switch {
	case !memory.Estimated && !architecture.Estimated:
	case r.leftOut():
		text += "; " + r.noChance(w)
	default:
		text += fmt.Sprintf("; %s was not confirmed", phrase.Best(r.OtherBest))
	}
	return text
}

// stopped says how much was looked at for a comparison, and why not more.
func (r ranked) stopped(advice *tuning.Recommendation, v ranking.Versus) {
	reason := string(r.Settled(v.Comparison))
	if reason == string(confirm.Open) {
		reason = r.endedOpen()
	}
	advice.Sandboxes, advice.Stopped = v.Sandboxes, reason
	rounds := map[int]bool{}
	for _, s := range r.Samples {
		if s.Confirming {
			rounds[run.RoundOf(s)] = true
		}
	}
	advice.Looks = len(rounds)
}

// endedOpen says why a comparison had no further look although it was open.
func (r ranked) endedOpen() string {
	switch {
	case r.HardlyBetter():
		return string(confirm.Hopeless)
	case r.State.Capped: // by a round that there was time for
		return tuning.StoppedByCeiling
	case r.State.OutOfTime != nil:
		return tuning.StoppedByTime
	}
	return string(confirm.Exhausted)
}

// change advises a configuration that was confirmed to be better than today's.
func (r ranked) change(advice *tuning.Recommendation, w phrase.Advice, advised *ranking.Candidate, over ranking.Versus) {
	r.stopped(advice, over)
	advice.Today = &over.Advantage
	advice.Action, advice.Confirmed = tuning.Change, true
	advice.Architecture, advice.Power = advised.Architecture, advised.MemorySize
	w.Prefix = phrase.Configuration(advised.Configuration)
	advice.Text = w.Sentence("%s", w.Both(over.Advantage, "today's "+phrase.Configuration(r.Today.Configuration)))
	if perMonth := r.Input.InvocationsPerMonth; perMonth > 0 {
		saved := statistics.Significant(r.Today.Month(perMonth) - advised.Month(perMonth))
		advice.SavingsPerMonth = &saved
	}
}
