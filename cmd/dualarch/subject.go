package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/dockerfile"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/layerarn"
)

// subject is one package and what it is deployed to.
type subject struct {
	// name for people: the path, or the function's path in the CDK app.
	name string
	// path of the files, "" if there are none to look at.
	path    string
	targets []binarch.Target
	// unchecked is what nothing can be known about, and why.
	unchecked []string
	// image says how a folder with a Dockerfile is built, nil for a package.
	image *dockerfile.Options
	// arns are the layers that the function names by ARN, and template is the file
	// that says so.
	arns     []string
	template string
}

// checkNames judges what is known by its name: the runtime, and layers by their ARNs.
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

// subjectsOf turns paths into what there is to check. Functions of a synthesized app
// know their architecture; asked is true where the user wants to know about others.
func subjectsOf(paths []string, targets []binarch.Target, asked bool) ([]subject, error) {
	var subjects []subject
	for _, path := range paths {
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
	}
	return subjects, nil
}

// newSubject is a package by itself, no function's.
func newSubject(name string, p guard.Package, targets []binarch.Target) subject {
	f := guard.Function{Packages: []guard.Package{p}}
	return subject{name: name, path: p.Path, image: p.Image, targets: targets, unchecked: f.Unchecked(targets)}
}

// isDockerfile goes by the names that Docker's own tools go by.
func isDockerfile(path string) bool {
	name := strings.ToLower(filepath.Base(path))
	return name == "dockerfile" || strings.HasPrefix(name, "dockerfile.") && !strings.HasSuffix(name, ".dockerignore") || strings.HasSuffix(name, ".dockerfile")
}

// assembliesAt finds the templates of a cdk.out, its stages' included, or takes one template.
// It returns nil for everything else.
func assembliesAt(path string, info os.FileInfo) ([]assembly, error) {
	if !info.IsDir() {
		if err := refuseYAML(path); err != nil {
			return nil, err
		}
		if !strings.HasSuffix(path, ".json") && !strings.HasSuffix(path, ".template") {
			return nil, nil
		}
		t, err := readTemplate(path)
		if t == nil || err != nil {
			return nil, err
		}
		return []assembly{{t}}, nil
	}
	// CDK marks its output folders with a file of this name.
	if _, err := os.Stat(filepath.Join(path, "cdk.out")); err != nil {
		return nil, nil
	}
	return assembliesIn(path)
}

// yamlTemplate is how a section of a CloudFormation or SAM template begins in YAML.
var yamlTemplate = regexp.MustCompile(`(?m)^["']?(AWSTemplateFormatVersion|Transform|Resources)["']?[ \t]*:`)

// refuseYAML tells a template in YAML from other files: scanned as one of those, it would
// seem to run everywhere.
func refuseYAML(path string) error {
	if !slices.Contains([]string{".yaml", ".yml", ".template"}, strings.ToLower(filepath.Ext(path))) {
		return nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !yamlTemplate.Match(content) {
		return nil
	}
	return fmt.Errorf("%s: a template in YAML is not read; convert it to JSON, or check the folders of its functions' code with their --arch and --runtime", path)
}

// assembliesIn reads the templates of an app or a stage, then those of the stages in it.
func assembliesIn(dir string) ([]assembly, error) {
	own := assembly{}
	names, err := filepath.Glob(filepath.Join(guard.EscapeGlob(dir), "*.template.json"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		t, err := readTemplate(name)
		if err != nil {
			return nil, err
		}
		if t != nil {
			own = append(own, t)
		}
	}
	assemblies := []assembly{own}
	stages, err := filepath.Glob(filepath.Join(guard.EscapeGlob(dir), guard.StagePrefix+"*"))
	if err != nil {
		return nil, err
	}
	for _, stage := range stages {
		found, err := assembliesIn(stage)
		if err != nil {
			return nil, err
		}
		assemblies = append(assemblies, found...)
	}
	return assemblies, nil
}
