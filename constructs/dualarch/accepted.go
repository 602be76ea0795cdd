package dualarch

import (
	"fmt"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/guard"
)

// AcceptedFinding is a finding of the guard that somebody has reviewed and found
// harmless, such as a tool in a layer that the function never starts. It stays in the
// report, with the reason. Both properties are required.
type AcceptedFinding struct {
	// Path of the file as the guard prints it, or a pattern: * is any name and ** any
	// folders, as in "python/lib/**/*.so". A pattern without a name, such as "**", is
	// refused; one that matches nothing gives a warning.
	//
	// Default: none; it is required.
	Path *string

	// Reason why it is harmless, for the next reader.
	//
	// Default: none; it is required.
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
