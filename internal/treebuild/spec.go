package treebuild

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Architecture has one architecture's names in the tools that build for it.
type Architecture struct {
	Lambda string // x86_64, arm64
	Go     string // amd64, arm64
	GNU    string // x86_64, aarch64: pip, cargo, gcc
	Node   string // x64, arm64
}

// The architectures of Lambda.
var (
	X8664 = Architecture{"x86_64", "amd64", "x86_64", "x64"}
	Arm64 = Architecture{"arm64", "arm64", "aarch64", "arm64"}
)

// Spec is what to build: one tree for one architecture.
type Spec struct {
	// Dir is the folder with the sources, absolute or relative to the working
	// directory.
	Dir string
	// Command is a program and its arguments, run in a copy of Dir. Only ${NAME}
	// of a variable in Variables is replaced.
	Command      []string
	Architecture Architecture
	// Env is added to the command's environment. The Variables are fixed.
	Env map[string]string
	// Container is the image that the command runs in; with "" it runs on this
	// machine.
	Container string
	// Output is the folder below Dir that is deployed; "" is Dir.
	Output string
	// Exclude lists what of Dir is neither copied nor hashed: patterns of
	// path.Match for names, or for paths below Dir.
	Exclude []string
}

// Variables are the names of the architecture in a command's environment.
func (a Architecture) Variables() map[string]string {
	return map[string]string{
		"ARCH":            a.Lambda,
		"GOARCH":          a.Go,
		"DOCKER_PLATFORM": "linux/" + a.Go,
		"GNU_ARCH":        a.GNU,
		"NODE_ARCH":       a.Node,
	}
}

var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

// Check returns everything that is wrong with the Spec and builds nothing.
func (s Spec) Check() []error {
	var found []error
	problem := func(format string, args ...any) { found = append(found, fmt.Errorf(format, args...)) }
	if info, err := os.Stat(s.Dir); err != nil || !info.IsDir() {
		problem("dir: %q is not a folder; give the folder with the sources, absolute or relative to the working directory", s.Dir)
	}
	known := s.Architecture.Variables()
	if len(s.Command) == 0 || s.Command[0] == "" {
		problem("command: none was given; give a program and its arguments, one per string")
	}
	for _, argument := range s.Command {
		for _, match := range variable.FindAllStringSubmatch(argument, -1) {
			if _, ok := known[match[1]]; !ok {
				problem("command: %q names a variable that is not set; use %s", argument, strings.Join(names(known), ", "))
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.Env)) {
		if _, fixed := known[key]; fixed {
			problem("Environment: %s was given; leave it out: it is set for each architecture", key)
		} else if key == "" || strings.ContainsAny(key, "=\x00") {
			problem("Environment: %q is not a variable's name; give it without = and the value beside it", key)
		}
	}
	if s.Output != "" && !filepath.IsLocal(s.Output) {
		problem("Output: %q is not below dir; give a folder that the command makes, relative to dir", s.Output)
	}
	for _, pattern := range s.Exclude {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			problem("Exclude: %q is not a pattern; give names with *, ? and [a-z] in them, one per string", pattern)
		}
	}
	return found
}

func names(variables map[string]string) []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		all = append(all, "${"+name+"}")
	}
	return all
}

// argv returns the command with its variables replaced.
func (s Spec) argv() []string {
	known := s.Architecture.Variables()
	var all []string
	for _, argument := range s.Command {
		all = append(all, variable.ReplaceAllStringFunc(argument, func(name string) string {
			return known[name[2:len(name)-1]]
		}))
	}
	return all
}

// env returns the variables as KEY=value in a fixed order.
func (s Spec) env() []string {
	all := s.Architecture.Variables()
	maps.Copy(all, s.Env)
	var list []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		list = append(list, key+"="+all[key])
	}
	return list
}

// Key returns the SHA-256 of the whole input, in hexadecimal.
func (s Spec) Key() (string, error) {
	sum := sha256.New()
	for _, list := range [][]string{s.argv(), s.env(), {s.Container, s.Output}} {
		record(sum, fmt.Sprint(len(list)))
		record(sum, list...)
	}
	if err := hashTree(sum, s.Dir, s.Exclude); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
