package gobuild

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/cachedir"
)

// requirements are what a go.mod says of modules.
type requirements struct {
	path      string // of the module
	goVersion string // "" if it names none
	versions  map[string]string
	replaced  map[replacement]string // what follows "=>", folders absolute
}

// replacement is what a replace names. Without a version it is of every version that no other names.
type replacement struct{ module, version string }

// target returns what a version of a module is replaced by, "" if by nothing.
func (r requirements) target(module, version string) string {
	return cmp.Or(r.replaced[replacement{module, version}], r.replaced[replacement{module: module}])
}

func readRequirements(root string) (requirements, error) {
	r := requirements{versions: map[string]string{}, replaced: map[replacement]string{}}
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return r, err
	}
	r.path = modulePath(text)
	for _, words := range directives(string(text)) {
		switch arrow := slices.Index(words, "=>"); {
		case words[0] == "go" && len(words) == 2:
			r.goVersion = words[1]
		case words[0] == "require" && len(words) == 3:
			r.versions[words[1]] = words[2]
		case words[0] == "replace" && arrow > 0 && arrow+1 < len(words):
			target := words[arrow+1:]
			if len(target) == 1 && !filepath.IsAbs(target[0]) {
				target = []string{filepath.Join(root, filepath.FromSlash(target[0]))}
			}
			version := ""
			if arrow == 3 {
				version = words[2]
			}
			r.replaced[replacement{words[1], version}] = strings.Join(target, " ")
		}
	}
	return r, nil
}

// ModFile returns a go.mod by which a module at moduleRoot is built with the versions of the app at appRoot, so that
// what the app's "go mod download" has fetched is enough. It requires the given modules, which are all that the build
// needs: in the app's version, or in the module's own if the app requires none. missing are the latter. A module that
// the app requires in no other version is built as by its own go.mod, to the byte.
func ModFile(moduleRoot, appRoot string, modules []string) (file string, missing []string, err error) {
	own, err := readRequirements(moduleRoot)
	if err != nil {
		return "", nil, err
	}
	app, err := readRequirements(appRoot)
	if err != nil {
		return "", nil, err
	}
	var content strings.Builder
	fmt.Fprintf(&content, "module %s\n\n", own.path)
	// An app's version is no lower than those of the modules it requires, and what it upgrades them to may need it.
	fmt.Fprintf(&content, "go %s\n", cmp.Or(app.goVersion, own.goVersion))
	for _, module := range modules {
		version := app.versions[module]
		if version == "" {
			missing = append(missing, module)
			version = own.versions[module]
		}
		fmt.Fprintf(&content, "\nrequire %s %s\n", module, version)
		if target := app.target(module, version); target != "" {
			fmt.Fprintf(&content, "\nreplace %s => %s\n", module, target)
		}
	}
	var sums []string
	for _, root := range []string{moduleRoot, appRoot} {
		text, err := os.ReadFile(filepath.Join(root, "go.sum"))
		if err == nil {
			sums = append(sums, strings.Split(strings.TrimSpace(string(text)), "\n")...)
		}
	}
	slices.Sort(sums)
	file, err = keepModFile(content.String(), strings.Join(slices.Compact(sums), "\n")+"\n")
	return file, missing, err
}

// keepModFile writes a go.mod and its go.sum into a folder of the store that is named by their hash, so that the same
// build always has the same arguments.
func keepModFile(mod, sum string) (string, error) {
	dir, err := folder.Path()
	if err != nil {
		return "", err
	}
	s := store{dir: dir}
	name := hexSHA256([]byte(mod + "\x00" + sum))
	at := filepath.Join(dir, name)
	intact := func() bool {
		haveMod, modErr := os.ReadFile(filepath.Join(at, "go.mod"))
		haveSum, sumErr := os.ReadFile(filepath.Join(at, "go.sum"))
		return modErr == nil && sumErr == nil && string(haveMod) == mod && string(haveSum) == sum
	}
	fresh, err := s.scratch()
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(fresh) }()
	if err := s.write(name+".used", ""); err != nil {
		return "", err
	}
	for file, content := range map[string]string{"go.mod": mod, "go.sum": sum} {
		if err := os.WriteFile(filepath.Join(fresh, file), []byte(content), 0o600); err != nil {
			return "", err
		}
	}
	if !intact() {
		err = cachedir.Place(fresh, at, intact)
	}
	return filepath.Join(at, "go.mod"), err
}
