package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// subject is one package and what it is deployed to.
type subject struct {
	// name for people: the path, or the function's path in the CDK app.
	name    string
	path    string
	targets []binarch.Target
	// buildContext is true for a folder with a Dockerfile instead of a package.
	buildContext bool
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
		templates, err := templatesAt(path, info)
		if err != nil {
			return nil, err
		}
		if templates == nil {
			subjects = append(subjects, subject{name: path, path: path, targets: targets})
			continue
		}
		for _, t := range templates {
			found, err := t.subjects(targets, asked)
			if err != nil {
				return nil, err
			}
			subjects = append(subjects, found...)
		}
	}
	return subjects, nil
}

// templatesAt finds the templates of a cdk.out, its stages' included, or takes one
// template. It returns nil for everything else.
func templatesAt(path string, info os.FileInfo) ([]*template, error) {
	if !info.IsDir() {
		if !strings.HasSuffix(path, ".json") && !strings.HasSuffix(path, ".template") {
			return nil, nil
		}
		t, err := readTemplate(path)
		if t == nil || err != nil {
			return nil, err
		}
		return []*template{t}, nil
	}
	// CDK marks its output folders with a file of this name.
	if _, err := os.Stat(filepath.Join(path, "cdk.out")); err != nil {
		return nil, nil
	}
	templates := []*template{}
	for _, pattern := range []string{"*.template.json", filepath.Join("assembly-*", "*.template.json")} {
		names, err := filepath.Glob(filepath.Join(escapeGlob(path), pattern))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			t, err := readTemplate(name)
			if err != nil {
				return nil, err
			}
			if t != nil {
				templates = append(templates, t)
			}
		}
	}
	return templates, nil
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}
