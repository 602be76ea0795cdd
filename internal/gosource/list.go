package gosource

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// goPackage is what is asked of the go command about one package.
type goPackage struct {
	Dir, ImportPath            string
	Standard                   bool
	Module                     *goModule
	GoFiles, SFiles, SysoFiles []string
	IgnoredGoFiles, Imports    []string
	Error                      *struct{ Err string }
}

// files are those that the architecture's build is made of.
func (p *goPackage) files() []string {
	return slices.Concat(p.GoFiles, p.SFiles, p.SysoFiles)
}

// goModule is the module that a package belongs to.
type goModule struct {
	Path, Version string
	Main          bool
}

// module is "golang.org/x/sys v0.47.0", "" if the go command names none.
func (p *goPackage) module() string {
	if p.Module == nil {
		return ""
	}
	return strings.TrimSpace(p.Module.Path + " " + p.Module.Version)
}

// listed are the packages of one architecture's build, in the go command's order.
type listed []*goPackage

func (l listed) find(importPath string) *goPackage {
	for _, p := range l {
		if p.ImportPath == importPath {
			return p
		}
	}
	return nil
}

// program returns the main package in a folder with everything it depends on, itself last.
func (l listed) program(dir string) (listed, error) {
	byPath := map[string]*goPackage{}
	var todo []*goPackage
	for _, p := range l {
		byPath[p.ImportPath] = p
		if p.Dir == dir {
			todo = []*goPackage{p}
		}
	}
	if todo == nil {
		return nil, refusal("the go command says nothing of it")
	}
	reached := map[*goPackage]bool{todo[0]: true}
	for ; len(todo) > 0; todo = todo[1:] {
		for _, path := range todo[0].Imports {
			if next := byPath[path]; next != nil && !reached[next] {
				reached[next] = true
				todo = append(todo, next)
			}
		}
	}
	var packages listed
	for _, p := range l {
		if !reached[p] {
			continue
		}
		// A package that has no files for an architecture is what is looked for here.
		if p.Error != nil && !strings.Contains(p.Error.Err, "build constraints exclude all Go files") {
			return nil, refusal(p.Error.Err)
		}
		packages = append(packages, p)
	}
	return packages, nil
}

// list asks the go command for the packages in a module's folders and everything they depend on, the standard library
// apart.
func list(ctx context.Context, root string, packages []string, options Options, architecture binarch.Architecture) (listed, error) {
	command := exec.CommandContext(ctx, "go", append([]string{
		"list", "-C", root, "-e", "-deps", "-tags", strings.Join(options.Tags, ","),
		"-json=Dir,ImportPath,Standard,Module,GoFiles,SFiles,SysoFiles,IgnoredGoFiles,Imports,Error",
	}, packages...)...)
	// Of several values the last counts. An empty GOFLAGS would let "go env -w" speak.
	command.Env = append(append(os.Environ(), options.Env...),
		"GOFLAGS=-trimpath", "GOWORK=off", "GO111MODULE=on", "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture.GoName())
	output, err := command.Output()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.As(err, &exit):
		return nil, refusal(bytes.TrimSpace(exit.Stderr))
	case err != nil:
		return nil, fmt.Errorf("the go command could not be run: %w; install Go and have it in PATH", err)
	}
	var all listed
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		p := new(goPackage)
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, refusal(err.Error())
		}
		if !p.Standard {
			all = append(all, p)
		}
	}
}

// refusal is what the go command has against a package.
type refusal string

func (r refusal) Error() string { return string(r) }
