package dualarch

import (
	"fmt"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/guard"
)

// AcceptedFinding is a finding of the guard that somebody has looked at and found
// harmless: a tool in a layer, say, that the function never starts. It stays in the
// report, with the reason. Both properties have to be given.
type AcceptedFinding struct {
	// Path of the file as the guard prints it, or a pattern: * is any name and ** any
	// folders, as in "python/lib/**/*.so". A pattern without a name, such as "**", is
	// refused, and one that matches nothing is warned of.
	//
	// Default: none; it has to be given.
	Path *string

	// Reason why it is harmless, for the next reader.
	//
	// Default: none; it has to be given.
	Reason *string
}

func checkAccepted(p *problems, property string, accepted *[]*AcceptedFinding) {
	for i, a := range acceptances(accepted) {
		if problem := a.Problem(); problem != "" {
			p.Add(fmt.Sprintf("%s[%d]", property, i), "%s", problem)
		}
	}
}

func acceptances(accepted *[]*AcceptedFinding) []guard.Acceptance {
	var all []guard.Acceptance
	for _, a := range prop.Values(accepted) {
		all = append(all, guard.Acceptance{Path: prop.Value(a.Path), Reason: prop.Value(a.Reason)})
	}
	return all
}
