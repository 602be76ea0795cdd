package page

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/page/chart"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/survey/summary"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// maxSurveyed is how many rows a table of a survey has, those that save most first: a browser has to lay all of them out.
const maxSurveyed = 1000

// surveyed is what survey.html.tmpl shows of one survey.
type surveyed struct {
	ID, Account, Regions string
	When                 string
	Days                 string
	Interrupted          bool
	Facts                []fact
	Readiness            string
	Estimated            string
	Functions            []surveyedFunction
	// More is how many functions have no row.
	More int
	// SeveralRegions, Measured and Advised report that there is a column of it.
	SeveralRegions, Measured, Advised bool
	Lists                             []surveyedList
	Notes, Problems                   []summary.Named
}

// surveyedList is what is remarkable about functions, a row each.
type surveyedList struct {
	ID, Title string
	Rows      []summary.Named
	// More is how many have no row.
	More int
}

// surveyedFunction is a row.
type surveyedFunction struct {
	// ID is that of the section with the function's verdict, "" if the page has none.
	ID, Name, Region         string
	Runtime, Today           string
	Invocations, Cost        string
	Saving                   string
	Bar                      template.HTML
	Status                   guard.Status
	Readiness                string
	Measured, Advice, Origin string
}

// newSurveyed returns what is shown of a survey; sections has those of the functions with verdicts by ARN.
func newSurveyed(id string, r *survey.Report, sections map[string]string) surveyed {
	s := surveyed{
		ID: id, Account: r.Account, Regions: strings.Join(r.Regions, ", "), When: day(r.Started), Days: guard.Plural(r.Days, "day"), Interrupted: r.Interrupted,
		Facts: totals(r), Readiness: summary.Sum(r).Readiness(), Estimated: summary.Estimated, SeveralRegions: summary.Several(r),
		Notes: summary.Notes(r), Problems: summary.Problems(r),
	}
	s.list("Cannot move as they are", summary.Obstructed(r))
	for _, of := range summary.ByRule(r) {
		s.list("Remarks: "+of.Rule, of.Remarks)
	}
	s.list("Cannot be tuned", summary.Untunable(r))
	shown := r.Functions[:min(len(r.Functions), maxSurveyed)]
	s.More = len(r.Functions) - len(shown)
	var savings []float64
	for _, f := range shown {
		s.Measured = s.Measured || f.Measured != nil
		s.Advised = s.Advised || f.Advice != nil
		if f.Estimate != nil {
			savings = append(savings, f.Estimate.Saving)
		}
	}
	axis := chart.Signed(savings, figure)
	for _, f := range shown {
		row := surveyedFunction{
			ID: sections[f.ARN], Name: f.Name, Region: f.Region, Runtime: summary.Runtime(f), Today: summary.Today(f),
			Status: f.Readiness.Status, Readiness: summary.Readiness(f.Readiness),
			Measured: summary.Measured(f.Measured), Advice: summary.Advice(f.Advice), Origin: f.Stack,
		}
		if f.LogicalID != "" {
			row.Origin += " / " + f.LogicalID
		}
		if e := f.Estimate; e != nil {
			row.Invocations, row.Cost, row.Saving = summary.Count(e.Invocations), summary.USD(e.Today), summary.Saving(e)
			if e.Saving != 0 {
				row.Bar = chart.Bar{Axis: axis, Percent: e.Saving, Low: e.Saving, High: e.Saving, NoIntervals: true, Filled: true}.SVG()
			}
		}
		s.Functions = append(s.Functions, row)
	}
	return s
}

func (s *surveyed) list(title string, all []summary.Named) {
	if len(all) > 0 {
		rows := all[:min(len(all), maxSurveyed)]
		s.Lists = append(s.Lists, surveyedList{fmt.Sprintf("%s-l%d", s.ID, len(s.Lists)+1), title, rows, len(all) - len(rows)})
	}
}

// totals returns a survey's sums.
func totals(r *survey.Report) []fact {
	t := summary.Sum(r)
	all := []fact{{"Functions", fmt.Sprint(t.Functions)}}
	if t.Known > 0 {
		all = append(all,
			fact{"Cost a month, estimate", usd(t.Today)},
			fact{"Saving a month if all move, estimate", usd(t.Saving)},
			fact{"of that ready or only to be rebuilt, estimate", usd(t.Movable)})
	}
	if t.Confirmed > 0 {
		all = append(all, fact{"Saving a month, measured and confirmed", usd(t.MeasuredSaving)})
	}
	return all
}

// sectionsByARN returns the sections that functions' verdicts have, by their ARNs without versions.
func sectionsByARN(functions []verdicts.Function, sections []section) map[string]string {
	ids := map[string]string{}
	for i, f := range functions {
		if latest := f.Latest(); latest != nil {
			for _, t := range latest.Output.Targets {
				function, _ := arn.SplitFunction(t.FunctionARN)
				ids[function] = sections[i].ID
			}
		}
	}
	return ids
}

// surveyTitle says what a page without verdicts is about. A survey that found no function knows no account.
func surveyTitle(surveys []*survey.Report) string {
	n := 0
	var accounts []string
	for _, r := range surveys {
		n += len(r.Functions)
		if r.Account != "" && !slices.Contains(accounts, r.Account) {
			accounts = append(accounts, r.Account)
		}
	}
	if len(accounts) == 0 {
		return guard.Plural(n, "function")
	}
	return guard.Printable(fmt.Sprintf("%s of %s", guard.Plural(n, "function"), strings.Join(accounts, " and ")))
}
