package guard

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/dualarch/dualarch/internal/binarch"
)

// Status says where a function stands on its way to arm64.
type Status string

// The statuses.
const (
	OnArm64  Status = "on-arm64"  // it is deployed to arm64
	DualArch Status = "dual-arch" // it is the x86_64 sibling of a DualArchFunction
	Ready    Status = "ready"     // nothing stands in the way
	Blocked  Status = "blocked"   // something cannot run on arm64
	Unknown  Status = "unknown"   // something could not be looked at, and nothing else stands in the way
)

// Readiness is what cdk.out/dualarch-readiness.json holds. Fields are only ever added
// while Version stays the same.
type Readiness struct {
	Version int     `json:"version"`
	Summary Summary `json:"summary"`
	// Functions are sorted by path.
	Functions []Entry `json:"functions"`
	// Unchecked are the resources that carry code for Lambda and that nobody looks into, sorted by path.
	Unchecked []UncheckedResource `json:"unchecked"`
	// Acceptances are those of the Guard, in their order.
	Acceptances []AcceptanceUse `json:"acceptances"`
}

// Summary counts the functions by status, the resources that are unchecked, and the errors that stop synthesis.
type Summary struct {
	Functions int `json:"functions"`
	OnArm64   int `json:"onArm64"`
	DualArch  int `json:"dualArch"`
	Ready     int `json:"ready"`
	Blocked   int `json:"blocked"`
	Unknown   int `json:"unknown"`
	Unchecked int `json:"unchecked"`
	Errors    int `json:"errors"`
}

// Entry is one function.
type Entry struct {
	Path string `json:"path"`
	// Architecture it is deployed to, "" where only the deployment knows.
	Architecture binarch.Architecture `json:"architecture"`
	// Runtime by Lambda's identifier, "" for images.
	Runtime string `json:"runtime"`
	Status  Status `json:"status"`
	// Obstacles are the findings for arm64, errors and warnings, accepted ones included.
	Obstacles []Finding `json:"obstacles"`
	// Unchecked is what nothing is known about, and why.
	Unchecked []string `json:"unchecked"`
	// Findings are those for its own architecture; errors stop synthesis.
	Findings []Finding `json:"findings"`
}

// AcceptanceUse is an acceptance and whether it matched a finding.
type AcceptanceUse struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Used   bool   `json:"used"`
}

// unknownArchitecture is what nothing can be checked for.
const unknownArchitecture = "its architecture is only known when it is deployed"

// Assess makes a function's entry of the verdicts for its own architecture and for
// arm64.
func Assess(f Function, own, arm Verdict, dual bool) Entry {
	e := Entry{
		Path: f.Name, Architecture: f.Target.Architecture, Runtime: f.Target.Runtime,
		Obstacles: []Finding{}, Unchecked: append([]string{}, own.unread()...), Findings: append([]Finding{}, own.Findings...),
	}
	switch {
	case f.Target.Architecture == binarch.Arm64:
		e.Status = OnArm64
		return e
	case dual:
		e.Status = DualArch
		return e
	}
	e.Unchecked = append([]string{}, arm.unread()...)
	if f.Target.Architecture == "" {
		e.Unchecked = append(e.Unchecked, unknownArchitecture)
	}
	for _, obstacle := range arm.Findings {
		if obstacle.Severity != binarch.Info {
			e.Obstacles = append(e.Obstacles, obstacle)
		}
	}
	switch {
	case len(arm.Of(binarch.Error)) > 0:
		e.Status = Blocked
	case len(e.Unchecked) > 0:
		e.Status = Unknown
	default:
		e.Status = Ready
	}
	return e
}

// Text is the entry in words, for the function's annotation. more is where a list
// that is too long goes on.
func (e Entry) Text(more string) string {
	switch e.Status {
	case OnArm64:
		return "Readiness for arm64: it is deployed there"
	case DualArch:
		return "Readiness for arm64: its sibling is deployed there"
	case Ready:
		if len(e.Obstacles) == 0 {
			return "Readiness for arm64: it could move there today, nothing in its code and layers stands in the way"
		}
		return list("Readiness for arm64: it could move there today, with warnings", e.Obstacles, more)
	case Blocked:
		return list("Readiness for arm64: it cannot move there yet", e.Obstacles, more)
	}
	text := "Readiness for arm64: nothing is known to stand in the way, and not all of it could be checked:"
	for _, line := range e.Unchecked {
		text += "\n  - " + line
	}
	return text
}

// NewReadiness puts an app's entries together, in whatever order they come.
func NewReadiness(entries []Entry, unchecked []UncheckedResource, acceptances []Acceptance, used []bool) Readiness {
	r := Readiness{
		Version: 1, Functions: append([]Entry{}, entries...), Unchecked: append([]UncheckedResource{}, unchecked...), Acceptances: []AcceptanceUse{},
	}
	slices.SortFunc(r.Functions, func(a, b Entry) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(r.Unchecked, func(a, b UncheckedResource) int { return cmp.Compare(a.Path, b.Path) })
	for i, a := range acceptances {
		r.Acceptances = append(r.Acceptances, AcceptanceUse{a.Path, a.Reason, used[i]})
	}
	r.Summary.Functions, r.Summary.Unchecked = len(entries), len(unchecked)
	counts := map[Status]*int{
		OnArm64: &r.Summary.OnArm64, DualArch: &r.Summary.DualArch,
		Ready: &r.Summary.Ready, Blocked: &r.Summary.Blocked, Unknown: &r.Summary.Unknown,
	}
	for _, e := range entries {
		*counts[e.Status]++
		for _, f := range e.Findings {
			if f.Severity == binarch.Error && f.Accepted == "" {
				r.Summary.Errors++
			}
		}
	}
	return r
}

// JSON is the file's content.
func (r Readiness) JSON() ([]byte, error) {
	b, err := json.MarshalIndent(r, "", "  ")
	return append(b, '\n'), err
}
