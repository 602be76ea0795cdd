package gosource

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/gofiles"
)

// Stub is a package that is built without files of its own that need cgo.
type Stub struct {
	// Package is its import path, and Module the module that it belongs to, with its version.
	Package, Module string
	// Files are those that are left out, sorted.
	Files []string
}

// stubs lists the packages of a build that lose files because cgo is off. Of the program's
// own module only files count that are left out without a word: what its owner has put
// behind "//go:build cgo" is meant so. The main package is the build's to refuse.
func (l listed) stubs(options Options, architecture binarch.Architecture) []Stub {
	var all []Stub
	for i, p := range l {
		own := p.Module == nil || p.Module.Main
		if own && i == len(l)-1 {
			continue
		}
		if files := p.withoutCgo(options, architecture, own); len(files) > 0 {
			all = append(all, Stub{Package: p.ImportPath, Module: p.module(), Files: files})
		}
	}
	return all
}

// withoutCgo lists the files that a build with cgo would have and this one does not.
func (p *goPackage) withoutCgo(options Options, architecture binarch.Architecture, silentOnly bool) []string {
	without := gofiles.Build{GOARCH: architecture.GoName(), Tags: options.Tags}
	with := without
	with.Cgo = true
	var files []string
	for _, name := range p.IgnoredGoFiles {
		if strings.HasSuffix(name, "_test.go") || !importsC(filepath.Join(p.Dir, name)) {
			continue
		}
		match, err := with.Matches(filepath.Join(p.Dir, name))
		if err != nil || !match {
			continue // it is left out for another reason
		}
		if silentOnly {
			if silent, err := without.Matches(filepath.Join(p.Dir, name)); err != nil || !silent {
				continue
			}
		}
		files = append(files, name)
	}
	return files
}

// importsC reports whether a file calls C. What cannot be read does not.
func importsC(name string) bool {
	text, err := os.ReadFile(name)
	return err == nil && bytes.Contains(text, []byte(`"C"`)) && bytes.Contains(text, []byte("C."))
}

// check is the finding for a package that may be a stub.
func (s Stub) check(target binarch.Target) binarch.Finding {
	files := s.Files[0] + ", which needs cgo"
	if more := len(s.Files) - 1; more > 0 {
		files = fmt.Sprintf("%s and %d more of its files, which need cgo", s.Files[0], more)
	}
	return binarch.Finding{
		Rule: binarch.CgoLeftOut, Severity: binarch.Warning, Path: s.Package, DeployedTo: target.String(),
		Reason:    fmt.Sprintf("it is built without %s: what is left is often a stub that fails when it is called (module %s)", files, s.Module),
		Ecosystem: binarch.Go, Remedy: "use a package in pure Go in its place, or accept this if the function can do without",
	}
}
