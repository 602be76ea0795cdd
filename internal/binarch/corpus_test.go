package binarch

import (
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// tally counts pairings of a native file that real tools made with an architecture
// it could be deployed to. The truth about a file comes from the standard library's
// readers, which the scanner does not use.
type tally struct{ files, right, wrong, found, falseAlarms int }

// pairAll pairs every native file below root with both architectures. complete is
// true for a package that brings every file for both: nothing in it is wrong.
func (c *tally) pairAll(t *testing.T, root string, complete bool) {
	t.Helper()
	natives := map[string]Architecture{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if a, native := linuxArchitecture(path); native {
			name, _ := filepath.Rel(root, path)
			natives[filepath.ToSlash(name)] = a
		}
		return nil
	}))
	require.NotEmpty(t, natives, root)
	c.files += len(natives)
	inventory, err := Scan(t.Context(), root, Options{})
	require.NoError(t, err)
	require.Empty(t, inventory.Problems)
	for _, target := range []Architecture{X8664, Arm64} {
		var alarms []string
		for _, f := range inventory.Check(Target{Architecture: target}) {
			if f.Severity != Info {
				alarms = append(alarms, f.Path)
			}
		}
		for name, built := range natives {
			alarm := slices.Contains(alarms, name)
			switch {
			case built == target || complete:
				c.right++
				if alarm {
					c.falseAlarms++
					t.Errorf("%s: %s, built for %q, raised an alarm for %s", root, name, built, target)
				}
			default:
				c.wrong++
				if !alarm {
					t.Errorf("%s: %s, built for %q, was not found for %s", root, name, built, target)
					continue
				}
				c.found++
			}
		}
		for _, name := range alarms {
			if _, native := natives[name]; !native {
				c.falseAlarms++
				t.Errorf("%s: %s, not native, raised an alarm for %s", root, name, target)
			}
		}
	}
}

// print writes the counts as lines that a script can read.
func (c *tally) print(t *testing.T) {
	t.Helper()
	for _, line := range []struct {
		name  string
		count int
	}{
		{"files", c.files}, {"right", c.right}, {"wrong", c.wrong}, {"found", c.found}, {"false_alarms", c.falseAlarms},
	} {
		fmt.Printf("guard.%s %d\n", line.name, line.count)
	}
	require.Equal(t, c.wrong, c.found)
	require.Zero(t, c.falseAlarms)
}

// linuxArchitecture is what a native file runs on, "" for one that Lambda never can.
// What Linux never runs, object files for example, counts as no native file.
func linuxArchitecture(path string) (a Architecture, native bool) {
	if f, err := elf.Open(path); err == nil {
		defer f.Close() //nolint:errcheck // it was only read
		return map[elf.Machine]Architecture{elf.EM_X86_64: X8664, elf.EM_AARCH64: Arm64}[f.Machine], f.Type != elf.ET_REL
	}
	if f, err := macho.Open(path); err == nil {
		return "", f.Close() == nil
	}
	if f, err := macho.OpenFat(path); err == nil {
		return "", f.Close() == nil
	}
	// Only Windows looks for .exe files: every pip and setuptools brings some.
	if f, err := pe.Open(path); err == nil {
		return "", f.Close() == nil && filepath.Ext(path) != ".exe"
	}
	return "", false
}

// run runs a tool of the corpus and shows all it said where it failed.
func run(t *testing.T, dir string, env []string, name string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
}

// TestCorpusOfGoPrograms has the Go compiler build for all three systems.
func TestCorpusOfGoPrograms(t *testing.T) {
	source := files{"main.go": "package main\n\nfunc main() { println(1) }\n"}.folder(t)
	var count tally
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, architecture := range []string{"amd64", "arm64"} {
			root := t.TempDir()
			run(t, source, []string{"CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOOS=" + system, "GOARCH=" + architecture},
				"go", "build", "-o", filepath.Join(root, "bootstrap"), "main.go")
			count.pairAll(t, root, false)
		}
	}
	count.print(t)
	require.Equal(t, tally{files: 6, right: 2, wrong: 10, found: 10}, count)
}

// A real Go program is recognised as one, whatever system it is for.
func TestGoProgramsAreRecognised(t *testing.T) {
	source := files{"main.go": "package main\n\nfunc main() { println(1) }\n"}.folder(t)
	for _, system := range []string{"linux", "darwin"} {
		root := t.TempDir()
		run(t, source, []string{"CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOOS=" + system, "GOARCH=arm64"},
			"go", "build", "-o", filepath.Join(root, "bootstrap"), "main.go")
		findings := must(Scan(t.Context(), root, Options{})).Check(Target{Architecture: X8664})
		require.Len(t, findings, 1)
		require.Equal(t, "build it with CGO_ENABLED=0 GOOS=linux GOARCH=amd64", findings[0].Remedy)
	}
}

func must(inventory *Inventory, err error) *Inventory {
	if err != nil {
		panic(err)
	}
	return inventory
}
