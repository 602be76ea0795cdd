package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// The exit statuses of "dualarch tune".
const (
	exitRunFailed   = 3
	exitGate        = 10
	exitInterrupted = 130
)

// statusError is an error with an exit status of its own.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string { return e.err.Error() }

// gate is a condition on which CI fails; why returns "" if a verdict passes.
type gate struct {
	name string
	why  func(*tuning.Output) string
}

// parseGates reads the values of --fail-on.
func parseGates(given []string) ([]gate, error) {
	var gates []gate
	for _, text := range given {
		name, value, hasValue := strings.Cut(text, "=")
		percent, err := strconv.ParseFloat(strings.TrimSuffix(value, "%"), 64)
		switch {
		case text == "change":
			gates = append(gates, gate{text, changeAdvised})
		case text == "different-answers":
			gates = append(gates, gate{text, verdicts.AnswersDiffer})
		case name == "saving" && hasValue && err == nil && percent > 0 && percent <= 100:
			gates = append(gates, gate{text, func(o *tuning.Output) string { return saves(o, percent) }})
		default:
			return nil, fmt.Errorf("--fail-on %q: give change, different-answers, or saving=5%% for example", text)
		}
	}
	return gates, nil
}

func changeAdvised(o *tuning.Output) string {
	if r := o.Recommendation; r != nil && r.Action == tuning.Change && r.Confirmed {
		return "another configuration is advised: " + phrase.Configuration(verdicts.Advised(o))
	}
	return ""
}

func saves(o *tuning.Output, percent float64) string {
	r := o.Recommendation
	if changeAdvised(o) == "" || r.Today == nil || r.Today.Cheaper.Percent < percent {
		return ""
	}
	return fmt.Sprintf("%s saves %s %%", phrase.Configuration(verdicts.Advised(o)), phrase.Percent(r.Today.Cheaper.Percent))
}

// judge returns what the functions' latest verdicts fail on: a run that failed, then the gates.
func judge(functions []verdicts.Function, gates []gate) error {
	var failed, hit []error
	for _, f := range functions {
		if why := f.Failed(); why != "" {
			failed = append(failed, fmt.Errorf("%s: %s", f.Name, why))
		}
		latest := f.Latest()
		if latest == nil {
			continue
		}
		for _, g := range gates {
			if why := g.why(latest.Output); why != "" {
				hit = append(hit, fmt.Errorf("--fail-on %s: %s: %s", g.name, f.Name, why))
			}
		}
	}
	switch {
	case len(failed) > 0:
		return &statusError{exitRunFailed, errors.Join(append(failed, hit...)...)}
	case len(hit) > 0:
		return &statusError{exitGate, errors.Join(hit...)}
	}
	return nil
}
