package guard

import (
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/dualarch/dualarch/internal/binarch"
)

// Acceptance is a finding that somebody has looked at and found harmless.
type Acceptance struct {
	// Path of the finding, or a pattern: * is any name, ** any folders.
	Path string
	// Reason why it is harmless, for the next reader.
	Reason string
}

// ParseAcceptance reads "PATH=REASON".
func ParseAcceptance(text string) (Acceptance, error) {
	path, reason, _ := strings.Cut(text, "=")
	a := Acceptance{path, reason}
	if problem := a.Problem(); problem != "" {
		return Acceptance{}, fmt.Errorf("%q: %s", text, problem)
	}
	return a, nil
}

// Problem returns what is wrong with the acceptance, "" if nothing is. One that names no
// file would be a switch for all of them.
func (a Acceptance) Problem() string {
	switch {
	case strings.TrimSpace(a.Path) == "":
		return "no path was given; give the path of a finding, as the guard prints it"
	case !doublestar.ValidatePattern(a.Path):
		return fmt.Sprintf("the path %q is no pattern that can be read; close its brackets, or write \\[ for the character", a.Path)
	case a.namesNothing():
		return fmt.Sprintf("the path %q matches every file; name the files that were looked at", a.Path)
	case strings.TrimSpace(a.Reason) == "":
		return fmt.Sprintf("no reason was given for %q; say why it is harmless, for the next reader", a.Path)
	}
	return ""
}

// namesNothing reports whether the pattern matches a name that no file has.
func (a Acceptance) namesNothing() bool {
	const nobody = "\u2051"
	for _, file := range []string{nobody, nobody + "." + nobody} {
		for path := file; len(path) < 100; path = nobody + "/" + path {
			if a.matches(path) || a.matches(nobody+"!/"+path) {
				return true
			}
		}
	}
	return false
}

func (a Acceptance) matches(path string) bool {
	if a.Path == path {
		return true
	}
	matched, err := doublestar.Match(a.Path, path)
	return err == nil && matched
}

// Accept writes the reasons into a verdict's findings.
func (v *Verdict) Accept(acceptances []Acceptance, used []bool) {
	for i := range v.Findings {
		Accept(&v.Findings[i].Finding, acceptances, used)
	}
}

// Accept writes the reason into a finding that is accepted, and into used which
// acceptances match it. If several do, the first gives the reason.
func Accept(f *binarch.Finding, acceptances []Acceptance, used []bool) {
	if f.Severity == binarch.Info && f.Rule != binarch.NotChecked || f.Path == "" {
		return
	}
	for i, a := range acceptances {
		if !a.matches(f.Path) && !a.matches(f.Place()) {
			continue
		}
		used[i] = true
		if f.Accepted == "" {
			f.Accepted = a.Reason
		}
	}
}

// Unused returns a warning for each acceptance that matches nothing (any more).
func Unused(acceptances []Acceptance, used []bool) []string {
	var texts []string
	for i, a := range acceptances {
		if !used[i] {
			texts = append(texts, fmt.Sprintf("%q is accepted (%s), and the guard finds nothing there; take the acceptance out, or mend its path", a.Path, Printable(a.Reason)))
		}
	}
	return texts
}
