package decide

import (
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/internal/tuner/trial"
	"github.com/dualarch/dualarch/tuning"
)

// recommendation turns the confirmation's samples into advice: change only what fresh samples show to be better, keep
// everything else.
func (r *ranking) recommendation() *tuning.Recommendation {
	today := r.state.Journal.Today()
	advice := &tuning.Recommendation{Action: tuning.Keep, Architecture: today.Architecture, Power: today.MemorySize}
	w := phrase.Advice{Strategy: r.in.Strategy, Prefix: "keep " + phrase.Configuration(today)}
	switch {
	case r.in.OnlyColdStarts:
		advice.Text = w.Sentence("cold starts are measured, not confirmed; %s%s", r.best(), r.besideOther(w))
	case r.today == nil:
		if v := r.versus(r.winner, r.other); v.ok {
			r.stopped(advice, v)
			advice.OtherArchitecture = &v.Advantage
		}
		advice.Text = w.Sentence("it could not be measured, so nothing is compared with it; %s%s", r.best(), r.besideOther(w))
	case r.winner == r.today:
		r.keepWinner(advice, w)
	default:
		r.challengeToday(advice, w)
	}
	return advice
}

// best says what won. Today's configuration may be better and yet not among the sizes asked for.
func (r *ranking) best() string {
	text := phrase.Configuration(r.winner.Configuration) + " was measured best"
	if r.adaptive() {
		text = phrase.Configuration(r.winner.Configuration) + " was found best"
	}
	if r.today != nil && !r.today.asked {
		text += " of the sizes asked for"
	}
	return text
}

// versus is one configuration's advantage over another on the confirmation's samples.
type versus struct {
	tuning.Advantage
	by         tuning.Interval    // the advantage by the strategy's own measure
	comparison confirm.Comparison // that it comes from
	ok         bool               // there were enough fresh sandboxes
	sandboxes  int
}

// versus compares two configurations; nothing compares with nil.
func (r *ranking) versus(a, b *candidate) versus {
	if a == nil || b == nil {
		return versus{}
	}
	cheaper, ok1 := r.contest(trial.Trial.Cost).Compare(a.Configuration, b.Configuration)
	faster, ok2 := r.contest(trial.Trial.Duration).Compare(a.Configuration, b.Configuration)
	by, ok3 := r.contest(r.values).Compare(a.Configuration, b.Configuration)
	if !ok1 || !ok2 || !ok3 {
		return versus{}
	}
	return versus{
		Advantage:  tuning.Advantage{Architecture: b.Architecture, Power: b.MemorySize, Cheaper: rounded(cheaper), Faster: rounded(faster)},
		comparison: by, by: rounded(by), ok: true, sandboxes: min(len(a.trial.Costs), len(b.trial.Costs)),
	}
}

// rounded returns a comparison's interval as the output shows it.
func rounded(c confirm.Comparison) tuning.Interval { return roundedInterval(c.Interval()) }

func roundedInterval(i tuning.Interval) tuning.Interval {
	return tuning.Interval{Percent: statistics.Rounded(i.Percent), Low: statistics.Rounded(i.Low), High: statistics.Rounded(i.High)}
}

// keepWinner says how certain it is that today's configuration, which won, is better than the other architecture's
// best. If the fresh samples show the reverse, that is advised: they count for more than those that were chosen by.
func (r *ranking) keepWinner(advice *tuning.Recommendation, w phrase.Advice) {
	v := r.versus(r.winner, r.other)
	switch {
	case r.otherBest.MemorySize == 0 && r.adaptive():
		advice.Text = w.Sentence("no other memory size was found to be %s by 1 %%", w.Better()) // for less today's stays
		return
	case r.otherBest.MemorySize == 0:
		advice.Text = w.Sentence("no other memory size was measured to be %s", w.Better())
		return
	case r.leftOut():
		advice.Text = w.Sentence("%s%s", r.noChance(w), r.besideOther(w))
		return
	case !v.ok:
		advice.Text = w.Sentence("nothing was measured to be %s, but %s%s", w.Better(), r.whyUnconfirmed(w), r.besideOther(w))
		return
	}
	if back := r.versus(r.other, r.today); confirm.IsConfirmed(back.by) {
		advice.OtherArchitecture = &back.Advantage
		r.change(advice, w, r.other, back)
		return
	}
	r.stopped(advice, v)
	advice.OtherArchitecture, advice.Confirmed = &v.Advantage, confirm.IsConfirmed(v.by)
	advice.Text = w.Sentence("%s", w.Both(v.Advantage, phrase.Best(r.otherBest)))
	if !advice.Confirmed {
		advice.Text = w.Sentence("nothing was confirmed to be %s%s", w.Better(), r.besideOther(w))
	}
}

