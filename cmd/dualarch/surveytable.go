package main

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
	"github.com/dualarch/dualarch/internal/survey/summary"
)

const (
	// maxDetailed is how many functions are told where they come from.
	maxDetailed = 10
	// maxListed is how many functions of a list are named; machines get all.
	maxListed = 10
)

// writeSurvey prints a survey for people; profile is the one that was asked for, "" for the usual one. Names and texts are
// anybody's, and printable here.
func writeSurvey(w io.Writer, r *survey.Report, profile string) error {
	var b bytes.Buffer
	s := surveyText{b: &b, r: r, profile: profile, regions: summary.Several(r), detailed: map[string]bool{}}
	s.heading()
	s.table()
	s.totals()
	s.first()
	s.list("Others that cannot move as they are", s.obstructed())
	for _, of := range summary.ByRule(r) {
		s.list("Remarks: "+of.Rule, of.Remarks)
	}
	s.list("Cannot be tuned", summary.Untunable(r))
	s.notes()
	s.problems()
	for line := range bytes.Lines(b.Bytes()) { // empty cells end in blanks
		if _, err := fmt.Fprintf(w, "%s\n", bytes.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// surveyText is a survey on its way to people.
type surveyText struct {
	b *bytes.Buffer
	r *survey.Report
	// profile of the commands to copy.
	profile string
	// regions reports that functions are named with their regions.
	regions bool
	// detailed are the ARNs of the functions that stand under "Where to begin".
	detailed map[string]bool
}

func (s *surveyText) line(format string, args ...any) {
	fmt.Fprintf(s.b, format+"\n", args...)
}

func (s *surveyText) heading() {
	r := s.r
	account := ""
	if r.Account != "" { // it is known by the functions' ARNs
		account = "Account " + r.Account + ", "
	}
	s.line("%s, %s: usage of the last %s.", guard.Printable(account+strings.Join(r.Regions, ", ")), r.Started.UTC().Format("2006-01-02 15:04 UTC"), guard.Plural(r.Days, "day"))
	if r.Interrupted {
		s.line("INCOMPLETE: the survey was interrupted before it had looked at everything.")
	}
	s.line("Amounts are USD a month. %s", summary.Estimated)
}

// table prints a line for each function: as many as a terminal's reader looks at.
func (s *surveyText) table() {
	if len(s.r.Functions) == 0 {
		s.line("\nno function was found")
		return
	}
	measured, advised := false, false
	for _, f := range s.r.Functions {
		measured = measured || f.Measured != nil
		advised = advised || f.Advice != nil
	}
	s.line("")
	// A tabwriter on a buffer does not fail.
	table := tabwriter.NewWriter(s.b, 0, 0, 2, ' ', 0)
	row := func(function, region, saving, readiness, today, runtime, cost, invocations, found, advice string) {
		cells := []string{"  " + function}
		if s.regions {
			cells = append(cells, region)
		}
		cells = append(cells, saving, readiness, today, runtime, cost, invocations)
		if measured {
			cells = append(cells, found)
		}
		if advised {
			cells = append(cells, advice)
		}
		for i := range cells {
			cells[i] = guard.Printable(cells[i])
		}
		_, _ = fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	row("FUNCTION", "REGION", "ESTIMATED SAVING", "READINESS", "TODAY", "RUNTIME", "ESTIMATED COST", "INVOCATIONS", "MEASURED", "AWS COMPUTE OPTIMIZER")
	for _, f := range s.r.Functions[:min(len(s.r.Functions), maxRows)] {
		saving, cost, invocations := "-", "-", "-"
		if e := f.Estimate; e != nil {
			saving, cost, invocations = summary.Saving(e), summary.USD(e.Today), summary.Count(e.Invocations)
		}
		row(f.Name, f.Region, saving, summary.Readiness(f.Readiness), summary.Today(f), summary.Runtime(f), cost, invocations, summary.Measured(f.Measured), summary.Advice(f.Advice))
	}
	_ = table.Flush()
	if more := len(s.r.Functions) - maxRows; more > 0 {
		s.line("  and %d more: --csv, --json and --page list all", more)
	}
}

func (s *surveyText) totals() {
	t := summary.Sum(s.r)
	if t.Functions == 0 {
		return
	}
	s.line("\n%s: %s", guard.Plural(t.Functions, "function"), guard.Printable(t.Readiness()))
	if t.Known > 0 {
		s.line("estimates: %s today; moving all would save %s, moving what is ready or needs a rebuild %s", summary.USD(t.Today), summary.USD(t.Saving), summary.USD(t.Movable))
	}
	if missing := t.Missing(); missing != "" {
		s.line("%s", missing)
	}
	switch {
	case t.Confirmed > 0:
		s.line("measured: %s; confirmed verdicts save %s", guard.Plural(t.Measured, "function"), summary.USD(t.MeasuredSaving))
	case t.Measured > 0:
		s.line("measured: %s", guard.Plural(t.Measured, "function"))
	}
	switch read, cached := s.r.BytesRead, s.r.CachedBytes; {
	case cached > 0:
		s.line("code: %s read, %s known from the cache", size(read), size(cached))
	case read > 0:
		s.line("code: %s read", size(read))
	}
}

// first prints where the first functions come from, and how they are adopted. A stack's template is fetched once.
func (s *surveyText) first() {
	fetched := map[string]bool{}
	for i, f := range summary.First(s.r, maxDetailed) {
		if i == 0 {
			s.line("\nWhere to begin:")
		}
		s.detailed[f.ARN] = true
		s.line("\n  %d. %s: %s, an estimate; %s", i+1, s.name(f.Name, f.Region), summary.USD(f.Estimate.Saving), guard.Printable(summary.Readiness(f.Readiness)))
		s.line("     %s", guard.Printable(summary.Origin(f)))
		if versions := summary.Versions(f); versions != "" {
			s.line("     traffic runs on %s", guard.Printable(versions))
		}
		if text := summary.Obstacle(f.Readiness); text != "" {
			s.line("     %s", guard.Printable(text))
		}
		if f.Measured != nil {
			s.line("     measured: %s", guard.Printable(summary.Measured(f.Measured)))
		}
		fetch, adopt := summary.Adopt(f, summary.AdoptOptions{Regions: s.regions, Profile: s.profile})
		if fetch != "" && !fetched[fetch] {
			s.line("     $ %s", guard.Printable(fetch))
			fetched[fetch] = true
		}
		if adopt != "" {
			s.line("     $ %s", adopt)
		}
	}
}

// obstructed returns what stands in the way of the functions that were not told of yet.
func (s *surveyText) obstructed() []summary.Named {
	return slices.DeleteFunc(summary.Obstructed(s.r), func(n summary.Named) bool { return s.detailed[n.ARN] })
}

// name returns a function's name, with its region if that does not go without saying.
func (s *surveyText) name(name, region string) string {
	if name == "" {
		name = "account"
		if region != "" {
			return guard.Printable(region)
		}
	} else if s.regions {
		name += " in " + region
	}
	return guard.Printable(name)
}

func (s *surveyText) list(title string, all []summary.Named) {
	if len(all) == 0 {
		return
	}
	s.line("\n%s (%s):", guard.Printable(title), guard.Plural(len(all), "function"))
	for _, n := range all[:min(len(all), maxListed)] {
		s.line("  %s: %s", s.name(n.Name, n.Region), guard.Printable(n.Text))
	}
	if more := len(all) - maxListed; more > 0 {
		s.line("  and %d more: --csv and --json list all", more)
	}
}

func (s *surveyText) notes() {
	for i, n := range summary.Notes(s.r) {
		if i == 0 {
			s.line("\nNotes:")
		}
		s.line("  %s: %s", s.name("", n.Region), guard.Printable(n.Text))
	}
}

// problems prints all of them: what is not known must not look like nothing.
func (s *surveyText) problems() {
	problems := summary.Problems(s.r)
	for i, n := range problems {
		if i == 0 {
			s.line("\nCould not be looked at (%d):", len(problems))
		}
		s.line("  %s: %s", s.name(n.Name, n.Region), guard.Printable(n.Text))
	}
}
