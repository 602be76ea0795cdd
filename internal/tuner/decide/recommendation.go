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
		advice.Text = w.Sentence("cold starts are measured, not confirmed; %s", r.best())
	case r.today == nil:
		advice.Text = w.Sentence("it could not be measured, so nothing is compared with it; %s", r.best())
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
func rounded(c confirm.Comparison) tuning.Interval {
	i := c.Interval()
	return tuning.Interval{Percent: statistics.Rounded(i.Percent), Low: statistics.Rounded(i.Low), High: statistics.Rounded(i.High)}
}

// keepWinner says how certain it is that today's configuration, which won, is better than the other architecture's
// best. If the fresh samples show the reverse, that is advised: they count for more than those that were chosen by.
func (r *ranking) keepWinner(advice *tuning.Recommendation, w phrase.Advice) {
	v := r.versus(r.winner, r.other)
	switch {
	case r.other == nil && r.adaptive():
		advice.Text = w.Sentence("no other memory size was found to be %s by 1 %%", w.Better()) // for less today's stays
		return
	case r.other == nil:
		advice.Text = w.Sentence("no other memory size was measured to be %s", w.Better())
		return
	case r.leftOut():
		advice.Text = w.Sentence("%s", r.withoutOther(w))
		return
	case !v.ok:
		advice.Text = w.Sentence("nothing was measured to be %s, but %s", w.Better(), r.whyUnconfirmed())
		return
	}
	if back := r.versus(r.other, r.today); confirm.IsConfirmed(back.by) {
		r.change(advice, w, r.other, back)
		return
	}
	r.stopped(advice, v)
	advice.OtherArchitecture, advice.Confirmed = &v.Advantage, confirm.IsConfirmed(v.by)
	advice.Text = w.Sentence("%s", w.Both(v.Advantage, fmt.Sprintf("%s's best, at %d MB", v.Architecture, v.Power)))
	if !advice.Confirmed {
		advice.Text = w.Sentence("nothing was confirmed to be %s; compared with %s's best, at %d MB, it is %s", w.Better(), v.Architecture, v.Power, w.Own(v.Advantage, v.by))
	}
}

// challengeToday decides whether the winner, which is not today's configuration, should replace it. If the winner is of
// the other architecture, but not confirmed to be better than the best of today's one, that best is advised instead if
// it is confirmed to be better than today's: then only the memory changes.
func (r *ranking) challengeToday(advice *tuning.Recommendation, w phrase.Advice) {
	overToday, overOther := r.versus(r.winner, r.today), r.versus(r.winner, r.other)
	if !overToday.ok {
		advice.Text = w.Sentence("%s, but %s", r.best(), r.whyUnconfirmed())
		return
	}
	r.stopped(advice, overToday)
	advice.Today = &overToday.Advantage
	if overOther.ok {
		advice.OtherArchitecture = &overOther.Advantage
	}
	if !confirm.IsConfirmed(overToday.by) {
		advice.Text = w.Sentence("%s, but on fresh samples it is %s", r.best(), w.Unconfirmed(overToday.Advantage, overToday.by))
		return
	}
	advised, over, note := r.winner, overToday, ""
	if r.memoryAlone() && !confirm.IsConfirmed(overOther.by) {
		if v := r.versus(r.other, r.today); confirm.IsConfirmed(v.by) {
			note = "; that " + string(r.winner.Architecture) + " would be " + w.Better() + " still was not confirmed"
			advised, over = r.other, v
			advice.OtherArchitecture = nil
			if back := r.versus(r.other, r.winner); back.ok {
				advice.OtherArchitecture = &back.Advantage
			}
		}
	}
	r.change(advice, w, advised, over)
	if advice.Text += note; r.leftOut() {
		advice.Text += "; " + r.withoutOther(w)
	}
}

// leftOut reports whether the other architecture was not compared, since exploration leaves it no chance.
func (r *ranking) leftOut() bool {
	return r.other != nil && r.explored.OtherHopeless && len(r.other.trial.Costs) == 0
}

// withoutOther says that the other architecture was not compared, and why.
func (r *ranking) withoutOther(w phrase.Advice) string {
	return fmt.Sprintf("%s was not confirmed to be worse: by exploration none of its memory sizes has a chance of 2 %% to be %s", r.other.Architecture, w.Better())
}

// stopped says how much was looked at for a comparison, and why not more.
func (r *ranking) stopped(advice *tuning.Recommendation, v versus) {
	advice.Sandboxes, advice.Stopped = v.sandboxes, string(r.settled(v.comparison))
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
