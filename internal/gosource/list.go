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
	IgnoredGoFiles             []string
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

// list asks the go command for the package and everything it depends on.
func list(ctx context.Context, dir string, options Options, architecture binarch.Architecture) (listed, error) {
	command := exec.CommandContext(ctx, "go", "list", "-C", dir, "-e", "-deps", "-tags", strings.Join(options.Tags, ","),
		"-json=Dir,ImportPath,Standard,Module,GoFiles,SFiles,SysoFiles,IgnoredGoFiles,Error", ".")
	// Of several values the last counts. An empty GOFLAGS would let "go env -w" speak.
	command.Env = append(append(os.Environ(), options.Env...),
		"GOFLAGS=-trimpath", "GOWORK=off", "GO111MODULE=on", "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture.GoName())
	output, err := command.Output()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.As(err, &exit):
		return nil, fmt.Errorf("go list in %s for %s: %s", dir, architecture, bytes.TrimSpace(exit.Stderr))
	case err != nil:
		return nil, fmt.Errorf("the go command could not be run: %w; install Go and have it in PATH", err)
	}
	var packages listed
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		p := new(goPackage)
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list in %s for %s: %w", dir, architecture, err)
		}
		if p.Standard {
			continue
		}
		// A package that has no files for an architecture is what is looked for here.
		if p.Error != nil && !strings.Contains(p.Error.Err, "build constraints exclude all Go files") {
			return nil, fmt.Errorf("go list in %s for %s: %s", dir, architecture, p.Error.Err)
		}
		packages = append(packages, p)
	}
}
