package gobuild

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/pages"
)

func TestCompileErrorHasTheCompilersWords(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{
		"go.mod":        goMod,
		"good/main.go":  says("good"),
		"wrong/main.go": "package main\n\nfunc main() { nosuch() }\n",
	})
	b := NewBuilder(t.TempDir())
	good := b.Register(Spec{Dir: filepath.Join(root, "good"), GOARCH: "arm64"})
	wrong := b.Register(Spec{Dir: filepath.Join(root, "wrong"), GOARCH: "arm64"})
	elsewhere := b.Register(Spec{Dir: filepath.Join(root, "good"), GOARCH: "amd64"})
	want := "go build for arm64 failed in " + root + " (packages ./good, ./wrong):\n" +
		"# example.com/app/wrong\n" +
		"wrong/main.go:3:15: undefined: nosuch"
	_, err := wrong.Output()
	require.EqualError(t, err, want)
	_, err = good.Output()
	require.EqualError(t, err, want)
	mustOutput(t, elsewhere)
}

func TestCompileErrorsOfAllPackagesAreTold(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{
		"go.mod":    goMod,
		"a/main.go": "package main\n\nfunc main() { noA() }\n",
		"b/main.go": "package main\n\nimport \"example.com/nowhere\"\n\nfunc main() { nowhere.B() }\n",
		"c/main.go": "package main\n\nfunc main() { noC() }\n",
	})
	b := NewBuilder(t.TempDir())
	a := b.Register(Spec{Dir: filepath.Join(root, "a"), GOARCH: "amd64"})
	b.Register(Spec{Dir: filepath.Join(root, "c"), GOARCH: "amd64"})
	_, err := a.Output()
	require.ErrorContains(t, err, "# example.com/app/a\na/main.go:3:15: undefined: noA")
	require.ErrorContains(t, err, "# example.com/app/c\nc/main.go:3:15: undefined: noC")

	// Later registrations are built later, and failures stay failures.
	missing := b.Register(Spec{Dir: filepath.Join(root, "b"), GOARCH: "amd64"})
	_, err = missing.Output()
	require.EqualError(t, err, "go build for amd64 failed in "+root+" (packages ./b):\n"+
		"b/main.go:3:8: no required module provides package example.com/nowhere; to add it:\n\tgo get example.com/nowhere")
	_, err = a.Output()
	require.ErrorContains(t, err, "undefined: noA")
}

// The pages show the go command that compiles a package.
func TestTheGoCommandIsDocumented(t *testing.T) {
	root := writeTree(t, map[string]string{"go.mod": goMod, "main.go": says("fn")})
	target, err := Spec{Dir: root, GOARCH: "arm64"}.target()
	require.NoError(t, err)
	args := target.Flags.args("out", nil)
	require.Equal(t, []string{"build", "-C", root, "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", "out/"}, args)
	require.Equal(t, []string{`go build -tags lambda.norpc -trimpath -buildvcs=false -ldflags "-s -w"`}, pages.Spans(t, "go build "))
}

func TestMissingGoCommandIsNamed(t *testing.T) {
	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("fn")})
	t.Setenv("PATH", t.TempDir())
	_, err := NewBuilder(t.TempDir()).Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}).Output()
	require.EqualError(t, err, `the go command could not be run: exec: "go": executable file not found in $PATH; install Go and have it in PATH`)
}

func TestVendoredModuleIsBuiltFromItsVendorFolder(t *testing.T) {
	offline(t)
	t.Setenv("GOMODCACHE", t.TempDir())
	root := writeTree(t, map[string]string{
		"go.mod":                           goMod + "\nrequire example.com/lib v1.0.0\n",
		"fn/main.go":                       "package main\n\nimport \"example.com/lib\"\n\nfunc main() { println(lib.Word) }\n",
		"vendor/modules.txt":               "# example.com/lib v1.0.0\n## explicit; go 1.24\nexample.com/lib\n",
		"vendor/example.com/lib/lib.go":    "package lib\n\nconst Word = \"the vendored word\"\n",
		"unvendored/go.mod":                "module example.com/other\n\ngo 1.24\n\nrequire example.com/lib v1.0.0\n",
		"unvendored/fn/main.go":            "package main\n\nimport \"example.com/lib\"\n\nfunc main() { println(lib.Word) }\n",
		"unvendored/go.sum":                "example.com/lib v1.0.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nexample.com/lib v1.0.0/go.mod h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"vendor/example.com/lib/doc/doc.g": "",
	})
	b := NewBuilder(t.TempDir())
	out := mustOutput(t, b.Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}))
	text, err := os.ReadFile(filepath.Join(out.Dir, "bootstrap"))
	require.NoError(t, err)
	require.Contains(t, string(text), "the vendored word")

	_, err = b.Register(Spec{Dir: filepath.Join(root, "unvendored", "fn"), GOARCH: "amd64"}).Output()
	require.ErrorContains(t, err, "module lookup disabled by GOPROXY=off\n"+
		`(the first build downloads the modules that the module cache lacks: it needs a module proxy, see "go help goproxy", and a complete go.sum, see "go mod tidy")`)
}

func TestAPackageOfCgoFilesOnlyIsExplained(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{
		"go.mod":     goMod,
		"fn/main.go": "package main\n\nimport \"example.com/app/c\"\n\nfunc main() { c.C() }\n",
		"c/c.go":     "package c\n\nimport \"C\"\n\nfunc C() {}\n",
	})
	_, err := NewBuilder(t.TempDir()).Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}).Output()
	require.EqualError(t, err, "go build for amd64 failed in "+root+" (packages ./fn):\n"+
		"package example.com/app/fn\n\timports example.com/app/c: build constraints exclude all Go files in "+filepath.Join(root, "c")+"\n"+
		"(cgo is off in a build for Lambda: a package that has only cgo files must be replaced by one in pure Go)")
}
