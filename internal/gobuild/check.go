package gobuild

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/gofiles"
)

var (
	levelAMD64 = regexp.MustCompile(`^(v[123])?$`)
	levelARM64 = regexp.MustCompile(`^(v8\.[012](,lse)?(,crypto)?)?$`)
	buildTag   = regexp.MustCompile(`^[\pL\pN_.]+$`)
)

// refusedEnv has what to do instead for each variable that Env may not set.
var refusedEnv = map[string]string{
	"GOOS":        "it is always linux",
	"GOARCH":      "leave it out: it is set for each architecture",
	"CGO_ENABLED": "it is always 0, so that the binary needs no C library of the runtime",
	"GOFLAGS":     "use Tags and Ldflags",
	"GOWORK":      "it is always off, so that a workspace does not change the binary: use replace in go.mod",
	"GO111MODULE": "it is always on",
	"GOAMD64":     "use the option GOAMD64",
	"GOARM64":     "use the option GOARM64",
}

// Check returns everything that is wrong with the Spec and builds nothing. Each
// error names the field, the value given and what would be right; the caller
// prepends the construct's path.
func (s Spec) Check() []error {
	var problems []error
	problem := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf(format, args...))
	}
	arch := s.GOARCH == "amd64" || s.GOARCH == "arm64"
	if !arch {
		problem(`GOARCH: %q is not an architecture of Lambda; use "amd64" or "arm64"`, s.GOARCH)
	}
	if !levelAMD64.MatchString(s.GOAMD64) {
		problem(`GOAMD64: %q is not a level of Lambda's processors; use "v1", "v2", "v3" (AVX2) or leave it out`, s.GOAMD64)
	}
	if !levelARM64.MatchString(s.GOARM64) {
		problem(`GOARM64: %q is not a level that all of Lambda's AWS Graviton processors have; use "v8.0", "v8.1" or "v8.2", with ",lse" and ",crypto" if wanted, or leave it out`, s.GOARM64)
	}
	for _, tag := range s.Tags {
		if !buildTag.MatchString(tag) {
			problem("Tags: %q is not a build tag; give each tag as a string of its own, of letters, digits, dots and underscores", tag)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.Env)) {
		if why, refused := refusedEnv[key]; refused {
			problem("Environment: %s may not be set (given %q); %s", key, s.Env[key], why)
		} else if key == "" || strings.ContainsAny(key, "=\x00") {
			problem("Environment: %q is not a variable's name; give it without = and the value beside it", key)
		}
	}
	if err := s.checkDir(); err != nil {
		problem("dir: %q %w", s.Dir, err)
	}
	return problems
}

// checkDir looks for the main package by Go's own rules on which files belong
// to a build. It leaves to the compiler what that says better (syntax,
// imports).
func (s Spec) checkDir() error {
	info, err := os.Stat(s.Dir)
	if err != nil || !info.IsDir() {
		return errors.New("is not a folder; give the folder of a main package, absolute or relative to the working directory")
	}
	dir, err := realDir(s.Dir)
	if err != nil {
		return fmt.Errorf("cannot be read: %w", err)
	}
	if _, err := findModule(dir); errors.Is(err, errNoModule) {
		return errors.New(`belongs to no Go module; run "go mod init" in it or in a folder above`)
	} else if err != nil {
		return fmt.Errorf("has a go.mod that cannot be read: %w", err)
	}

	found, err := gofiles.Read(dir, gofiles.Build{GOARCH: s.GOARCH, Tags: append([]string{LambdaTag}, s.Tags...)})
	switch {
	case err != nil:
		return fmt.Errorf("cannot be read: %w", err)
	case len(found.CgoFiles) > 0:
		// Files that require cgo in their build constraint are not among them: their package is made to work without.
		return fmt.Errorf(`uses cgo (import "C" in %s), which is not built for Lambda; use a package in pure Go, or put the file behind "//go:build cgo" beside one that does without`,
			strings.Join(found.CgoFiles, ", "))
	case len(found.GoFiles) == 0 && len(found.Ignored) > 0:
		return fmt.Errorf("has only Go files that build constraints leave out for linux/%s (%s); give their tags in Tags or another folder",
			s.GOARCH, strings.Join(found.Ignored, ", "))
	case len(found.GoFiles) == 0: // or only tests
		return errors.New("has no Go files; give the folder of a main package")
	case found.Package != "main" && found.Package != "":
		return fmt.Errorf("has package %s, not package main; give the folder of a main package", found.Package)
	}
	return nil
}
