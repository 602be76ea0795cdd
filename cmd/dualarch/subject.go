package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/dockerfile"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/layerarn"
)

// subject is one package and what it is deployed to.
type subject struct {
	// name for people: the path, or the function's path in the CDK app.
	name string
	// files are what is looked at; their Path is "" if there is nothing.
	files guard.Package
	// function that the files are the code of, with its layers.
	function guard.Function
	targets  []binarch.Target
	// unchecked is what nothing can be known about, and why.
	unchecked []string
	// arns are the layers that the function names by ARN, and template is the file
	// that says so.
	arns     []string
	template string
}

// checkNames judges what its name tells: the runtime, and layers by their ARNs.
func (s subject) checkNames() []binarch.Finding {
	findings := []binarch.Finding{}
	for _, target := range s.targets {
		if !target.Layer { // the function that uses the layer says it
			findings = append(findings, guard.CheckRuntime(target)...)
		}
		for _, arn := range s.arns {
			if f, wrong := layerarn.Check(arn, target); wrong {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// subjectsOf turns paths into subjects. Functions of a synthesized app know their
// architecture; asked is true if the user asks about others.
func subjectsOf(paths []string, targets []binarch.Target, asked bool) ([]subject, error) {
	var subjects []subject
	for _, path := range paths {
		before := len(subjects)
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() && isDockerfile(path) {
			dir, file := filepath.Split(path)
			subjects = append(subjects, newSubject(path, guard.Package{Name: guard.Code, Path: filepath.Clean(dir), Image: &dockerfile.Options{File: file}}, targets))
			continue
		}
		if has, err := os.Stat(filepath.Join(path, "Dockerfile")); info.IsDir() && err == nil && has.Mode().IsRegular() {
			subjects = append(subjects, newSubject(path, guard.Package{Name: guard.Code, Path: path, Image: &dockerfile.Options{Deployed: true}}, targets))
			continue
		}
		assemblies, err := assembliesAt(path, info)
		if err != nil {
			return nil, err
		}
		if assemblies == nil {
			subjects = append(subjects, newSubject(path, guard.Package{Name: guard.Code, Path: path}, targets))
			continue
		}
		for _, a := range assemblies {
			found, err := a.subjects(targets, asked)
			if err != nil {
				return nil, err
			}
			subjects = append(subjects, found...)
		}
		if len(subjects) == before && !info.IsDir() {
			return nil, fmt.Errorf("%s: there is no function, no layer and no other code for Lambda in it", path)
		}
	}
	return subjects, nil
}

// newSubject returns the subject of a package that belongs to no function.
func newSubject(name string, p guard.Package, targets []binarch.Target) subject {
	f := guard.Function{Packages: []guard.Package{p}}
	return subject{name: name, files: p, function: f, targets: targets, unchecked: f.Unchecked(targets)}
}

// isDockerfile goes by the names that Docker's own tools know.
func isDockerfile(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return name == "dockerfile" || strings.HasPrefix(name, "dockerfile.") && !strings.HasSuffix(name, ".dockerignore") || strings.HasSuffix(name, ".dockerfile")
}

// assembliesAt finds the templates of a cdk.out, its stages' included, or takes one template.
// It returns nil for everything else.
func assembliesAt(path string, info os.FileInfo) ([]assembly, error) {
	if !info.IsDir() {
		if !slices.Contains([]string{".json", ".yaml", ".yml", ".template"}, strings.ToLower(filepath.Ext(path))) {
			return nil, nil
		}
		own, err := templatesFrom(path, nil, maxReferences)
		if own == nil || err != nil {
			return nil, err
		}
		return []assembly{own}, nil
	}
	// CDK marks its output folders with a file of this name.
	if _, err := os.Stat(filepath.Join(path, "cdk.out")); err != nil {
		return nil, nil
	}
	return assembliesIn(path)
}

// templatesFrom reads a template and those that its nested stacks name beside it. It
// returns nil for what is no template.
func templatesFrom(path string, before assembly, left int) (assembly, error) {
	t, err := readTemplate(path)
	if t == nil || err != nil {
		return before, err
	}
	all := slices.Concat(before, assembly{t})
	for _, id := range t.ids(stackType) {
		files := t.Resources[id].files
		if files == nil || files.path == "" || all.nested(t.Resources[id]) != nil {
			continue
		}
		if left == 0 {
			return nil, fmt.Errorf("%s: resource %s: stacks are nested more than %d deep", path, id, maxReferences)
		}
		if all, err = templatesFrom(files.path, all, left-1); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// assembliesIn reads the templates of an app or a stage, then those of the stages in it.
func assembliesIn(dir string) ([]assembly, error) {
	stages, err := cfn.Stages(dir)
	if err != nil {
		return nil, err
	}
	var assemblies []assembly
	for _, stage := range stages {
		own := assembly{}
		for _, name := range stage {
			t, err := readTemplate(name)
			if err != nil {
				return nil, err
			}
			if t != nil {
				own = append(own, t)
			}
		}
		assemblies = append(assemblies, own)
	}
	return assemblies, nil
}
