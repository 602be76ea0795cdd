package gosource

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
)

// A package whose cgo files are left out compiles to something else: to the letter.
func TestPackagesWithoutTheirCgoFiles(t *testing.T) {
	const (
		calls  = "package lib\n\n// int one(void) { return 1; }\nimport \"C\"\n\nfunc one() int { return int(C.one()) }\n"
		behind = "//go:build cgo\n\n" + calls
		stub   = "//go:build !cgo\n\npackage lib\n\nfunc one() int { panic(\"needs cgo\") }\n"
	)
	one := "warning example.com/lib: deployed to arm64: it is built without a.go, which needs cgo: what is left is often a stub that fails when it is called (module example.com/lib v1.2.3); " +
		"use a package in pure Go in its place, or accept this if the function can do without"
	for name, test := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"a stub":             {map[string]string{"lib/sum.go": generic, "lib/a.go": behind, "lib/b.go": stub}, []string{one}},
		"no constraint":      {map[string]string{"lib/sum.go": generic, "lib/a.go": calls}, []string{one}},
		"for another system": {map[string]string{"lib/sum.go": generic, "lib/a_darwin.go": calls, "lib/b.go": "//go:build cgo && windows\n\n" + calls}, nil},
		"with a tag":         {map[string]string{"lib/sum.go": generic, "lib/a.go": "//go:build cgo && never\n\n" + calls}, nil},
		"nothing of C":       {map[string]string{"lib/sum.go": generic, "lib/a.go": "//go:build cgo\n\npackage lib\n\nimport _ \"C\"\n"}, nil},
		"pure Go in its place": {map[string]string{"lib/sum.go": generic, "lib/a.go": behind, "lib/b.go": "//go:build !cgo\n\npackage lib\n\nfunc one() int { return 1 }\n"},
			[]string{one}},
		"of the program itself": {map[string]string{
			"lib/sum.go": generic, "app/main.go": "package main\n\nimport (\n\t\"example.com/app/own\"\n\t\"example.com/lib\"\n)\n\nfunc main() { lib.Sum(); own.One() }\n",
			"app/own/own.go": "package own\n\nfunc One() int { return 1 }\n", "app/own/fast.go": "//go:build cgo\n\npackage own\n\nimport \"C\"\n\nvar size = C.size_t(1)\n",
		}, nil},
		"of the program itself, without a word": {map[string]string{
			"lib/sum.go": generic, "app/main.go": "package main\n\nimport (\n\t\"example.com/app/own\"\n\t\"example.com/lib\"\n)\n\nfunc main() { lib.Sum(); own.One() }\n",
			"app/own/own.go": "package own\n\nfunc One() int { return 1 }\n", "app/own/fast.go": "package own\n\nimport \"C\"\n\nvar size = C.size_t(1)\n", "app/own/more.go": "package own\n\nimport \"C\"\n\nvar more = C.size_t(1)\n",
		}, []string{"warning example.com/app/own: deployed to arm64: it is built without fast.go and 1 more of its files, which need cgo: what is left is often a stub that fails when it is called (module example.com/app); " +
			"use a package in pure Go in its place, or accept this if the function can do without"}},
	} {
		t.Run(name, func(t *testing.T) {
			source, err := scan(t.Context(), module(t, test.files), Options{})
			require.NoError(t, err)
			var got []string
			for _, f := range source.Check(binarch.Target{Architecture: binarch.Arm64}) {
				require.Equal(t, binarch.CgoLeftOut, f.Rule)
				got = append(got, string(f.Severity)+" "+f.String())
			}
			require.Equal(t, test.want, got)
		})
	}
}
