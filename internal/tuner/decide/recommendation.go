package decide

import (
	"fmt"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
	"github.com/dualarch/dualarch/tuning"
)

// recommend turns the confirmation's samples into advice: change only what fresh samples show to be
// better, keep everything else. samples need their cost.
func recommend(in input.Input, j run.Journal, st ranking, samples []tuning.Sample) *tuning.Recommendation {
	if st.winner == nil {
		return nil
	}
	c := contest{in: in, st: st, samples: samples}
	today := j.Today()
	r := &tuning.Recommendation{Action: tuning.Keep, Architecture: today.Architecture, Power: today.MemorySize}
	w := words{in: in, prefix: "keep " + configurationText(today)}
	switch {
	case in.OnlyColdStarts:
		r.Text = w.sentence("cold starts are measured, not confirmed; %s", st.best())
	case st.today == nil:
		r.Text = w.sentence("it could not be measured, so nothing is compared with it; %s", st.best())
	case st.winner.Configuration == today:
		c.keepTheWinner(r, w)
	default:
		c.challenge(r, w, j)
	}
	return r
}

// contest compares configurations on the confirmation's samples.
type contest struct {
	in      input.Input
	st      ranking
	samples []tuning.Sample
}

// versus is one configuration's advantage over another; by is that by the strategy's own measure.
type versus struct {
	tuning.Advantage
	by        tuning.Interval
	ok        bool // there were enough fresh sandboxes
	sandboxes int
}

func (c contest) trial(f *candidate) trial {
	return trialOf(f.Configuration, c.samples, sharesOf(c.in, c.samples))
}

func (c contest) versus(a, b *candidate) versus {
	if a == nil || b == nil {
		return versus{}
	}
	ta, tb := c.trial(a), c.trial(b)
	v := versus{
		Advantage: tuning.Advantage{Architecture: b.Architecture, Power: b.MemorySize},
		sandboxes: min(len(ta.costs), len(tb.costs)),
	}
	cheaper, ok1 := advantage(ta.costs, tb.costs)
	faster, ok2 := advantage(ta.durations, tb.durations)
	by, ok3 := advantage(ta.by(c.in, c.st), tb.by(c.in, c.st))
	v.Cheaper, v.Faster, v.by, v.ok = cheaper, faster, by, ok1 && ok2 && ok3
	return v
}

// keepTheWinner says how sure it is that today's configuration, which won, is better than the other
// architecture's best.
func (c contest) keepTheWinner(r *tuning.Recommendation, w words) {
	v := c.versus(c.st.winner, c.st.other)
	switch {
	case c.st.other == nil && c.st.adaptive():
		r.Text = w.sentence("no other memory size was found to be %s by 1 %%", w.better()) // for less today's stays
		return
	case c.st.other == nil:
		r.Text = w.sentence("no other memory size was measured to be %s", w.better())
		return
	case !v.ok:
		r.Text = w.sentence("nothing was measured to be %s, but too few fresh sandboxes answered to confirm it", w.better())
		return
	}
	r.Sandboxes, r.OtherArchitecture, r.Confirmed = v.sandboxes, &v.Advantage, confirmed(v.by)
	r.Text = w.sentence("%s", w.both(v, fmt.Sprintf("%s's best, at %d MB", v.Architecture, v.Power)))
	if !r.Confirmed {
		r.Text = w.sentence("nothing was confirmed to be %s; compared with %s's best, at %d MB, it is %s", w.better(), v.Architecture, v.Power, w.own(v))
	}
}

// challenge decides whether the winner, which is not today's configuration, should replace it. Where the
// winner is of the other architecture, but not confirmed to be better than the best of today's one, that
// best is advised instead if it is confirmed to be better than today's: then only the memory changes.
func (c contest) challenge(r *tuning.Recommendation, w words, j run.Journal) {
	overToday := c.versus(c.st.winner, c.st.today)
	overOther := c.versus(c.st.winner, c.st.other)
	r.Sandboxes = overToday.sandboxes
	if !overToday.ok {
		r.Text = w.sentence("%s, but too few fresh sandboxes answered to confirm it", c.st.best())
		return
	}
	r.Today = &overToday.Advantage
	if overOther.ok {
		r.OtherArchitecture = &overOther.Advantage
	}
	if !confirmed(overToday.by) {
		r.Text = w.sentence("%s, but on fresh samples it is %s", c.st.best(), w.unconfirmed(overToday))
		return
	}
	advised, over, note := c.st.winner, overToday, ""
	if other := c.st.other; other != nil && c.st.winner.Architecture != c.st.today.Architecture && other.Configuration != c.st.today.Configuration && !confirmed(overOther.by) {
		if v := c.versus(other, c.st.today); v.ok && confirmed(v.by) {
			note = "; that " + string(c.st.winner.Architecture) + " would be " + w.better() + " still was not confirmed"
			advised, over = other, v
			r.Today, r.OtherArchitecture = &v.Advantage, nil
			if back := c.versus(other, c.st.winner); back.ok {
				r.OtherArchitecture = &back.Advantage
			}
		}
	}
	r.Action, r.Confirmed = tuning.Change, true
	r.Architecture, r.Power = advised.Architecture, advised.MemorySize
	w.prefix = configurationText(advised.Configuration)
	r.Text = w.sentence("%s", w.both(over, "today's "+configurationText(c.st.today.Configuration))) + note
	if c.in.InvocationsPerMonth > 0 {
		saved := statistics.Significant(c.month(j, c.st.today) - c.month(j, advised))
		r.SavingsPerMonth = &saved
	}
}

// month is what a month of a configuration costs, by the confirmation's samples.
func (c contest) month(j run.Journal, f *candidate) float64 {
	for _, t := range j.Targets {
		if t.Architecture == f.Architecture {
			return price.For(c.in.Terms, t.Priced()).Month(f.MemorySize, statistics.Mean(c.trial(f).billed), c.in.InvocationsPerMonth)
		}
	}
	return 0
}
