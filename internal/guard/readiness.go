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
	Rebuild  Status = "rebuild"   // its own Go or Rust programs, or its image, have to be built for arm64, and nothing else stands in the way
	Blocked  Status = "blocked"   // something cannot run on arm64
	Unknown  Status = "unknown"   // something could not be looked at, and nothing but a rebuild stands in the way
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
	Rebuild   int `json:"rebuild"`
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

// unknownArchitecture is why nothing can be checked.
const unknownArchitecture = "its architecture is only known when it is deployed"

// Assess makes a function's entry from the verdicts for its own architecture and for
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
	switch errors := arm.Of(binarch.Error); {
	case slices.ContainsFunc(errors, func(f Finding) bool { return !f.needsRebuild() }):
		e.Status = Blocked
	case len(e.Unchecked) > 0:
		e.Status = Unknown
	case len(errors) > 0:
		e.Status = Rebuild
	default:
		e.Status = Ready
	}
	return e
}

// needsRebuild reports whether a finding is something that the function's owner builds, with a tool that can do it for any
// architecture: a program, or an image, whose build installs its packages anew. Whether a package of somebody else
// exists for arm64 is not known.
func (f Finding) needsRebuild() bool {
	own := f.Package == Code && f.Origin == "" && (f.Ecosystem == binarch.Go || f.Ecosystem == binarch.Rust || f.Ecosystem == binarch.Image)
	return own && (f.Rule == binarch.WrongArchitecture || f.Rule == binarch.WrongSystem)
}

// Text returns the line for the function's annotation. more is the command that lists all for the function's own
// architecture.
func (e Entry) Text(more string) string {
	more += " --arch arm64"
	const readiness = "Readiness for arm64: "
	switch e.Status {
	case OnArm64:
		return readiness + "it is deployed there"
	case DualArch:
		return readiness + "its sibling is deployed there"
	case Ready:
		if len(e.Obstacles) == 0 {
			return readiness + "it could move there today, nothing in its code and layers stands in the way"
		}
		return readiness + "it could move there today, with warnings: " + inOneLine(e.Obstacles, more)
	case Rebuild:
		return readiness + "it only has to be built for it: " + inOneLine(e.Obstacles, more)
	case Blocked:
		return readiness + "it cannot move there yet: " + inOneLine(e.Obstacles, more)
	}
	unchecked := "not all of it could be checked: " + enumerated(e.Unchecked[:min(len(e.Unchecked), maxLines)], len(e.Unchecked), more)
	if slices.ContainsFunc(e.Obstacles, Finding.needsRebuild) {
		return readiness + unchecked + ". It has to be built for it: " + inOneLine(e.Obstacles, more)
	}
	return readiness + "nothing is known to stand in the way, and " + unchecked
}

// NewReadiness gathers an app's entries, which may come in any order.
func NewReadiness(entries []Entry, unchecked []UncheckedResource, acceptances []Acceptance, used []bool) Readiness {
	r := Readiness{
		Version: 2, Functions: append([]Entry{}, entries...), Unchecked: append([]UncheckedResource{}, unchecked...), Acceptances: []AcceptanceUse{},
	}
	slices.SortFunc(r.Functions, func(a, b Entry) int { return cmp.Compare(a.Path, b.Path) })
	slices.SortFunc(r.Unchecked, func(a, b UncheckedResource) int { return cmp.Compare(a.Path, b.Path) })
	for i, a := range acceptances {
		r.Acceptances = append(r.Acceptances, AcceptanceUse{a.Path, a.Reason, used[i]})
	}
	r.Summary.Functions, r.Summary.Unchecked = len(entries), len(unchecked)
	counts := map[Status]*int{
		OnArm64: &r.Summary.OnArm64, DualArch: &r.Summary.DualArch,
		Ready: &r.Summary.Ready, Rebuild: &r.Summary.Rebuild, Blocked: &r.Summary.Blocked, Unknown: &r.Summary.Unknown,
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

// JSON returns the file's content.
func (r Readiness) JSON() ([]byte, error) {
	b, err := json.MarshalIndent(r, "", "  ")
	return append(b, '\n'), err
}
