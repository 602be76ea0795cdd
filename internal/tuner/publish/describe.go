package publish

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// What names and words take in an event, in bytes of JSON.
const (
	maxTarget = 200
	maxText   = 1000
)

// Describe returns what is to be announced of a state's output.
func Describe(e run.Event, in input.Input, s run.State) *tuning.Published {
	functions := make([]string, len(s.Journal.Targets))
	for i, t := range s.Journal.Targets {
		functions[i] = t.Function
	}
	advised := recommendation(s.Output)
	return &tuning.Published{
		Target:    jsontext.Truncate(target(e.Defaults.Targets, in.Name, functions), maxTarget),
		Execution: e.Execution.ARN, Functions: functions, Strategy: in.Strategy,
		Advice: Advice(s.Output), Text: jsontext.Truncate(advised.Text, maxText), Changed: []string{},
	}
}

// target names what was tuned: a construct only if all of its functions were, because one of two gives another answer.
func target(constructs []input.DefaultTarget, name string, functions []string) string {
	for _, c := range constructs {
		theirs := func(function string) bool { return slices.Contains(c.Functions, function) }
		if c.Name == name && len(c.Functions) == len(functions) && !slices.ContainsFunc(functions, func(f string) bool { return !theirs(f) }) {
			return name
		}
	}
	names := make([]string, len(functions))
	for i, f := range functions {
		names[i] = arn.Name(f)
	}
	return strings.Join(names, "--")
}

func recommendation(o *tuning.Output) *tuning.Recommendation {
	return cmp.Or(o.Recommendation, &tuning.Recommendation{Action: tuning.Keep, Architecture: o.Architecture, Power: o.Power})
}

// Advice returns what an output's recommendation comes to.
func Advice(o *tuning.Output) tuning.Advice { return advice(recommendation(o), o.Exploration) }

func advice(r *tuning.Recommendation, explored *tuning.Explored) tuning.Advice {
	a := tuning.Advice{
		Action: r.Action, Architecture: r.Architecture, Power: r.Power, Confirmed: r.Confirmed, SavingsPerMonth: r.SavingsPerMonth,
	}
	if r.Action == tuning.Change && r.Today != nil {
		a.SavingPercent, a.Saving = r.Today.Cheaper.Percent, &r.Today.Cheaper
	}
	if explored != nil {
		a.Certainty = &explored.Certainty
	}
	return a
}
