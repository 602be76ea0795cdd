// Package builds names the builds of a function's code, one for each architecture, in the description of its
// versions, so that a check before a deployment can tell whether the code changed or only how it runs.
package builds

import (
	"regexp"
	"strings"
)

// Build is the code of one architecture.
type Build struct {
	Architecture string // x86_64, arm64
	// Name tells builds apart: "code 8c9caa1d8a64", "image v42".
	Name string
}

// Describe returns what follows a description: "x86_64 code 8c9caa1d8a64, arm64 code 5f2b90c1d4e3".
func Describe(all []Build) string {
	parts := make([]string, len(all))
	for i, b := range all {
		parts[i] = b.Architecture + " " + b.Name
	}
	return strings.Join(parts, ", ")
}

// described matches what Describe writes, at the end of a description.
var described = regexp.MustCompile(`(?:^| \()((?:(?:x86_64|arm64) (?:code|image) [^ ,()]+(?:, )?)+)\)?$`)

// parse returns the builds that a description ends with, by architecture; nil if it names none.
func parse(description string) map[string]string {
	found := described.FindStringSubmatch(description)
	if found == nil {
		return nil
	}
	all := map[string]string{}
	for part := range strings.SplitSeq(found[1], ", ") {
		architecture, name, _ := strings.Cut(part, " ")
		all[architecture] = name
	}
	return all
}

// Same reports whether two descriptions name the same code: every architecture that both name has the same build,
// and there is one.
func Same(before, after string) bool {
	old, common := parse(before), false
	for architecture, name := range parse(after) {
		was, known := old[architecture]
		if known && was != name {
			return false
		}
		common = common || known
	}
	return common
}
