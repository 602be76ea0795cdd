package guard

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/test/figures"
)

// TestCorpus finds every wrong pairing in packages of four ecosystems, and only those. The tools wait for
// downloads more than they compute, so they run concurrently.
func TestCorpus(t *testing.T) {
	var count tally
	t.Run("packages", func(t *testing.T) {
		each := func(name string, do func(t *testing.T)) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				do(t)
			})
		}
		for _, system := range []string{"linux", "darwin", "windows"} {
			for _, architecture := range []string{"amd64", "arm64"} {
				each("go "+system+" "+architecture, func(t *testing.T) { count.pair(t, goProgram(t, system, architecture)) })
			}
		}
		for _, gcc := range []string{"x86_64-linux-gnu-gcc", "aarch64-linux-gnu-gcc"} {
			each(gcc, func(t *testing.T) { count.pair(t, compiled(t, gcc)) })
		}
		// The extension modules of these have the architecture in the name, so that both fit into one folder.
		named := names(namedWheels, "==")
		count.count(slices.Concat(namedWheels, oldWheels, addonPackages)...)
		each("wheels for both", func(t *testing.T) {
			x86, arm := wheels(t, "manylinux2014_x86_64", named...), wheels(t, "manylinux2014_aarch64", named...)
			count.pair(t, x86)
			count.pair(t, arm)
			count.pairComplete(t, merged(t, x86, arm))
		})
		for _, platform := range []string{"manylinux2014_x86_64", "manylinux2014_aarch64", "macosx_11_0_arm64", "win_amd64"} {
			each("wheels "+platform, func(t *testing.T) {
				count.pair(t, wheels(t, platform, names(oldWheels, "==")...))
			})
		}
		for _, platform := range []string{"macosx_11_0_arm64", "win_amd64"} {
			each("named wheels "+platform, func(t *testing.T) { count.pair(t, wheels(t, platform, named...)) })
		}
		// Amazon Linux 2 is too old for the first two, and Lambda has no musl.
		for _, platform := range []string{"manylinux_2_28_x86_64", "manylinux_2_28_aarch64", "musllinux_1_2_aarch64"} {
			each("wheels "+platform, func(t *testing.T) { count.pair(t, wheels(t, platform, "numpy==2.4.6")) })
		}
		each("npm for both", func(t *testing.T) {
			x86, arm := addons(t, "x64", "glibc"), addons(t, "arm64", "glibc")
			count.pair(t, x86)
			count.pair(t, arm)
			count.pairComplete(t, merged(t, x86, arm))
		})
		for _, machine := range []string{"x86_64", "aarch64"} {
			each("small wheels "+machine, func(t *testing.T) {
				packages := smallWheels
				if figures.Whole() {
					packages = slices.Concat(smallWheels, moreWheels)
				}
				count.count(packages...)
				count.pair(t, wheels(t, "manylinux2014_"+machine, append([]string{"--no-deps", "--platform", "manylinux_2_17_" + machine, "--platform", "manylinux_2_28_" + machine}, names(packages, "==")...)...))
			})
		}
		each("wheels for any platform", func(t *testing.T) {
			count.pairPublished(t, wheels(t, "manylinux2014_aarch64", append([]string{"--no-deps"}, names(anyWheels, "==")...)...), anyWheels)
		})
		each("npm platform packages", func(t *testing.T) {
			packages := names(npmPlatformPackages, "@")
			count.pairPublished(t, merged(t, npm(t, onLinux("x64", "glibc", packages)...), npm(t, onLinux("arm64", "glibc", packages)...)), npmPlatformPackages)
		})
		each("npm prebuilds", func(t *testing.T) {
			count.pairPublished(t, npm(t, onLinux("x64", "glibc", names(npmPrebuilds, "@"))...), npmPrebuilds)
		})
		each("jars", func(t *testing.T) { count.pairPublished(t, maven(t, jars), jars) })
		each("npm for musl", func(t *testing.T) { count.pair(t, addons(t, "arm64", "musl")) })
	})
	count.report(t)
}

