package page

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/tuning"
)

// million is how many invocations a cost is given for: that of a single one has too many zeros to be read.
const million = 1e6

// day formats a time, "" if it is not known.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

// figure shows a value with four digits, or with all those before its point, in groups.
func figure(v float64) string {
	switch {
	case v == 0:
		return "0"
	case math.Abs(v) < 0.0001 || math.Abs(v) >= 1e12:
		return strconv.FormatFloat(v, 'g', 4, 64)
	}
	digits := 3 - int(math.Floor(math.Log10(math.Abs(v))))
	text := strconv.FormatFloat(v, 'f', max(digits, 0), 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return grouped(text)
}

// grouped puts a comma between thousands.
func grouped(text string) string {
	whole, rest, _ := strings.Cut(text, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "−", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		rest = "." + rest
	}
	return sign + whole + rest
}

func usd(v float64) string { return money(v) + " USD" }

// money shows cents, or more of what is less than one.
func money(v float64) string {
	if math.Abs(v) >= 0.005 {
		return grouped(strconv.FormatFloat(v, 'f', 2, 64))
	}
	return figure(v)
}

// between shows two ends of what a value lies in.
func between(low, high float64) string { return figure(low) + " to " + figure(high) }

func configuration(a tuning.Architecture, power int) string {
	return phrase.Configuration(tuning.Configuration{Architecture: a, MemorySize: power})
}

// words are what an advantage and a disadvantage are called.
type words struct{ better, worse string }

var (
	cost  = words{"cheaper", "more expensive"}
	speed = words{"faster", "slower"}
)

// advantage puts a percentage and its interval into words; the interval may be nil.
func (w words) advantage(percent float64, i *tuning.Interval) string {
	name := w.better
	if percent < 0 {
		name = w.worse
	}
	text := phrase.Percent(math.Abs(percent)) + " % " + name
	switch {
	case i == nil:
		return text
	case i.High < 0:
		return fmt.Sprintf("%s (%s to %s %%)", text, phrase.Percent(-i.High), phrase.Percent(-i.Low))
	case i.Low <= 0:
		return fmt.Sprintf("%s, not certain (%s to %s %%)", text, phrase.Percent(i.Low), phrase.Percent(i.High))
	}
	return fmt.Sprintf("%s (%s to %s %%)", text, phrase.Percent(i.Low), phrase.Percent(i.High))
}

// class is a style sheet's name for an architecture.
func class(a tuning.Architecture) string {
	if a == tuning.Arm {
		return "arm"
	}
	return "x86"
}
