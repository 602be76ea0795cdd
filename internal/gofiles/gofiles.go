// Package gofiles tells which Go files of a folder belong to a build for Linux, by the go command's rules on build
// constraints. Package go/build knows them for every system, and costs a user's app ten packages more.
package gofiles

import (
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Build is what files are chosen for.
type Build struct {
	GOARCH string
	Cgo    bool
	Tags   []string
}

// Folder is what a folder has for a build, each list sorted.
type Folder struct {
	// Package is the name of the first file's package, "" if there is none.
	Package string
	// GoFiles belong to the build, tests apart. CgoFiles import "C", and belong to a build with cgo only.
	GoFiles, CgoFiles []string
	// Ignored are left out because of constraints.
	Ignored []string
}

// Read looks at the Go files of a folder.
func Read(dir string, b Build) (Folder, error) {
	var f Folder
	entries, err := os.ReadDir(dir)
	if err != nil {
		return f, err
	}
	for _, entry := range entries {
		name := entry.Name()
		if filepath.Ext(name) != ".go" || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") || entry.IsDir() {
			continue
		}
		file, err := parse(filepath.Join(dir, name))
		if err != nil {
			return f, err
		}
		switch {
		case !b.matches(name, file), file.Name != nil && file.Name.Name == "documentation": // which the go command leaves out
			f.Ignored = append(f.Ignored, name)
		case strings.HasSuffix(name, "_test.go"):
		case importsC(file):
			f.CgoFiles = append(f.CgoFiles, name)
		default:
			f.GoFiles = append(f.GoFiles, name)
			if f.Package == "" && file.Name != nil {
				f.Package = file.Name.Name
			}
		}
	}
	return f, nil
}

// Matches reports whether a file's name and build constraint let it into a build. That it imports "C" is not looked at.
func (b Build) Matches(path string) (bool, error) {
	file, err := parse(path)
	return err == nil && b.matches(filepath.Base(path), file), err
}

// parse reads a file up to its imports. What is no Go gives what was read of it: the compiler says what is wrong.
func parse(path string) (*ast.File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	file, _ := parser.ParseFile(token.NewFileSet(), "", text, parser.ImportsOnly|parser.ParseComments|parser.SkipObjectResolution)
	if file == nil {
		file = &ast.File{}
	}
	return file, nil
}

func importsC(file *ast.File) bool {
	return slices.ContainsFunc(file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"C"` })
}

func (b Build) matches(name string, file *ast.File) bool {
	if !b.nameMatches(name) {
		return false
	}
	for _, group := range file.Comments {
		if group.Pos() > file.Package {
			break
		}
		for _, comment := range group.List {
			if !constraint.IsGoBuild(comment.Text) {
				continue
			}
			expression, err := constraint.Parse(comment.Text)
			return err != nil || expression.Eval(b.tag) // the compiler says what is wrong with it
		}
	}
	return true
}

// nameMatches reads the system and the architecture that a name may end with: _linux, _arm64, _linux_arm64.
func (b Build) nameMatches(name string) bool {
	name, _, _ = strings.Cut(name, ".")
	_, name, _ = strings.Cut(name, "_")
	words := strings.Split(strings.TrimSuffix("_"+name, "_test"), "_")
	last, before := words[len(words)-1], ""
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	switch {
	case slices.Contains(architectures, last) && slices.Contains(systems, before):
		return last == b.GOARCH && before == "linux"
	case slices.Contains(architectures, last):
		return last == b.GOARCH
	case slices.Contains(systems, last):
		return last == "linux"
	}
	return true
}

// tag reports whether a build has a tag.
func (b Build) tag(name string) bool {
	switch name {
	case "linux", "unix", "gc", b.GOARCH, "amd64.v1", "arm64.v8.0":
		return !strings.Contains(name, ".") || strings.HasPrefix(name, b.GOARCH+".")
	case "cgo":
		return b.Cgo
	}
	if minor, is := strings.CutPrefix(name, "go1."); is {
		version, err := strconv.Atoi(minor)
		return err == nil && version <= release
	}
	return slices.Contains(b.Tags, name)
}

// release is the minor version of the Go that this program was compiled with.
var release = func() int {
	_, rest, _ := strings.Cut(runtime.Version(), "go1.")
	end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(rest)
	}
	minor, err := strconv.Atoi(rest[:end])
	if err != nil {
		return 1 << 20 // a development version has all
	}
	return minor
}()

// The systems and architectures that a file's name may end with: go tool dist list, and those that Go once had or has
// kept for itself (Go 1.26).
var (
	systems = strings.Fields("aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos")

	architectures = strings.Fields("386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le " +
		"ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm")
)
