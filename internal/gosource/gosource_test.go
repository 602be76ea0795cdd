package gosource

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
)

// module is a program that depends on module example.com/lib v1.2.3, whose files
// these are.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	content := fstest.MapFS{}
	for _, all := range []map[string]string{{
		"app/go.mod":  "module example.com/app\n\ngo 1.26\n\nrequire example.com/lib v1.2.3\n\nreplace example.com/lib => ../lib\n",
		"app/main.go": "package main\n\nimport \"example.com/lib\"\n\nfunc main() { lib.Sum() }\n",
		"lib/go.mod":  "module example.com/lib\n\ngo 1.26\n",
	}, files} {
		for name, text := range all {
			content[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	root := t.TempDir()
	require.NoError(t, os.CopyFS(root, content))
	return filepath.Join(root, "app")
}

const (
	assembly = "#include \"textflag.h\"\n\nTEXT ·sum(SB), NOSPLIT, $0\n\tRET\n"
	generic  = "package lib\n\nfunc Sum() {}\n"
)

// scan looks at one main package.
func scan(ctx context.Context, dir string, options Options) (*Source, error) {
	b := &batch{}
	p := b.add(dir, options)
	b.scan(ctx, b.programs)
	return p.source, p.err
}

func TestScan(t *testing.T) {
	const onArm = ": built for x86_64, deployed to arm64: no file for arm64 and no generic one takes its place (module example.com/lib v1.2.3)"
	const onX86 = ": built for arm64, deployed to x86_64: no file for x86_64 and no generic one takes its place (module example.com/lib v1.2.3)"
	tests := []struct {
		name     string
		files    map[string]string
		options  Options
		x86, arm []string
	}{
		{"for any", map[string]string{"lib/sum.go": generic}, Options{}, nil, nil},
		{"assembly for both", map[string]string{
			"lib/sum.go": "package lib\n\nfunc Sum() { sum() }\n\nfunc sum()\n", "lib/sum_amd64.s": assembly, "lib/sum_arm64.s": assembly,
		}, Options{}, nil, nil},
		{"assembly with a generic twin of another name", map[string]string{
			"lib/asm_amd64.go": "package lib\n\nfunc Sum() { sum() }\n\nfunc sum()\n", "lib/asm_amd64.s": assembly,
			"lib/other.go": "//go:build !amd64\n\npackage lib\n\nfunc Sum() {}\n",
		}, Options{}, nil, nil},
		{"assembly whose caller has the twin", map[string]string{
			"lib/sum.go": "package lib\n\nfunc Sum() { total() }\n", "lib/declared_amd64.go": "package lib\n\nfunc sum()\n", "lib/asm_amd64.s": assembly,
			"lib/dispatch_amd64.go": "package lib\n\nfunc total() { sum() }\n", "lib/dispatch.go": "//go:build !amd64\n\npackage lib\n\nfunc total() {}\n",
		}, Options{}, nil, nil},
		{"assembly without a twin", map[string]string{
			"lib/sum.go":       "package lib\n\nvar fast func()\n\nfunc Sum() {}\n",
			"lib/asm_amd64.go": "package lib\n\nfunc init() { fast = sum }\n\nfunc sum()\n", "lib/asm_amd64.s": assembly,
		}, Options{}, nil, []string{"example.com/lib/asm_amd64.go" + onArm, "example.com/lib/asm_amd64.s" + onArm}},
		{"by its constraint, for arm64", map[string]string{
			"lib/sum.go": generic, "lib/neon.go": "//go:build arm64\n\npackage lib\n\nfunc neon() {}\n",
		}, Options{}, []string{"example.com/lib/neon.go" + onX86}, nil},
		{"a twin only with a tag", map[string]string{
			"lib/sum.go": generic, "lib/more_amd64.go": "package lib\n\nvar more = 1\n", "lib/more_purego.go": "//go:build purego && !amd64\n\npackage lib\n\nvar more = 0\n",
		}, Options{}, nil, []string{"example.com/lib/more_amd64.go" + onArm}},
		{"a twin by a tag", map[string]string{
			"lib/sum.go": generic, "lib/more_amd64.go": "package lib\n\nvar more = 1\n", "lib/more_purego.go": "//go:build purego && !amd64\n\npackage lib\n\nvar more = 0\n",
		}, Options{Tags: []string{"purego"}}, nil, nil},
		{"a prebuilt object", map[string]string{"lib/sum.go": generic, "lib/code_linux_amd64.syso": ""}, Options{}, nil,
			[]string{"example.com/lib/code_linux_amd64.syso" + onArm}},
		{"a package that arm64 has nothing of", map[string]string{"lib/sum_amd64.go": generic}, Options{}, nil,
			[]string{"example.com/lib/sum_amd64.go" + onArm}},
		{"a package that only amd64 imports", map[string]string{
			"lib/sum.go": generic, "lib/init_amd64.go": "package lib\n\nimport _ \"example.com/lib/simd\"\n", "lib/simd/simd.go": "package simd\n",
		}, Options{}, nil, []string{"example.com/lib/init_amd64.go" + onArm}},
		{"a test's file is no part of the program", map[string]string{"lib/sum.go": generic, "lib/sum_amd64_test.go": generic}, Options{}, nil, nil},
		{"the program's own", map[string]string{"lib/sum.go": generic, "app/fast_amd64.go": "package main\n\nfunc fast() {}\n"}, Options{}, nil,
			[]string{"example.com/app/fast_amd64.go: built for x86_64, deployed to arm64: no file for arm64 and no generic one takes its place (module example.com/app)"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			source, err := scan(t.Context(), module(t, test.files), test.options)
			require.NoError(t, err)
			for _, want := range []struct {
				target   binarch.Target
				findings []string
			}{{binarch.Target{Architecture: binarch.X8664}, test.x86}, {binarch.Target{Architecture: binarch.Arm64}, test.arm}} {
				var got []string
				for _, f := range source.Check(want.target) {
					require.Equal(t, binarch.Info, f.Severity)
					require.Equal(t, binarch.OneArchitectureSource, f.Rule)
					got = append(got, f.String())
				}
				require.Equal(t, want.findings, got, want.target)
			}
		})
	}
}

// The caller's environment does not decide what is asked.
func TestEnvironmentIsOverridden(t *testing.T) {
	for name, value := range map[string]string{"GOARCH": "s390x", "GOOS": "windows", "GOFLAGS": "-tags=purego", "GOWORK": "/nowhere/go.work", "CGO_ENABLED": "1"} {
		t.Setenv(name, value)
	}
	source, err := scan(t.Context(), module(t, map[string]string{
		"lib/sum.go": generic, "lib/more_amd64.go": "package lib\n\nvar more = 1\n", "lib/more_purego.go": "//go:build purego && !amd64\n\npackage lib\n\nvar more = 0\n",
	}), Options{Env: []string{"GOARCH=mips"}})
	require.NoError(t, err)
	require.Len(t, source.Check(binarch.Target{Architecture: binarch.Arm64}), 1)
}

func TestProblems(t *testing.T) {
	app := module(t, nil)
	_, err := scan(t.Context(), filepath.Join(app, "nowhere"), Options{})
	require.ErrorContains(t, err, "nowhere: no such file or directory")
	_, err = scan(t.Context(), app, Options{Env: []string{"GOPROXY=off"}})
	require.EqualError(t, err, "go list in "+app+" for x86_64: no required module provides package example.com/lib; to add it:\n\tgo get example.com/lib")
	require.NoError(t, os.WriteFile(filepath.Join(app, "main.go"), []byte("package main\n\nimport _ \"example.com/gone\"\n"), 0o644))
	_, err = scan(t.Context(), app, Options{Env: []string{"GOPROXY=off"}})
	require.EqualError(t, err, "go list in "+app+" for x86_64: no required module provides package example.com/gone; to add it:\n\tgo get example.com/gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the user gave up"))
	_, err = scan(ctx, app, Options{})
	require.EqualError(t, err, "the user gave up")
	t.Setenv("PATH", t.TempDir())
	_, err = scan(t.Context(), app, Options{})
	require.EqualError(t, err, `the go command could not be run: exec: "go": executable file not found in $PATH; install Go and have it in PATH`)
}

// Programs of one module are asked for with one go command an architecture, and what one has against another does not
// concern it.
func TestProgramsAreListedTogether(t *testing.T) {
	const importing = "package main\n\nimport \"example.com/lib%s\"\n\nfunc main() { lib.Sum() }\n"
	app := module(t, map[string]string{
		"lib/sum.go": generic, "lib/fast_amd64.go": "package lib\n\nfunc fast() {}\n", "lib/other/sum.go": generic,
		"app/a/main.go": fmt.Sprintf(importing, ""), "app/b/main.go": fmt.Sprintf(importing, "/other"), "app/c/main.go": fmt.Sprintf(importing, "/gone"),
	})
	calls := filepath.Join(t.TempDir(), "calls")
	tool, err := exec.LookPath("go")
	require.NoError(t, err)
	bin := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(bin, "go"), []byte("#!/bin/sh\necho go >>"+calls+"\nexec "+tool+" \"$@\"\n"), 0o755))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	b := &batch{}
	sources := map[string]func() (*Source, error){}
	for _, name := range []string{"a", "b", "c"} {
		sources[name] = b.register(filepath.Join(app, name), Options{Env: []string{"GOPROXY=off"}})
	}
	gone := b.register(filepath.Join(app, "nowhere"), Options{Env: []string{"GOPROXY=off"}})
	for name, findings := range map[string]int{"a": 1, "b": 0} {
		source, err := sources[name]()
		require.NoError(t, err, name)
		require.Len(t, source.Check(binarch.Target{Architecture: binarch.Arm64}), findings, name)
	}
	_, err = sources["c"]()
	require.ErrorContains(t, err, "go list in "+filepath.Join(app, "c")+" for x86_64: ")
	require.ErrorContains(t, err, "example.com/lib/gone")
	_, err = gone()
	require.ErrorContains(t, err, "nowhere: no such file or directory")
	text, err := os.ReadFile(calls)
	require.NoError(t, err)
	require.Equal(t, "go\ngo\n", string(text), "one for each architecture")
}
