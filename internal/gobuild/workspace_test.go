package gobuild

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Advice of the go command, "go get", cannot work for a module that only a workspace leads to.
func TestAModuleOfTheWorkspaceIsExplained(t *testing.T) {
	offline(t)
	files := map[string]string{
		"go.work":                  "go 1.24\n\nuse (\n\t./models\n\t./functions/sample\n\t./unused\n)\n\nreplace example.com/clock v1.0.0 => ./clock\n",
		"models/go.mod":            "module example.com/models\n\ngo 1.24\n",
		"models/person/person.go":  "package person\n\nconst Name = \"x\"\n",
		"clock/go.mod":             "module example.com/clock\n\ngo 1.24\n",
		"clock/clock.go":           "package clock\n\nconst Now = \"now\"\n",
		"unused/go.mod":            "module example.com/model\n\ngo 1.24\n",
		"functions/sample/go.mod":  "module example.com/sample\n\ngo 1.24\n",
		"functions/sample/main.go": "package main\n\nimport (\n\t\"example.com/clock\"\n\t\"example.com/models/person\"\n)\n\nfunc main() { println(person.Name, clock.Now) }\n",
	}
	root := writeTree(t, files)
	sample := filepath.Join(root, "functions", "sample")
	_, err := NewBuilder(t.TempDir()).Register(Spec{Dir: sample, GOARCH: "arm64"}).Output()
	require.EqualError(t, err, "go build for arm64 failed in "+sample+" (packages .):\n"+
		"main.go:4:2: no required module provides package example.com/clock; to add it:\n\tgo get example.com/clock\n"+
		"main.go:5:2: no required module provides package example.com/models/person; to add it:\n\tgo get example.com/models/person\n"+
		"(example.com/clock, example.com/models are found by the workspace "+filepath.Join(root, "go.work")+" alone, and builds for Lambda do not use workspaces, so that none changes a binary. Replace what go.mod cannot find:\n"+
		"\tcd "+sample+"\n"+
		"\tgo mod edit -replace example.com/clock=../../clock\n"+
		"\tgo mod edit -replace example.com/models=../../models\n"+
		"\tgo mod tidy)")

	// What it says is done.
	_, after, _ := strings.Cut(err.Error(), "cannot find:\n")
	output, err := exec.Command("sh", "-euc", strings.TrimSuffix(after, ")")).CombinedOutput()
	require.NoError(t, err, "%s", output)
	mustOutput(t, NewBuilder(t.TempDir()).Register(Spec{Dir: sample, GOARCH: "arm64"}))

	// A required version that no proxy has, a workspace by its name, and none.
	root = writeTree(t, files)
	sample = filepath.Join(root, "functions", "sample")
	write(t, filepath.Join(sample, "go.mod"), files["functions/sample/go.mod"]+"\nrequire example.com/models v1.2.3\n")
	require.NoError(t, os.Rename(filepath.Join(root, "go.work"), filepath.Join(root, "other.work")))
	t.Setenv("GOWORK", filepath.Join(root, "other.work"))
	_, err = NewBuilder(t.TempDir()).Register(Spec{Dir: sample, GOARCH: "arm64"}).Output()
	require.ErrorContains(t, err, "\n(example.com/models is found by the workspace "+filepath.Join(root, "other.work")+" alone")
	t.Setenv("GOWORK", "off")
	_, err = NewBuilder(t.TempDir()).Register(Spec{Dir: sample, GOARCH: "arm64"}).Output()
	require.Error(t, err)
	require.NotContains(t, err.Error(), "workspace")
}

// What else is wrong has nothing to do with the workspace.
func TestAWorkspaceIsNotBlamedForOtherErrors(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{
		"go.work": "go 1.24\n\nuse (\n\t./fn\n\t./lib\n)\n", "lib/go.mod": "module example.com/lib\n\ngo 1.24\n",
		"fn/go.mod": goMod, "fn/main.go": "package main\n\nimport \"example.com/library\"\n\nfunc main() { library.Do() }\n",
	})
	_, err := NewBuilder(t.TempDir()).Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}).Output()
	require.EqualError(t, err, "go build for amd64 failed in "+filepath.Join(root, "fn")+" (packages .):\n"+
		"main.go:3:8: no required module provides package example.com/library; to add it:\n\tgo get example.com/library")

	write(t, filepath.Join(root, "fn", "go.mod"), goMod+"\nrequire example.com/lib v0.0.0\n\nreplace example.com/lib => ../lib\n")
	write(t, filepath.Join(root, "fn", "main.go"), "package main\n\nimport \"example.com/lib\"\n\nfunc main() { lib.Do() }\n")
	write(t, filepath.Join(root, "lib", "lib.go"), "package lib\n\nfunc Do() { nosuch() }\n")
	_, err = NewBuilder(t.TempDir()).Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}).Output()
	require.EqualError(t, err, "go build for amd64 failed in "+filepath.Join(root, "fn")+" (packages .):\n"+
		"# example.com/lib\n../lib/lib.go:3:13: undefined: nosuch")
}
