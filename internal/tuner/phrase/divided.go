package phrase

import (
	"fmt"

	"github.com/dualarch/dualarch/tuning"
)

// Divided says what of a whole advantage each part gives: "61 % cheaper: 52 % from 512 → 128 MB, 19 % from arm64". The
// parts are those of what the strategy judges by, or, with balanced, of what differs. "" if there is no whole.
func (w Advice) Divided(whole tuning.Advantage, memory, architecture tuning.Part) string {
	of, words := func(p tuning.Part) *tuning.Interval { return p.Cheaper }, costWords
	all := whole.Cheaper
	if w.Strategy == tuning.Speed || w.Strategy == tuning.Balanced && unclear(all) {
		of, words, all = func(p tuning.Part) *tuning.Interval { return p.Faster }, speedWords, whole.Faster
	}
	if unclear(all) || of(memory) == nil || of(architecture) == nil {
		return ""
	}
	return fmt.Sprintf("; %s: %s from %d → %d MB, %s from %s", quantity(all, words, false),
		share(*of(memory), memory.Estimated), memory.From.Power, memory.To.Power,
		share(*of(architecture), architecture.Estimated), architecture.To.Architecture)
}

// share phrases a part of an advantage: it may be nothing, or the reverse.
func share(i tuning.Interval, estimated bool) string {
	text := fmt.Sprintf("%s %%", Percent(i.Percent))
	switch {
	case estimated:
		return "an estimated " + text + " " + interval(i.Low, i.High)
	case unclear(i):
		return "about nothing " + interval(i.Low, i.High)
	}
	return text
}

// Estimate phrases what exploring makes of a comparison, by what the strategy judges by; with balanced by both.
func (w Advice) Estimate(p tuning.Part) string {
	cost, duration := quantity(*p.Cheaper, costWords, true), quantity(*p.Faster, speedWords, true)
	switch w.Strategy {
	case tuning.Speed:
		return duration
	case tuning.Balanced:
		return cost + " and " + duration
	}
	return cost
}
