package dualarch_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// Only what a binary is made of decides its asset's hash.
func TestAssetHashFollowsTheSource(t *testing.T) {
	first := codeKeys(t, dualarch.GoCode(module(t, "package main\n\nfunc main() { println(1) }\n"), nil))
	again := codeKeys(t, dualarch.GoCode(module(t, "package main\n\nfunc main() { println(1) }\n"), nil))
	other := codeKeys(t, dualarch.GoCode(module(t, "package main\n\nfunc main() { println(2) }\n"), nil))
	spelled := codeKeys(t, dualarch.GoCode(moduleOf(t, "go 1.26.0", "package main\n\nfunc main() { println(1) }\n"), nil))
	require.Equal(t, first, again, "the same source in another folder")
	require.Equal(t, first, spelled, "the go line as \"go get\" writes it")
	for id := range first {
		require.NotEqual(t, first[id], other[id], "another byte")
	}
	require.NotEqual(t, first["HelloX86"], first["HelloArm64"])
	tuned := codeKeys(t, dualarch.GoCode(module(t, "package main\n\nfunc main() { println(1) }\n"), &dualarch.GoCodeOptions{
		GOARM64: jsii.String("v8.2"),
	}))
	require.Equal(t, first["HelloX86"], tuned["HelloX86"])
	require.NotEqual(t, first["HelloArm64"], tuned["HelloArm64"], "other instructions")
}

// module returns a folder with a Go module of one main package.
func module(t *testing.T, source string) *string {
	t.Helper()
	return moduleOf(t, "go 1.26", source)
}

func moduleOf(t *testing.T, goLine, source string) *string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module hello\n\n"+goLine+"\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(source), 0o644))
	return jsii.String(dir)
}

// codeKeys returns the assets of both siblings.
func codeKeys(t *testing.T, code dualarch.Code) map[string]string {
	t.Helper()
	stack := newStack(t)
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: code, Api: noApi, PowerTuning: noTuning,
	})
	keys := map[string]string{}
	for id, function := range synth(t, stack).ofType(functionType) {
		keys[id] = function["Code"].(properties)["S3Key"].(string)
	}
	return keys
}
