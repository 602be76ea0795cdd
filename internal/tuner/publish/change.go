package publish

import (
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

// compare says what has changed since the last advice.
//
// The advice has changed if there is something else to do. It has not if somebody did what it said, so that it is now to
// be kept, nor if today's configuration is to be kept as before, whichever that is by now.
func compare(p *tuning.Published, last *tuning.Advice) {
	p.Last, p.Changed = last, []string{}
	if last == nil {
		return
	}
	for _, field := range []struct {
		name string
		same bool
	}{
		{"action", p.Action == last.Action},
		{"architecture", p.Architecture == last.Architecture},
		{"power", p.Power == last.Power},
		{"confirmed", p.Confirmed == last.Confirmed},
	} {
		if !field.same {
			p.Changed = append(p.Changed, field.name)
		}
	}
	elsewhere := p.Architecture != last.Architecture || p.Power != last.Power
	if p.Action == tuning.Change {
		p.AdviceChanged = elsewhere || last.Action != tuning.Change
	} else {
		p.AdviceChanged = elsewhere && last.Action == tuning.Change
	}
}

// mostAdvice is how many last advices a result carries: there are three strategies, and three sets of architectures.
const mostAdvice = 9

// question is what advice is comparable by: another strategy or other architectures lead to other advice.
func question(o tuning.Output) tuning.LastAdvice {
	q := tuning.LastAdvice{Strategy: o.Published.Strategy, Advice: o.Published.Advice}
	for _, t := range o.Targets {
		q.Architectures = append(q.Architectures, t.Architecture)
	}
	slices.Sort(q.Architectures)
	return q
}

func sameQuestion(a, b tuning.LastAdvice) bool {
	return a.Strategy == b.Strategy && slices.Equal(a.Architectures, b.Architectures)
}

// last returns what a verdict is compared with: the advice before it in the latest result. If that is this execution's
// own, because Publish is tried again, it is what that was compared with.
func last(latest tuning.Result, execution string, now tuning.LastAdvice) *tuning.Advice {
	if latest.Execution.ARN == execution {
		if latest.Published == nil || latest.Published.Last == nil || !plausible(*latest.Published.Last) {
			return nil
		}
		return latest.Published.Last
	}
	for _, before := range latest.Advice {
		if sameQuestion(before, now) && plausible(before.Advice) {
			return &before.Advice
		}
	}
	return nil
}

// renewed returns the advice that the next verdict is compared with.
func renewed(latest tuning.Result, now tuning.LastAdvice) []tuning.LastAdvice {
	kept := []tuning.LastAdvice{now}
	for _, before := range latest.Advice {
		if !sameQuestion(before, now) && asked(before) && plausible(before.Advice) && len(kept) < mostAdvice {
			kept = append(kept, before)
		}
	}
	return kept
}

// asked reports whether advice can be the answer to a question: what it is handed on with is nothing else.
func asked(q tuning.LastAdvice) bool {
	return slices.Contains([]tuning.Strategy{tuning.Cost, tuning.Speed, tuning.Balanced}, q.Strategy) &&
		slices.ContainsFunc([][]tuning.Architecture{{tuning.Arm}, {tuning.X86}, {tuning.Arm, tuning.X86}},
			func(all []tuning.Architecture) bool { return slices.Equal(all, q.Architectures) })
}

// plausible reports whether advice can be what Publish wrote: others may write to the bucket, too.
func plausible(a tuning.Advice) bool {
	return (a.Action == tuning.Change || a.Action == tuning.Keep) && (a.Architecture == tuning.X86 || a.Architecture == tuning.Arm) && a.Power > 0
}
