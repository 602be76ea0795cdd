package fleet

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/dualarch/dualarch/internal/arn"
)

// surveyFormat is the format of surveys that is understood; internal/survey writes it.
const surveyFormat = 1

// surveyed is what the fleet reads of a survey's function.
type surveyed struct {
	ARN       string `json:"functionArn"`
	Untunable string `json:"untunable"`
}

// survey reads a list that `dualarch survey --json` wrote.
func survey(ctx context.Context, c Cloud, location string) ([]surveyed, error) {
	body, err := object(ctx, c, location)
	if err != nil {
		return nil, fmt.Errorf("reading the list %s: %w", location, err)
	}
	var report struct {
		Format    int        `json:"format"`
		Functions []surveyed `json:"functions"`
	}
	if err := json.Unmarshal(body, &report); err != nil || report.Format != surveyFormat {
		var found problems
		found.add("$.list", text(location), fmt.Sprintf("what \"dualarch survey --json\" writes, a JSON object of format %d", surveyFormat))
		return nil, found.err()
	}
	return report.Functions, nil
}

// selected chooses targets from a survey, in its order. It adds to those that are left out every other function, with why.
func selected(all []target, list []surveyed, out []LeftOut) (chosen []target, _ []LeftOut) {
	taken := map[string]bool{}
	for _, f := range list {
		function, _ := arn.SplitFunction(f.ARN)
		i := slices.IndexFunc(all, func(t target) bool { return slices.Contains(t.Functions, function) })
		switch {
		case i < 0 && slices.ContainsFunc(out, func(l LeftOut) bool { return l.Function == function }): // it is said
		case i < 0:
			out = append(out, LeftOut{Name: arn.Name(function), Function: function,
				Why: "no tuner of this fleet may tune it; add it to Functions or FunctionArns of a PowerTuning, or make it a DualArchFunction"})
		case taken[all[i].Functions[0]]:
		case f.Untunable != "":
			taken[all[i].Functions[0]] = true
			out = append(out, LeftOut{Name: all[i].name, Function: function, Why: "it cannot be tuned: " + f.Untunable})
		default:
			taken[all[i].Functions[0]] = true
			chosen = append(chosen, all[i])
		}
	}
	for _, t := range all {
		if !taken[t.Functions[0]] {
			out = append(out, LeftOut{Name: t.name, Function: t.Functions[0], Why: "it is not on the list"})
		}
	}
	return chosen, out
}
