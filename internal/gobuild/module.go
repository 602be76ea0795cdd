package gobuild

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"regexp"
)

var errNoModule = errors.New("no go.mod in the folder or above it")

// module is the Go module that a package belongs to.
type module struct {
	root string // folder of go.mod
	path string // as go.mod says it
}

// findModule walks up to the nearest go.mod, as the go command does; asking the
// go command would take a process per package.
func findModule(dir string) (module, error) {
	file := nearest(dir, "go.mod")
	if file == "" {
		return module{}, errNoModule
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return module{}, err
	}
	return module{root: filepath.Dir(file), path: modulePath(text)}, nil
}

// ModuleRoot returns the folder of the go.mod that the go command would use in a folder.
func ModuleRoot(dir string) (string, error) {
	m, err := findModule(dir)
	return m.root, err
}

// ModulePath returns the path of the module in a folder, "" if it has none.
func ModulePath(root string) string {
	text, _ := os.ReadFile(filepath.Join(root, "go.mod")) // what cannot be read says none
	return modulePath(text)
}

// nearest returns the file of that name in a folder or the nearest one above it; "" if there is none.
func nearest(dir, name string) string {
	for {
		file := filepath.Join(dir, name)
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() {
			return file
		}
		above := filepath.Dir(dir)
		if above == dir {
			return ""
		}
		dir = above
	}
}

var moduleLine = regexp.MustCompile(`(?m)^[ \t]*module[ \t]+(?:"([^"\n]+)"|` + "`([^`\\n]+)`" + `|([^\s"` + "`" + `(/]\S*))`)

// modulePath returns the module's path that a go.mod says, "" if it says none.
func modulePath(text []byte) string {
	found := moduleLine.FindSubmatch(text)
	if found == nil {
		return ""
	}
	return string(found[1]) + string(found[2]) + string(found[3])
}

var majorVersion = regexp.MustCompile(`^v([2-9]|[1-9][0-9]+)$`)

// binaryName returns the go command's file name for the package's binary: the
// last element of its import path that is not a major version.
func (m module) binaryName(rel string) string {
	importPath := path.Join(m.path, rel)
	name := path.Base(importPath)
	if parent := path.Dir(importPath); parent != "." && majorVersion.MatchString(name) {
		name = path.Base(parent)
	}
	return name
}

// realDir returns a folder's path, absolute and without symbolic links, so that
// a package has one name and is below the go.mod that the go command will find.
func realDir(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}
