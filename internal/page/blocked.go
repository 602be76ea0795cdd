package page

import (
	"fmt"

	"github.com/dualarch/dualarch/internal/verdicts"
)

// blocked is a function that cannot move, or not yet, and why.
type blocked struct{ ID, Name, Why string }

func block(functions []verdicts.Function, sections []section) []blocked {
	var rows []blocked
	for i, f := range functions {
		for _, why := range obstacles(f) {
			rows = append(rows, blocked{sections[i].ID, f.Name, why})
		}
	}
	return rows
}

// obstacles returns why a function's verdict is none to act on.
func obstacles(f verdicts.Function) []string {
	v := f.Latest()
	if v == nil {
		if len(f.Verdicts) == 0 {
			return nil // AWS Lambda Power Tuning says nothing of that
		}
		return []string{f.Failed()}
	}
	o := v.Output
	var all []string
	for _, t := range o.Targets {
		why := ""
		for _, s := range t.Sizes {
			if s.Failed == "" {
				why = ""
				break
			}
			why = s.Failed
		}
		if why != "" {
			all = append(all, fmt.Sprintf("%s works at no memory size: %s", t.Architecture, why))
		}
	}
	if why := verdicts.AnswersDiffer(o); why != "" {
		all = append(all, why)
	}
	if t := o.OutOfTime; t != nil {
		all = append(all, fmt.Sprintf("the run's time was over (%d minutes, %s) before it had measured what decides", t.LimitMinutes, t.Limit))
	}
	return all
}
