package guard

import (
	"archive/zip"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/test/figures"
)

// tally counts pairings of a native file with a target that it could be deployed to.
type tally struct {
	mu                                      sync.Mutex
	files, right, wrong, found, falseAlarms int
	packages                                map[string]bool
	// beside are the wrong files for arm64 as a survey and as file(1) find them.
	beside      beside
	wrongForArm int
}

// count notes packages, each once however many of its builds are paired.
func (c *tally) count(packages ...published) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.packages == nil {
		c.packages = map[string]bool{}
	}
	for _, p := range packages {
		c.packages[p.name+" "+p.version] = true
	}
}

// pair pairs every native file below root with both architectures, on Amazon Linux 2023 and on Amazon
// Linux 2.
func (c *tally) pair(t *testing.T, root string) {
	t.Helper()
	c.pairAll(t, root, []string{"", "provided.al2"}, func(_ string, f truth, target binarch.Target) bool { return f.runsOn(target) })
}

// pairComplete pairs the files of a package that brings each for both architectures: nothing in it is
// wrong.
func (c *tally) pairComplete(t *testing.T, root string) {
	t.Helper()
	c.pairAll(t, root, []string{""}, func(string, truth, binarch.Target) bool { return true })
}

func (c *tally) pairAll(t *testing.T, root string, runtimes []string, right func(string, truth, binarch.Target) bool) {
	t.Helper()
	natives := nativeFiles(t, root)
	inventory, err := binarch.Scan(t.Context(), root, binarch.Options{})
	require.NoError(t, err)
	require.Empty(t, inventory.Problems)
	arm := binarch.Target{Architecture: binarch.Arm64}
	wrongForArm := func(name string) bool { return !right(name, natives[name], arm) }
	c.lookBesideFile(t, root, natives, inventory, wrongForArm)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files += len(natives)
	for name := range natives {
		if wrongForArm(name) {
			c.wrongForArm++
		}
	}
	for _, runtime := range runtimes {
		for _, architecture := range []binarch.Architecture{binarch.X8664, binarch.Arm64} {
			target := binarch.Target{Architecture: architecture, Runtime: runtime}
			alarms := map[string]string{}
			for _, f := range inventory.Check(target) {
				if f.Severity != binarch.Info {
					alarms[f.Path] = f.String()
				}
			}
			for name, file := range natives {
				alarm := alarms[name]
				delete(alarms, name)
				switch {
				case right(name, file, target):
					c.right++
					if alarm != "" {
						c.falseAlarms++
						t.Errorf("%s, in %s, which needs glibc %v, is no mistake", alarm, root, file.glibc)
					}
				default:
					c.wrong++
					if alarm == "" {
						t.Errorf("%s in %s, built for %q with glibc %v, was not found for %s", name, root, file.architecture, file.glibc, target)
						continue
					}
					c.found++
				}
			}
			for _, name := range slices.Sorted(maps.Keys(alarms)) {
				c.falseAlarms++
				t.Errorf("%s, in %s, is no native file", alarms[name], root)
			}
		}
	}
}

func nativeFiles(t *testing.T, root string) map[string]truth {
	t.Helper()
	natives := map[string]truth{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		name, _ := filepath.Rel(root, path)
		name = filepath.ToSlash(name)
		if f, native := read(path); native {
			natives[name] = f
		}
		if filepath.Ext(path) == ".jar" {
			return nativesInJar(path, name, natives)
		}
		return nil
	}))
	require.NotEmpty(t, natives, root)
	return natives
}

func nativesInJar(path, name string, natives map[string]truth) error {
	jar, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer jar.Close() //nolint:errcheck // it was only read
	for _, entry := range jar.File {
		f, native, err := readEntry(entry)
		if err != nil {
			return err
		}
		if native {
			natives[name+"!/"+entry.Name] = f
		}
	}
	return nil
}

// report asserts that everything wrong was found, and nothing else.
func (c *tally) report(t *testing.T) {
	t.Helper()
	figures.Report(t, "guard.packages", float64(len(c.packages)), "packages")
	figures.Report(t, "guard.files", float64(c.files), "files")
	figures.Report(t, "guard.right", float64(c.right), "pairings")
	figures.Report(t, "guard.wrong", float64(c.wrong), "pairings")
	figures.Report(t, "guard.found", float64(c.found), "pairings")
	figures.Report(t, "guard.false_alarms", float64(c.falseAlarms), "pairings")
	require.Equal(t, c.wrong, c.found)
	require.Zero(t, c.falseAlarms)
	c.beside.report(t, c.wrongForArm)
}