// challengeToday decides whether the winner, which is not today's configuration, should replace it.
func (r *ranking) challengeToday(advice *tuning.Recommendation, w phrase.Advice) {
	overToday, overOther := r.versus(r.winner, r.today), r.versus(r.winner, r.other)
	if !overToday.ok {
		advice.Text = w.Sentence("%s, but %s%s", r.best(), r.whyUnconfirmed(w), r.besideOther(w))
		return
	}
	r.stopped(advice, overToday)
	advice.Today = &overToday.Advantage
	if overOther.ok {
		advice.OtherArchitecture = &overOther.Advantage
	}
	if instead, over, why := r.otherInstead(w, overToday, overOther); instead != nil {
		back := r.versus(instead, r.winner)
		advice.OtherArchitecture = &back.Advantage
		r.change(advice, w, instead, over)
		advice.Text += why
		return
	}
	if !confirm.IsConfirmed(overToday.by) {
		advice.Text = w.Sentence("%s, but on fresh samples it is %s%s", r.best(), w.Unconfirmed(overToday.Advantage, overToday.by), r.besideOther(w))
		return
	}
	r.change(advice, w, r.winner, overToday)
	if r.winner.Architecture != r.today.Architecture {
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
func (r *ranking) otherInstead(w phrase.Advice, overToday, overOther versus) (instead *candidate, over versus, why string) {
	over = r.versus(r.other, r.today)
	switch {
	case !overOther.ok || !confirm.IsConfirmed(over.by):
	case r.memoryAlone():
		if confirm.IsConfirmed(overToday.by) && !confirm.IsConfirmed(overOther.by) {
			return r.other, over, "; that " + string(r.winner.Architecture) + " would be " + w.Better() + " still was not confirmed"
		}
	case r.winner.Architecture == r.today.Architecture:
		if confirm.IsConfirmed(r.versus(r.other, r.winner).by) {
			return r.other, over, "; " + phrase.Configuration(r.winner.Configuration) + " was found best, but fresh samples show the reverse"
		}
	}
	return nil, versus{}, ""
}

// leftOut reports whether the other architecture was not compared, because exploration leaves it no chance.
func (r *ranking) leftOut() bool {
	return r.otherBest.MemorySize > 0 && r.explored.OtherHopeless && !r.versus(r.winner, r.other).ok
}

// noChance says that the other architecture was not compared, and why.
func (r *ranking) noChance(w phrase.Advice) string {
	return fmt.Sprintf("%s was not confirmed to be worse: by exploration none of its memory sizes has a chance of 2 %% to be %s", r.otherBest.Architecture, w.Better())
}

// besideOther compares the winner with the other architecture's best, as an addition to a sentence; "" if there is none.
func (r *ranking) besideOther(w phrase.Advice) string {
	if r.otherBest.MemorySize == 0 {
		return ""
	}
	what := fmt.Sprintf("; compared with %s, %s is ", phrase.Best(r.otherBest), phrase.Configuration(r.winner.Configuration))
	if v := r.versus(r.winner, r.other); v.ok {
		return what + w.Own(v.Advantage, v.by)
	}
	return r.estimate(w, what, r.otherBest)
}

// besideToday says what exploring makes of the winner beside today's configuration.
func (r *ranking) besideToday(w phrase.Advice) string {
	return r.estimate(w, ": it is ", r.today.Configuration)
}

// estimate says what exploring makes of the winner beside another configuration; "" if it makes nothing of it.
func (r *ranking) estimate(w phrase.Advice, what string, other tuning.Configuration) string {
	p := r.part(other, r.winner.Configuration)
	if p.Cheaper == nil || p.Faster == nil {
		return ""
	}
	return what + "estimated to be " + w.Estimate(p)
}

// divided says what of an advantage over today's configuration the memory size gives, and what the architecture does.
func (r *ranking) divided(w phrase.Advice, whole tuning.Advantage) string {
	if r.otherBest == r.today.Configuration {
		return fmt.Sprintf("; all of it from %s, because today's is the best size of %s", r.winner.Architecture, r.today.Architecture)
	}
	if r.otherBest.MemorySize == 0 {
		return ""
	}
	memory, architecture := r.part(r.today.Configuration, r.otherBest), r.part(r.otherBest, r.winner.Configuration)
	text := w.Divided(whole, memory, architecture)
	switch {
	case !memory.Estimated && !architecture.Estimated:
	case r.leftOut():
		text += "; " + r.noChance(w)
	default:
		text += fmt.Sprintf("; %s was not confirmed", phrase.Best(r.otherBest))
	}
	return text
}

// stopped says how much was looked at for a comparison, and why not more.
func (r *ranking) stopped(advice *tuning.Recommendation, v versus) {
	reason := r.settled(v.comparison)
	if reason == confirm.Open && r.hardlyBetter() {
		reason = confirm.Hopeless
	}
	advice.Sandboxes, advice.Stopped = v.sandboxes, string(reason)
	rounds := map[int]bool{}
	for _, s := range r.samples {
		if s.Confirming {
			rounds[run.RoundOf(s)] = true
		}
	}
	advice.Looks = len(rounds)
}

// change advises a configuration that was confirmed to be better than today's.
func (r *ranking) change(advice *tuning.Recommendation, w phrase.Advice, advised *candidate, over versus) {
	r.stopped(advice, over)
	advice.Today = &over.Advantage
	advice.Action, advice.Confirmed = tuning.Change, true
	advice.Architecture, advice.Power = advised.Architecture, advised.MemorySize
	w.Prefix = phrase.Configuration(advised.Configuration)
	advice.Text = w.Sentence("%s", w.Both(over.Advantage, "today's "+phrase.Configuration(r.today.Configuration)))
	if perMonth := r.in.InvocationsPerMonth; perMonth > 0 {
		saved := statistics.Significant(r.today.month(perMonth) - advised.month(perMonth))
		advice.SavingsPerMonth = &saved
	}
}

// month returns what a month of the configuration costs in USD, by the confirmation's samples.
func (c candidate) month(invocations float64) float64 {
	return c.prices.Month(c.MemorySize, statistics.Mean(c.trial.Billed), invocations)
}
