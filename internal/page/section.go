package page

import (
	"fmt"
	"html/template"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// section is what section.html.tmpl shows of one function.
type section struct {
	ID, Name string
	Failed   string
	// Advice is the latest verdict's sentence.
	Advice  string
	Facts   []fact
	Savings []saving
	// Estimated reports that a saving is, so that the table explains the word.
	Estimated bool
	Pictures  []captioned
	Small     template.HTML
	Keys      []key
	Sizes     []size
	Cold      []cold
	Hosts     []host
	Answers   []fact
	Lines     string
	OneTarget bool
	Runs      []run
	Together  string
	RunsChart template.HTML
	Peers     []peerResult
	Run       []fact
	Input     string
	Warnings  []string
}

// captioned is a picture and what it shows.
type captioned struct {
	Picture template.HTML
	Caption string
}

// fact is a name and what it stands for.
type fact struct{ Name, Value string }

func newSection(id string, f verdicts.Function) section {
	s := section{ID: id, Name: f.Name}
	latest := f.Latest()
	if latest == nil {
		s.Failed = f.Failed()
	} else {
		s.latest(*latest)
	}
	s.draw(latest, f.Peers)
	s.Peers = peerResults(f.Peers)
	s.overTime(f.Verdicts)
	if together := verdicts.TogetherOf(f); together != nil {
		s.Together = together.Text + "."
	}
	return s
}

// latest fills in what the newest verdict says.
func (s *section) latest(v verdicts.Verdict) {
	o := v.Output
	s.Advice = advice(o)
	s.Facts = facts(o)
	s.Savings = savings(o)
	for _, row := range s.Savings {
		s.Estimated = s.Estimated || row.Estimated
	}
	s.Sizes = sizes(o)
	s.Cold = coldStarts(o)
	s.Hosts = hosts(o)
	s.Answers = answers(o.Responses)
	s.Lines = strings.Join(verdicts.GoLines(o), "\n")
	s.OneTarget = len(o.Targets) == 1
	s.Run = runFacts(v)
	s.Input = shownInput(v.Input())
	s.Warnings = o.Warnings
}

// advice returns what to do, in words.
func advice(o *tuning.Output) string {
	if r := o.Recommendation; r != nil {
		return r.Text
	}
	return fmt.Sprintf("%s is the best of the sizes that were measured. Nothing was confirmed on fresh samples.", phrase.Configuration(verdicts.Advised(o)))
}

func facts(o *tuning.Output) []fact {
	all := []fact{{"Advised", phrase.Configuration(verdicts.Advised(o))}}
	if today, known := verdicts.Today(o); known {
		all = append(all, fact{"Today", phrase.Configuration(today)})
	}
	if r := o.Recommendation; r != nil {
		if r.SavingsPerMonth != nil {
			all = append(all, fact{"Saving a month", usd(*r.SavingsPerMonth)})
		}
		all = append(all, fact{"Confirmed", confirmed(r)})
	}
	if e := o.Exploration; e != nil {
		all = append(all, fact{"Certainty", certainty(e) + " that no memory size is more than 1 % better"})
	}
	if t := o.OutOfTime; t != nil {
		all = append(all, fact{"Out of time", fmt.Sprintf("%s was not done to its end: the run had %d minutes (%s) and would have needed about %d",
			map[string]string{"explore": "exploring", "confirm": "the confirmation"}[t.Phase], t.LimitMinutes, t.Limit, t.NeededMinutes)})
	}
	return all
}

func confirmed(r *tuning.Recommendation) string {
	text := "no"
	if r.Confirmed {
		text = "yes"
	}
	if r.Sandboxes > 0 {
		text += fmt.Sprintf(", on %d fresh sandboxes of each configuration", r.Sandboxes)
	}
	return text
}

func certainty(e *tuning.Explored) string { return phrase.Percent(100*e.Certainty) + " %" }

func answers(r *tuning.ResponseComparison) []fact {
	if r == nil {
		return nil
	}
	if r.NotCompared != "" {
		return []fact{{"Not compared", r.NotCompared}}
	}
	all := []fact{{"Alike", fmt.Sprintf("%d of %d answers", r.Alike, r.Compared)}}
	if len(r.Unstable) > 0 {
		all = append(all, fact{"Left out, because a function's own answers differ there", strings.Join(r.Unstable, ", ")})
	}
	if r.FirstDifference != "" {
		all = append(all, fact{"First difference", r.FirstDifference})
	}
	return all
}
