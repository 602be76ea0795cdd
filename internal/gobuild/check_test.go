package gobuild

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheck(t *testing.T) {
	t.Chdir(writeTree(t, map[string]string{
		"go.mod":          goMod,
		"fn/main.go":      says("fn"),
		"lib/lib.go":      "package lib\n",
		"empty/readme.md": "",
		"tests/a_test.go": "package main\n",
		"tagged/main.go":  "//go:build special\n\n" + says("x"),
		"windows/a.go":    "//go:build windows\n\n" + says("x"),
		"syntax/main.go":  "package main\n\nfunc main( {\n",
		"two/a.go":        says("a"),
		"two/b.go":        "package other\n",
		"cgo/main.go":     says("x"),
		"cgo/c.go":        "package main\n\n// int f() { return 1; }\nimport \"C\"\n",
		"cgo/d.go":        "package main\n\nimport \"C\"\n",
		"onlycgo/main.go": "package main\n\nimport \"C\"\n\nfunc main() {}\n",
		"both/main.go":    says("x"),
		"both/with.go":    "//go:build cgo\n\npackage main\n\nimport \"C\"\n",
		"both/without.go": "//go:build !cgo\n\npackage main\n",
		"both/doc.go":     "// Package documentation says nothing.\npackage documentation\n",
		"both/darwin.go":  "//go:build darwin\n\npackage main\n\nimport \"C\"\n",
	}))
	nowhere, err := os.MkdirTemp("/", "dualarch-check-*") //nolint:usetesting // below no module, and t.TempDir may be below one
	if err != nil {                                       // not root: any folder without a go.mod above it does
		nowhere = t.TempDir()
	}
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(nowhere)) })
	write(t, filepath.Join(nowhere, "main.go"), says("x"))

	const remedyDir = "give the folder of a main package"
	const noFolder = " is not a folder; give the folder of a main package, absolute or relative to the working directory"
	tests := map[string]struct {
		spec Spec
		want []string
	}{
		"good":               {spec: Spec{Dir: "fn"}},
		"good for arm64":     {spec: Spec{Dir: "fn", GOARCH: "arm64", GOARM64: "v8.2,lse,crypto", GOAMD64: "v3"}},
		"good with tags":     {spec: Spec{Dir: "tagged", Tags: []string{"special", "a.b_c1"}}},
		"good without cgo":   {spec: Spec{Dir: "both"}},
		"for the compiler":   {spec: Spec{Dir: "syntax"}},
		"for the compiler 2": {spec: Spec{Dir: "two"}},
		"good env":           {spec: Spec{Dir: "fn", Env: map[string]string{"GOEXPERIMENT": "x", "GOPRIVATE": "y"}}},

		"no folder":     {spec: Spec{Dir: "nope"}, want: []string{`dir: "nope"` + noFolder}},
		"nothing given": {spec: Spec{}, want: []string{`dir: ""` + noFolder}},
		"a file":        {spec: Spec{Dir: "fn/main.go"}, want: []string{`dir: "fn/main.go"` + noFolder}},
		"no module": {spec: Spec{Dir: nowhere}, want: []string{
			`dir: "` + nowhere + `" belongs to no Go module; run "go mod init" in it or in a folder above`}},
		"no Go files":   {spec: Spec{Dir: "empty"}, want: []string{`dir: "empty" has no Go files; ` + remedyDir}},
		"tests only":    {spec: Spec{Dir: "tests"}, want: []string{`dir: "tests" has no Go files; ` + remedyDir}},
		"not main":      {spec: Spec{Dir: "lib"}, want: []string{`dir: "lib" has package lib, not package main; ` + remedyDir}},
		"tag not given": {spec: Spec{Dir: "tagged"}, want: []string{`dir: "tagged" has only Go files that build constraints leave out for linux/amd64 (main.go); give their tags in Tags or another folder`}},
		"another system": {spec: Spec{Dir: "windows"}, want: []string{
			`dir: "windows" has only Go files that build constraints leave out for linux/amd64 (a.go); give their tags in Tags or another folder`}},
		"cgo": {spec: Spec{Dir: "cgo"}, want: []string{
			`dir: "cgo" uses cgo (import "C" in c.go, d.go), which is not built for Lambda; use a package in pure Go, or put the file behind "//go:build cgo" beside one that does without`}},
		"cgo only": {spec: Spec{Dir: "onlycgo"}, want: []string{
			`dir: "onlycgo" uses cgo (import "C" in main.go), which is not built for Lambda; use a package in pure Go, or put the file behind "//go:build cgo" beside one that does without`}},

		"architecture": {spec: Spec{Dir: "fn", GOARCH: "x86_64"}, want: []string{
			`GOARCH: "x86_64" is not an architecture of Lambda; use "amd64" or "arm64"`}},
		"everything at once": {
			spec: Spec{
				Dir: "lib", GOARCH: "banana", GOAMD64: "v4", GOARM64: "v9.0", Tags: []string{"a,b", ""},
				Env: map[string]string{"GOARCH": "arm64", "CGO_ENABLED": "1", "GOARM64": "v8.0", "": "x", "A=B": ""},
			},
			want: []string{
				`GOARCH: "banana" is not an architecture of Lambda; use "amd64" or "arm64"`,
				`GOAMD64: "v4" is not a level of Lambda's processors; use "v1", "v2", "v3" (AVX2) or leave it out`,
				`GOARM64: "v9.0" is not a level that all of Lambda's AWS Graviton processors have; use "v8.0", "v8.1" or "v8.2", with ",lse" and ",crypto" if wanted, or leave it out`,
				`Tags: "a,b" is not a build tag; give each tag as a string of its own, of letters, digits, dots and underscores`,
				`Tags: "" is not a build tag; give each tag as a string of its own, of letters, digits, dots and underscores`,
				`Environment: "" is not a variable's name; give it without = and the value beside it`,
				`Environment: "A=B" is not a variable's name; give it without = and the value beside it`,
				`Environment: CGO_ENABLED may not be set (given "1"); it is always 0, so that the binary needs no C library of the runtime`,
				`Environment: GOARCH may not be set (given "arm64"); leave it out: it is set for each architecture`,
				`Environment: GOARM64 may not be set (given "v8.0"); use the option GOARM64`,
				`dir: "lib" has package lib, not package main; ` + remedyDir,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.spec.GOARCH == "" {
				test.spec.GOARCH = "amd64"
			}
			var got []string
			for _, err := range test.spec.Check() {
				got = append(got, err.Error())
			}
			require.Equal(t, test.want, got)
		})
	}
}
