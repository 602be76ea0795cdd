package binarch

import (
	"context"
	"slices"
	"strings"
)

// Report is what Check returns: the inventory's size and everything that is wrong
// for any of the targets.
type Report struct {
	Path   string `json:"path"`
	Files  int64  `json:"files"`
	Bytes  int64  `json:"bytes"`
	Native int    `json:"native"`
	// NoPackage is true for a file that is neither an archive nor native.
	NoPackage bool      `json:"-"`
	Findings  []Finding `json:"findings"`
}

// Check scans path once and judges it for each target. Findings come in the order
// of the targets, each sorted by path; what could not be read comes last, once.
func Check(ctx context.Context, path string, targets []Target, options Options) (Report, error) {
	inventory, err := Scan(ctx, path, options)
	if err != nil {
		return Report{}, err
	}
	return inventory.Report(targets), nil
}

// Report judges the inventory for each target.
func (inv *Inventory) Report(targets []Target) Report {
	r := Report{Path: inv.Path, Files: inv.Files, Bytes: inv.Bytes, NoPackage: inv.NoPackage, Findings: []Finding{}}
	for _, t := range inv.Trees {
		for _, f := range t.Files {
			if len(f.Architectures) > 0 && f.Format != Wheel {
				r.Native++
			}
		}
	}
	for _, target := range targets {
		r.Findings = append(r.Findings, inv.Check(target)...)
	}
	r.Findings = append(r.Findings, inv.unreadable()...)
	return r
}

// Check says what cannot run on the target, sorted by path. It leaves out what
// could not be read, which no target changes: see Problems.
func (inv *Inventory) Check(target Target) []Finding {
	var findings []Finding
	for _, t := range inv.Trees {
		if t.Image == nil || t.Image.Architecture == target.Architecture || t.Image.Architecture == "" {
			findings = append(findings, t.check(target)...)
		}
	}
	findings = append(findings, inv.checkImages(target)...)
	slices.SortStableFunc(findings, func(a, b Finding) int { return strings.Compare(a.Path, b.Path) })
	return findings
}

// checkImages asks for one image of the target's architecture. What is in an image
// for another architecture needs no list: all of it is wrong.
func (inv *Inventory) checkImages(target Target) []Finding {
	var built []string
	var name string
	for _, t := range inv.Trees {
		if t.Image == nil || t.Image.Architecture == target.Architecture || t.Image.Architecture == "" {
			return nil
		}
		name = t.Image.Name
		if text := strings.TrimSpace(string(t.Image.Architecture) + " " + string(t.Image.OS)); !slices.Contains(built, text) {
			built = append(built, text)
		}
	}
	if len(built) == 0 {
		return nil
	}
	return []Finding{{
		Rule: WrongArchitecture, Severity: Error, Path: name, BuiltFor: strings.Join(built, " and "),
		DeployedTo: target.String(), Reason: "the image cannot start there",
		Ecosystem: Image, Remedy: remedy(Image, target),
	}}
}

func (inv *Inventory) unreadable() []Finding {
	var findings []Finding
	for _, p := range inv.Problems {
		findings = append(findings, Finding{
			Rule: Unreadable, Severity: Warning, Path: p.Path, Reason: "could not be read: " + p.Reason,
		})
	}
	for _, p := range inv.Unopened {
		findings = append(findings, Finding{Rule: NotChecked, Severity: Info, Path: p.Path, Reason: p.Reason})
	}
	if inv.Omitted > 0 {
		findings = append(findings, Finding{Rule: Unreadable, Severity: Warning, Reason: "more files than listed could not be read"})
	}
	return findings
}
