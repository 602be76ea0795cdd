//go:build corpus

package binarch

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCorpusOfPackages has C compilers, pip and npm make packages for both
// architectures and for their makers' own systems. It needs gcc,
// aarch64-linux-gnu-gcc, pip, npm and their registries:
//
//	go test -tags corpus -run TestCorpusOfPackages -v ./internal/binarch
func TestCorpusOfPackages(t *testing.T) {
	var count tally
	for _, gcc := range []string{"x86_64-linux-gnu-gcc", "aarch64-linux-gnu-gcc"} {
		count.pairAll(t, compiled(t, gcc), false)
	}
	for _, platform := range []string{"manylinux2014_x86_64", "manylinux2014_aarch64", "macosx_11_0_arm64", "win_amd64"} {
		count.pairAll(t, wheels(t, platform, "numpy<2.3", "cryptography", "pydantic-core", "setuptools"), false)
	}
	// Their extension modules have the architecture in the name, so both fit into one
	// folder; cryptography's does not.
	both := t.TempDir()
	merge(t, both, wheels(t, "manylinux2014_x86_64", "numpy<2.3", "pydantic-core"), wheels(t, "manylinux2014_aarch64", "numpy<2.3", "pydantic-core"))
	count.pairAll(t, both, true)

	x86, arm := addons(t, "x64"), addons(t, "arm64")
	count.pairAll(t, x86, false)
	count.pairAll(t, arm, false)
	both = t.TempDir()
	merge(t, both, x86, arm)
	count.pairAll(t, both, true)
	count.pairAll(t, prebuilt(t), true)
	count.print(t)
}

// compiled is a library and a program that uses it. What this machine's glibc is
// too new for is not the question here: nothing in them needs a versioned symbol.
func compiled(t *testing.T, gcc string) string {
	source := files{
		"add.c":  "int add(int a, int b) { return a + b; }\n",
		"main.c": "int add(int, int);\nvoid _start(void) { add(1, 2); for (;;); }\n",
	}.folder(t)
	root := t.TempDir()
	run(t, source, nil, gcc, "-shared", "-fPIC", "-nostdlib", "-o", filepath.Join(root, "libadd.so"), "add.c")
	run(t, source, nil, gcc, "-nostdlib", "-o", filepath.Join(root, "tool"), "main.c", "-L"+root, "-ladd")
	run(t, source, nil, gcc, "-c", "-o", filepath.Join(root, "add.o"), "add.c")
	return root
}

// wheels installs Python packages with native parts for a platform.
func wheels(t *testing.T, platform string, packages ...string) string {
	root := t.TempDir()
	run(t, root, nil, "pip", append([]string{"install", "--quiet", "--no-input", "--disable-pip-version-check", "--platform", platform,
		"--python-version", "3.12", "--only-binary=:all:", "--no-compile", "--target", root}, packages...)...)
	return root
}

// addons installs npm packages of which each has a package a platform.
func addons(t *testing.T, cpu string) string {
	root := files{"package.json": "{}"}.folder(t)
	run(t, root, nil, "npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts",
		"--cpu", cpu, "--os", "linux", "--libc", "glibc", "esbuild", "sharp", "@swc/core")
	return root
}

// prebuilt installs an npm package that brings all platforms in prebuilds folders.
func prebuilt(t *testing.T) string {
	root := files{"package.json": "{}"}.folder(t)
	run(t, root, nil, "npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "bcrypt", "classic-level")
	return root
}

// merge copies folders into one, the later ones over the earlier ones.
func merge(t *testing.T, into string, from ...string) {
	for _, dir := range from {
		require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
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
}
