package summary

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/tuning"
)

// Estimated says what an estimate is.
const Estimated = "An estimate comes from prices alone: today's invocations and durations at the other architecture's price. " +
	"No call has shown that the duration stays the same."

// statusWords are what statuses are called.
var statusWords = map[guard.Status]string{
	guard.Ready: "ready", guard.Rebuild: "needs a rebuild", guard.Blocked: "blocked", guard.Unknown: "unknown",
	guard.OnArm64: "on arm64", guard.DualArch: "has an arm64 sibling",
}

// Status returns what a status is called.
func Status(s guard.Status) string {
	if words, known := statusWords[s]; known {
		return words
	}
	return string(s)
}

// Readiness returns how far a function is from arm64.
func Readiness(r survey.Readiness) string {
	if r.Status == guard.Ready && len(r.Obstacles) > 0 {
		return Status(r.Status) + ", with warnings"
	}
	return Status(r.Status)
}

// maxObstacles is how many files and packages a sentence names.
const maxObstacles = 3

// Obstacle says in a sentence which files of which packages stand in the way, and what was not looked into; "" if nothing does.
func Obstacle(r survey.Readiness) string {
	var errors, warnings []guard.Finding
	for _, f := range r.Obstacles {
		if f.Severity == binarch.Error {
			errors = append(errors, f)
		} else {
			warnings = append(warnings, f)
		}
	}
	var texts []string
	for _, line := range append(guard.Lines(errors), guard.Lines(warnings)...) {
		texts = append(texts, line.Text())
	}
	for _, unchecked := range r.Unchecked {
		texts = append(texts, "not looked into: "+unchecked)
	}
	rest := ""
	if more := len(texts) - maxObstacles; more > 0 {
		rest = fmt.Sprintf("; and %d more", more)
		texts = texts[:maxObstacles]
	}
	return strings.Join(texts, "; ") + rest
}

// Today returns what a function runs on.
func Today(f survey.Function) string {
	return phrase.Configuration(tuning.Configuration{Architecture: f.Architecture, MemorySize: f.MemorySize})
}

// Runtime returns a function's runtime, or that it is an image.
func Runtime(f survey.Function) string {
	if f.PackageType == "Image" {
		return "image"
	}
	return f.Runtime
}

// Versions names the versions that traffic runs on, with what differs from $LATEST.
func Versions(f survey.Function) string {
	var all []string
	for _, v := range f.Versions {
		var parts []string
		if v.Alias != "" {
			part := "alias " + v.Alias
			if v.Weight > 0 && v.Weight < 1 {
				part += " with " + phrase.Percent(100*v.Weight) + " %"
			}
			parts = append(parts, part)
		}
		if c := (tuning.Configuration{Architecture: f.Architecture, MemorySize: f.MemorySize}); v.Architecture != "" || v.MemorySize != 0 {
			if v.Architecture != "" {
				c.Architecture = v.Architecture
			}
			if v.MemorySize != 0 {
				c.MemorySize = v.MemorySize
			}
			parts = append(parts, phrase.Configuration(c))
		}
		text := v.Version
		if len(parts) > 0 {
			text += " (" + strings.Join(parts, ", ") + ")"
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

// Saving returns an estimated saving and its share, "" if there is no estimate.
func Saving(e *survey.Estimate) string {
	switch {
	case e == nil:
		return ""
	case e.Saving == 0 || e.Today <= 0:
		return USD(e.Saving)
	}
	return fmt.Sprintf("%s (%s %%)", USD(e.Saving), phrase.Percent(100*e.Saving/e.Today))
}

// Measured returns what a tuning execution found, "" for nil.
func Measured(m *survey.Measured) string {
	if m == nil {
		return ""
	}
	text := phrase.Configuration(tuning.Configuration{Architecture: m.Architecture, MemorySize: m.MemorySize})
	if c := m.Cheaper; c != nil {
		text += ": " + cheaper(*c)
	}
	if m.SavingUSD != nil {
		if *m.SavingUSD < 0 {
			text += ", costs " + USD(-*m.SavingUSD) + " more"
		} else {
			text += ", saves " + USD(*m.SavingUSD)
		}
	}
	if !m.Confirmed {
		text += ", not confirmed"
	}
	return text
}

func cheaper(c tuning.Interval) string {
	if c.Percent < 0 {
		return fmt.Sprintf("%s %% more expensive (%s to %s %%)", phrase.Percent(-c.Percent), phrase.Percent(-c.High), phrase.Percent(-c.Low))
	}
	return fmt.Sprintf("%s %% cheaper (%s to %s %%)", phrase.Percent(c.Percent), phrase.Percent(c.Low), phrase.Percent(c.High))
}

// advisedFindings are AWS Compute Optimizer's findings in words.
var advisedFindings = map[string]string{"Optimized": "optimized", "NotOptimized": "not optimized", "Unavailable": "unavailable"}

// Advice returns what AWS Compute Optimizer advises, "" for nil.
func Advice(a *survey.Advice) string {
	if a == nil {
		return ""
	}
	text, known := advisedFindings[a.Finding]
	if !known {
		text = a.Finding
	}
	if a.MemorySize > 0 {
		text = fmt.Sprintf("%d MB", a.MemorySize)
		if a.SavingUSD > 0 {
			text += ", saves " + USD(a.SavingUSD)
		}
	}
	if len(a.Reasons) > 0 {
		text += " (" + strings.Join(a.Reasons, ", ") + ")"
	}
	return text
}

// USD shows an amount with cents; what is less is shown as such.
func USD(v float64) string {
	if v != 0 && math.Abs(v) < 0.005 {
		return map[bool]string{true: "<0.01", false: ">−0.01"}[v > 0]
	}
	return strings.Replace(strconv.FormatFloat(v, 'f', 2, 64), "-", "−", 1)
}

// Count shows a number of invocations a month: whole ones, with commas between thousands.
func Count(v float64) string {
	text := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