// A real Go program is recognised as one, whatever system it is for.
func TestGoProgramsAreRecognised(t *testing.T) {
	for _, system := range []string{"linux", "darwin"} {
		inventory, err := binarch.Scan(t.Context(), goProgram(t, system, "arm64"), binarch.Options{})
		require.NoError(t, err)
		findings := inventory.Check(binarch.Target{Architecture: binarch.X8664})
		require.Len(t, findings, 1)
		require.Equal(t, "build it with CGO_ENABLED=0 GOOS=linux GOARCH=amd64", findings[0].Remedy)
	}
}

// goProgram returns a folder with a program by the Go compiler.
func goProgram(t *testing.T, system, architecture string) string {
	source := sources(t, map[string]string{"main.go": "package main\n\nfunc main() { println(1) }\n"})
	root := t.TempDir()
	run(t, source, []string{"CGO_ENABLED=0", "GOFLAGS=-trimpath", "GOWORK=off", "GOOS=" + system, "GOARCH=" + architecture},
		"go", "build", "-ldflags=-s -w", "-o", filepath.Join(root, "bootstrap"), "main.go")
	return root
}

// compiled returns what gcc makes: a library, a program that uses it and one that uses this machine's C
// library, and an object file.
func compiled(t *testing.T, gcc string) string {
	source := sources(t, map[string]string{
		"add.c":   "int add(int a, int b) { return a + b; }\n",
		"main.c":  "int add(int, int);\nvoid _start(void) { add(1, 2); for (;;); }\n",
		"hello.c": "#include <stdio.h>\n\nint main(void) { return puts(\"hello\"); }\n",
	})
	root := t.TempDir()
	run(t, source, nil, gcc, "-shared", "-fPIC", "-nostdlib", "-o", filepath.Join(root, "libadd.so"), "add.c")
	run(t, source, nil, gcc, "-nostdlib", "-o", filepath.Join(root, "tool"), "main.c", "-L"+root, "-ladd")
	run(t, source, nil, gcc, "-o", filepath.Join(root, "hello"), "hello.c")
	run(t, source, nil, gcc, "-c", "-o", filepath.Join(root, "add.o"), "add.c")
	return root
}

// wheels installs Python packages with native parts for a platform.
func wheels(t *testing.T, platform string, packages ...string) string {
	root := t.TempDir()
	pip, err := filepath.Abs("../../.venv/bin/pip")
	require.NoError(t, err)
	require.FileExists(t, pip, "make test-guard installs it")
	run(t, root, nil, pip, append([]string{"install", "--quiet", "--no-input", "--disable-pip-version-check", "--platform", platform,
		"--python-version", "3.12", "--only-binary=:all:", "--no-compile", "--target", root}, packages...)...)
	return root
}

// addons installs npm packages that have one package per platform.
func addons(t *testing.T, cpu, libc string) string {
	return npm(t, onLinux(cpu, libc, names(addonPackages, "@"))...)
}

// onLinux are npm's arguments for packages on a Lambda-like machine.
func onLinux(cpu, libc string, packages []string) []string {
	return append([]string{"--cpu", cpu, "--os", "linux", "--libc", libc}, packages...)
}

// npm runs no package's scripts: they would choose this machine's files.
func npm(t *testing.T, args ...string) string {
	root := sources(t, map[string]string{"package.json": "{}"})
	run(t, root, nil, "npm", append([]string{"install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"}, args...)...)
	return root
}

// merged copies folders into one, the later ones over the earlier ones.
func merged(t *testing.T, from ...string) string {
	into := t.TempDir()
	for _, dir := range from {
		require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			name, _ := filepath.Rel(dir, path)
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			target := filepath.Join(into, name)
			if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
				return err
			}
			return os.WriteFile(target, b, 0o644)
		}))
	}
	return into
}

// sources writes files into a new folder.
func sources(t *testing.T, files map[string]string) string {
	t.Helper()
	dir, content := t.TempDir(), fstest.MapFS{}
	for name, text := range files {
		content[name] = &fstest.MapFile{Data: []byte(text)}
	}
	require.NoError(t, os.CopyFS(dir, content))
	return dir
}

// run runs a tool and shows its whole output if it fails.
func run(t *testing.T, dir string, env []string, name string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s %q: %s", name, args, output)
}
