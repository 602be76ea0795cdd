package phrase

import (
	"fmt"
	"math"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/tuning"
)

// Advice phrases what is advised, for a strategy. Prefix begins each sentence.
type Advice struct {
	Strategy tuning.Strategy
	Prefix   string
}

// Sentence returns the advice, then why.
func (w Advice) Sentence(format string, args ...any) string {
	return w.Prefix + ": " + fmt.Sprintf(format, args...)
}

// Configuration formats a configuration, for example "arm64 at 512 MB".
func Configuration(c tuning.Configuration) string {
	return fmt.Sprintf("%s at %d MB", c.Architecture, c.MemorySize)
}

// Best names an architecture's best size, for example "x86_64's best, at 256 MB".
func Best(c tuning.Configuration) string {
	return fmt.Sprintf("%s's best, at %d MB", c.Architecture, c.MemorySize)
}

// Better names what the strategy looks for.
func (w Advice) Better() string {
	switch w.Strategy {
	case tuning.Speed:
		return "faster"
	case tuning.Balanced:
		return "better overall"
	}
	return "cheaper"
}

// Both compares cost and duration with something, what the strategy judges by first and with its
// interval. What differs comes before what does not.
func (w Advice) Both(v tuning.Advantage, other string) string {
	cost, duration := quantity(v.Cheaper, costWords, w.Strategy != tuning.Speed), quantity(v.Faster, speedWords, w.Strategy != tuning.Cost)
	first, second, same := cost, duration, [2]bool{unclear(v.Cheaper), unclear(v.Faster)}
	if w.Strategy == tuning.Speed || same[0] && !same[1] {
		first, second, same = duration, cost, [2]bool{same[1], same[0]}
	}
	switch same {
	case [2]bool{false, false}:
		return fmt.Sprintf("%s and %s than %s", first, second, other)
	case [2]bool{true, true}:
		return fmt.Sprintf("%s and %s compared with %s", first, second, other)
	case [2]bool{true, false}:
		first, second = second, first
	}
	return fmt.Sprintf("%s than %s, and %s", first, other, second)
}

// Own names what the strategy judges by, with its interval.
func (w Advice) Own(v tuning.Advantage, by tuning.Interval) string {
	switch w.Strategy {
	case tuning.Speed:
		return quantity(v.Faster, speedWords, true)
	case tuning.Balanced:
		return quantity(by, balanceWords, true)
	}
	return quantity(v.Cheaper, costWords, true)
}

// Unconfirmed says why an advantage does not count.
func (w Advice) Unconfirmed(v tuning.Advantage, by tuning.Interval) string {
	if by.Low > 0 {
		return w.Own(v, by) + fmt.Sprintf(", less than the %d %% that a change is worth", confirm.Margin)
	}
	return w.Own(v, by)
}

// sides are the words for an advantage, a disadvantage, and neither.
type sides struct{ more, less, same string }

var (
	costWords    = sides{"cheaper", "more expensive", "about the same price"}
	speedWords   = sides{"faster", "slower", "about as fast"}
	balanceWords = sides{"better overall", "worse overall", "about as good overall"}
)

// unclear reports whether an interval holds 0: there may be no advantage at all.
func unclear(i tuning.Interval) bool { return i.Low <= 0 && i.High >= 0 }

// quantity phrases an advantage; if its interval holds 0 there is none.
func quantity(i tuning.Interval, s sides, withInterval bool) string {
	low, high := i.Low, i.High
	var text string
	switch {
	case i.Low > 0:
		text = fmt.Sprintf("%s %% %s", Percent(i.Percent), s.more)
	case i.High < 0:
		text = fmt.Sprintf("%s %% %s", Percent(-i.Percent), s.less)
		low, high = -i.High, -i.Low
	default:
		text = s.same
	}
	if withInterval {
		text += " " + interval(low, high)
	}
	return text
}

// interval phrases what lies between two percentages.
func interval(low, high float64) string {
	separator := "–"
	if low < 0 {
		separator = " to "
	}
	return fmt.Sprintf("(%s%s%s %%)", Percent(low), separator, Percent(high))
}

// Percent shows one decimal below 10.
func Percent(v float64) string {
	text := fmt.Sprintf("%.0f", v)
	if math.Abs(v) < 9.95 {
		text = strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
	}
	text = strings.Replace(text, "-", "−", 1)
	if text == "−0" {
		return "0"
	}
	return text
}

// Answers says whether both functions answered alike; "" if nothing was compared.
func Answers(r *tuning.ResponseComparison) string {
	switch {
	case r == nil || r.Compared == 0:
		return ""
	case r.Alike == r.Compared:
		return fmt.Sprintf("; both answered alike in %d of %d", r.Alike, r.Compared)
	}
	return fmt.Sprintf("; but their answers differed in %d of %d: see the warnings first", r.Compared-r.Alike, r.Compared)
}

// Savings phrases a month's difference in cost; "" if it is not known.
func Savings(saved *float64, invocations float64) string {
	switch {
	case saved == nil:
		return ""
	case *saved < 0:
		return fmt.Sprintf("; costs about %s USD more a month at %s invocations", dollars(-*saved), amount(invocations))
	}
	return fmt.Sprintf("; saves about %s USD a month at %s invocations", dollars(*saved), amount(invocations))
}

func dollars(v float64) string {
	if v >= 10 {
		return amount(math.Round(v))
	}
	return fmt.Sprintf("%.2f", v)
}

// amount shows millions as such and groups the digits of the rest.
func amount(v float64) string {
	if v >= 1000 && v < 1e6 {
		v = math.Round(v)
	}
	switch {
	case v >= 1e9:
		return fmt.Sprintf("%.4g billion", v/1e9)
	case v >= 1e6:
		return fmt.Sprintf("%.4g million", v/1e6)
	case v >= 1000:
		return fmt.Sprintf("%d,%03d", int64(v)/1000, int64(v)%1000)
	}
	return fmt.Sprintf("%g", v)
}
