package summary

import (
	"fmt"
	"strings"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/tuner/price"
)

// statuses are all there are, in the order in which they are counted.
var statuses = []guard.Status{guard.Ready, guard.Rebuild, guard.Blocked, guard.Unknown, guard.OnArm64, guard.DualArch}

// Totals are the sums over a report's functions. Amounts are USD a month.
type Totals struct {
	Functions int
	// Counts of functions by status.
	Counts map[guard.Status]int
	// Known is how many functions have an estimate; Today, Saving and Movable are sums of these. Of the others Unmetered are
	// those whose usage is not known, Unpriced those in regions whose prices are not known, and Otherwise those that are
	// not charged by Lambda's price list for duration: managed instances and Lambda@Edge.
	Known, Unmetered, Unpriced, Otherwise int
	// Today is what they cost by prices, and Saving what moving all of them would save; Movable is the part of it of those
	// that are ready or only need a rebuild.
	Today, Saving, Movable float64
	// Measured is how many functions a tuning execution has measured. MeasuredSaving is what their confirmed verdicts save,
	// of Confirmed functions that say it.
	Measured, Confirmed int
	MeasuredSaving      float64
}

// Sum adds up a report.
func Sum(r *survey.Report) Totals {
	t := Totals{Functions: len(r.Functions), Counts: map[guard.Status]int{}}
	for _, f := range r.Functions {
		t.Counts[f.Readiness.Status]++
		switch e := f.Estimate; {
		case e != nil:
			t.Known++
			t.Today += e.Today
			t.Saving += e.Saving
			if f.Readiness.Status == guard.Ready || f.Readiness.Status == guard.Rebuild {
				t.Movable += e.Saving
			}
		case f.Usage == nil:
			t.Unmetered++
		case price.Missing(f.ARN) != "":
			t.Unpriced++
		default:
			t.Otherwise++
		}
		if m := f.Measured; m != nil {
			t.Measured++
			if m.Confirmed && m.SavingUSD != nil {
				t.Confirmed++
				t.MeasuredSaving += *m.SavingUSD
			}
		}
	}
	return t
}

// Missing says of how many functions there is no estimate, and why; "" if there is one of each.
func (t Totals) Missing() string {
	missing := t.Functions - t.Known
	if missing == 0 {
		return ""
	}
	var reasons []string
	for _, reason := range []struct {
		n    int
		text string
	}{
		{t.Unmetered, "usage not known"},
		{t.Otherwise, "not charged by Lambda's price list for duration: managed instances, Lambda@Edge"},
		{t.Unpriced, "no prices known for the region"},
	} {
		switch {
		case reason.n == missing:
			reasons = append(reasons, reason.text)
		case reason.n > 0:
			reasons = append(reasons, fmt.Sprintf("%d %s", reason.n, reason.text))
		}
	}
	return fmt.Sprintf("no estimate of %s (%s)", guard.Plural(missing, "function"), strings.Join(reasons, "; "))
}

// Readiness says how many functions have which status: "3 ready, 1 blocked".
func (t Totals) Readiness() string {
	var parts []string
	for _, status := range statuses {
		if n := t.Counts[status]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, Status(status)))
		}
	}
	return strings.Join(parts, ", ")
}

// First returns the first functions that moving would save something of, at most n. The report's order is by saving.
func First(r *survey.Report, n int) []survey.Function {
	var first []survey.Function
	for _, f := range r.Functions {
		if len(first) < n && f.Estimate != nil && f.Estimate.Saving > 0 {
			first = append(first, f)
		}
	}
	return first
}

// Several reports whether a report is about several regions, so that a function's name does not say which it is.
func Several(r *survey.Report) bool {
	for _, f := range r.Functions {
		if f.Region != r.Functions[0].Region {
			return true
		}
	}
	return false
}

// Named is a text about a function; about none if it has no name.
type Named struct{ ARN, Name, Region, Text string }

// Remarks are a report's remarks of one rule, in the functions' order.
type Remarks struct {
	Rule    string
	Remarks []Named
}

// ByRule returns the remarks by their rules, in the order in which these come up.
func ByRule(r *survey.Report) []Remarks {
	at := map[string]int{}
	var all []Remarks
	for _, f := range r.Functions {
		for _, remark := range f.Remarks {
			i, known := at[remark.Rule]
			if !known {
				i = len(all)
				at[remark.Rule] = i
				all = append(all, Remarks{Rule: remark.Rule})
			}
			all[i].Remarks = append(all[i].Remarks, Named{f.ARN, f.Name, f.Region, remark.Text})
		}
	}
	return all
}

// Untunable returns the functions that cannot be tuned, and why.
func Untunable(r *survey.Report) []Named {
	var all []Named
	for _, f := range r.Functions {
		if f.Untunable != "" {
			all = append(all, Named{f.ARN, f.Name, f.Region, f.Untunable})
		}
	}
	return all
}

// Obstructed returns what keeps functions from moving as they are, a text for each: what blocks them, or what is not known.
func Obstructed(r *survey.Report) []Named {
	var all []Named
	for _, f := range r.Functions {
		if text := Obstacle(f.Readiness); text != "" && (f.Readiness.Status == guard.Blocked || f.Readiness.Status == guard.Unknown) {
			all = append(all, Named{f.ARN, f.Name, f.Region, text})
		}
	}
	return all
}

// Notes returns what a report says beside its functions and problems.
func Notes(r *survey.Report) []Named {
	var all []Named
	for _, n := range r.Notes {
		all = append(all, Named{Region: n.Region, Text: n.Text})
	}
	return all
}

// Problems returns all that could not be found out: what concerns no single function first.
func Problems(r *survey.Report) []Named {
	var all []Named
	for _, p := range r.Problems {
		all = append(all, Named{"", "", p.Region, p.What + ": " + p.Why})
	}
	for _, f := range r.Functions {
		for _, p := range f.Problems {
			all = append(all, Named{f.ARN, f.Name, f.Region, p.What + ": " + p.Why})
		}
	}
	return all
}
