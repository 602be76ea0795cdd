package guard

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/lambdaruntime"
	"github.com/dualarch/dualarch/internal/layerarn"
)

// Finding is something that is wrong in one of a function's packages.
type Finding struct {
	// Package it is in: "code", or the layer's construct path; "" for the function.
	Package string `json:"package,omitempty"`
	binarch.Finding
}

// Verdict is what there is to say about a function on one architecture.
type Verdict struct {
	Target   binarch.Target
	Findings []Finding
	// Unknown is what could not be looked at, and why.
	Unknown []string
}

// Judge judges functions; it reads each package once. The zero value is ready to use.
type Judge struct {
	scans Scans
}

// Check judges a function on an architecture, its own or another one. Findings are in the
// packages' order, and sorted by path in each.
func (j *Judge) Check(ctx context.Context, f Function, a binarch.Architecture) Verdict {
	v := Verdict{Target: on(f.Target, a)}
	if a == "" {
		v.Unknown = append(v.Unknown, unknownArchitecture)
		return v
	}
	v.add(Package{}, CheckRuntime(v.Target)...)
	v.Unknown = append(v.Unknown, uncheckedRuntime(v.Target)...)
	for _, p := range f.Packages {
		target := v.Target
		target.Layer = p.Layer
		switch {
		case p.Path != "" || p.Inventory != nil:
			j.checkFiles(ctx, &v, p, target)
		case p.ARN != "":
			if found, wrong := layerarn.Check(p.ARN, target); wrong { // most have a name an architecture
				v.add(p, found)
			}
		}
		v.Unknown = append(v.Unknown, p.unchecked(target)...)
	}
	v.add(Package{Name: Code}, j.scans.CheckStart(ctx, f, v.Target)...)
	return v
}

// unread lists everything that nothing is known about: what could not be looked at, and
// what in it could not be read or is not opened.
func (v Verdict) unread() []string {
	texts := v.Unknown
	for _, f := range v.Findings {
		if f.Unread() {
			texts = append(slices.Clip(texts), Lines([]Finding{f})[0].Text())
		}
	}
	return texts
}

func (v *Verdict) add(p Package, found ...binarch.Finding) {
	for _, f := range found {
		v.Findings = append(v.Findings, Finding{Package: p.Name, Finding: f})
	}
}

func (v *Verdict) unknown(p Package, why string) {
	v.Unknown = append(v.Unknown, Printable(p.Name+": "+why))
}

// CheckRuntime finds a runtime that Lambda refuses at deployment.
func CheckRuntime(target binarch.Target) []binarch.Finding {
	runtime, known := lambdaruntime.Find(target.Runtime)
	if target.Architecture != binarch.Arm64 || !known || !runtime.X86Only {
		return nil
	}
	return []binarch.Finding{{
		Rule: binarch.RuntimeWithoutArm64, Severity: binarch.Error, DeployedTo: target.String(),
		Reason: fmt.Sprintf("Lambda never ran %s on arm64 (Lambda's runtimes as of %s)", runtime.Name, lambdaruntime.AsOf),
		Remedy: "use " + lambdaruntime.Replace(runtime.Name, time.Now()).String(),
	}}
}

func (j *Judge) checkFiles(ctx context.Context, v *Verdict, p Package, target binarch.Target) {
	files, err := j.scans.Scan(ctx, p, binarch.Options{})
	if err != nil {
		v.unknown(p, "it could not be read: "+err.Error())
		return
	}
	report := files.Report([]binarch.Target{target})
	v.add(p, report.Findings...)
	if report.NoPackage {
		v.unknown(p, "it is neither a folder nor an archive")
	}
	if p.Source == nil {
		return
	}
	source, err := p.Source()
	if err != nil {
		v.unknown(p, "its source could not be read: "+err.Error())
		return
	}
	v.add(p, source.Check(target)...)
}
