package gobuild

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// compile runs one go command, which writes the group's binaries into outDir.
func (b *Builder) compile(group []*Binary, outDir string) error {
	f := group[0].target.Flags
	var packages []string
	for _, bin := range group {
		packages = append(packages, bin.target.Rel)
	}
	slices.Sort(packages)

	cmd := exec.Command("go", f.args(outDir, packages)...)
	cmd.Env = f.environment(os.Environ())
	text, err := b.run(cmd)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &exit):
		return fmt.Errorf("the go command could not be run: %w; install Go and have it in PATH", err)
	}
	said := strings.TrimRight(string(text), "\n")
	return fmt.Errorf("go build for %s failed in %s (packages %s):\n%s%s",
		f.GOARCH, f.Root, strings.Join(packages, ", "), condensed(said), f.remedy(said))
}

// args returns the go command's arguments. It leaves -mod to Go's default,
// which without GOFLAGS is readonly, or vendor in a module with a vendor
// folder: the same sources that the module's own "go build" and "go test"
// compile, patches included. (An explicit -mod=readonly also makes the go
// command leave out its advice on missing modules.)
func (f flags) args(outDir string, packages []string) []string {
	args := []string{
		"build", "-C", f.Root, "-trimpath", "-buildvcs=false",
		"-tags", strings.Join(f.Tags, ","),
		"-ldflags", strings.Join(f.Ld, " "),
		"-o", outDir + string(os.PathSeparator), // the separator says: a folder
	}
	if f.Mod != "" {
		args = append(args, "-modfile="+f.Mod)
	}
	return append(args, packages...)
}

// environment returns the go command's environment: the caller's, then what the
// Spec adds, then what neither may change; the last value of a variable counts.
// GOFLAGS and the like are never empty, because the go command would then use
// what "go env -w" wrote.
func (f flags) environment(caller []string) []string {
	levelVariable := "GOAMD64"
	if f.GOARCH == "arm64" {
		levelVariable = "GOARM64"
	}
	env := slices.DeleteFunc(slices.Clone(caller), func(entry string) bool {
		return strings.HasPrefix(entry, "GOEXPERIMENT=") || strings.HasPrefix(entry, "GO_EXTLINK_ENABLED=")
	})
	env = append(env, "GOFIPS140=off")
	if !slices.ContainsFunc(caller, func(entry string) bool { return strings.HasPrefix(entry, "GOGC=") }) {
		// A compiler lives briefly and allocates much: with less frequent collections it takes a quarter less
		// processor time. It changes nothing in what it makes.
		env = append(env, "GOGC=400")
	}
	env = append(env, f.env()...)
	return append(env,
		"GOFLAGS=-trimpath",
		"GOWORK=off",
		"GO111MODULE=on",
		levelVariable+"="+f.Level,
		"CGO_ENABLED=0",
		"GOOS=linux",
		"GOARCH="+f.GOARCH,
	)
}

// isOffline reports whether the go command misses modules that it could not fetch.
func isOffline(said string) bool {
	return strings.Contains(said, "GOPROXY=off") || strings.Contains(said, "dial tcp") || strings.Contains(said, "missing go.sum entry")
}

// mostMissing is how many lines of the go command's are quoted about modules that it cannot fetch.
const mostMissing = 3

// condensed leaves most of what the go command says about modules that it cannot fetch out: it repeats itself for each
// package.
func condensed(said string) string {
	lines := strings.Split(said, "\n")
	if !isOffline(said) || len(lines) <= mostMissing+1 {
		return said
	}
	return fmt.Sprintf("%s\n(and %d more lines)", strings.Join(lines[:mostMissing], "\n"), len(lines)-mostMissing)
}

// remedy returns advice that the go command's own words lack.
func (f flags) remedy(said string) string {
	if text := workspaceRemedy(f.Root, said, os.Environ()); text != "" {
		return text
	}
	switch {
	case strings.Contains(said, "build constraints exclude all Go files"):
		return "\n(cgo is off in a build for Lambda: a package that has only cgo files must be replaced by one in pure Go)"
	case isOffline(said):
		return "\n(the first build downloads the modules that the module cache lacks: it needs a module proxy, see \"go help goproxy\", and a complete go.sum, see \"go mod tidy\")"
	}
	return ""
}
