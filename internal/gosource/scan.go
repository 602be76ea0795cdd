package gosource

import (
	"fmt"
	"path"
	"slices"

	"github.com/dualarch/dualarch/internal/binarch"
)

// Options are what the build of the package would be told.
type Options struct {
	// Tags are build tags. Default: none.
	Tags []string
	// Env is added to the go command's environment. Default: nothing.
	Env []string
}

// Source is a Go program's source: what each architecture has for itself alone.
type Source struct {
	stubs map[binarch.Architecture][]Stub
	only  map[binarch.Architecture][]File
}

// File is one file that only one architecture's build has, without a twin.
type File struct {
	// Package is its package's import path.
	Package string
	// Name is the file's name in the package's folder.
	Name string
	// Module that the package belongs to, with its version: "golang.org/x/sys v0.47.0".
	Module string
}

// compare finds what each architecture has for itself alone. The lists are those of both, in this order.
func compare(lists [2]listed, options Options) *Source {
	s := &Source{only: map[binarch.Architecture][]File{}, stubs: map[binarch.Architecture][]Stub{}}
	for i, architecture := range both {
		other := lists[1-i]
		s.stubs[architecture] = lists[i].stubs(options, architecture)
		for _, p := range lists[i] {
			// A package that the other build does not import is imported by a file that
			// only this one has.
			if twin := other.find(p.ImportPath); twin != nil {
				s.only[architecture] = append(s.only[architecture], alone(p, twin)...)
			}
		}
	}
	return s
}

// alone lists the files that a package has for one architecture and that nothing on
// the other one stands in for.
func alone(here, there *goPackage) []File {
	mine, others := without(here.files(), there.files()), without(there.files(), here.files())
	var files []File
	for _, name := range withoutTwin(here.Dir, mine, others) {
		files = append(files, File{Package: here.ImportPath, Name: name, Module: here.module()})
	}
	return files
}

func without(names, others []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return slices.Contains(others, name) })
}

// Check lists what the target does without: as information, files for the other
// architecture, and as warnings, packages that lose their cgo files.
func (s *Source) Check(target binarch.Target) []binarch.Finding {
	other := target.Architecture.Other()
	var findings []binarch.Finding
	for _, f := range s.only[other] {
		findings = append(findings, binarch.Finding{
			Rule: binarch.OneArchitectureSource, Severity: binarch.Info, Path: path.Join(f.Package, f.Name),
			BuiltFor: string(other), DeployedTo: target.String(),
			Reason:    fmt.Sprintf("no file for %s and no generic one takes its place (module %s)", target.Architecture, f.Module),
			Ecosystem: binarch.Go,
		})
	}
	for _, stub := range s.stubs[target.Architecture] {
		findings = append(findings, stub.check(target))
	}
	return findings
}
