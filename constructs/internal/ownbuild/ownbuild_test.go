package ownbuild

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/gobuild"
)

// Modules are those that the functions' packages are in.
func TestModules(t *testing.T) {
	command := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./functions/powertuning", "./functions/deploymentcheck")
	command.Dir = "../../.."
	output, err := command.Output()
	require.NoError(t, err)
	needed := strings.Fields(string(output))
	slices.Sort(needed)
	require.Equal(t, slices.DeleteFunc(slices.Compact(needed), func(m string) bool { return m == Module }), Modules)
}

// An app that requires the same versions gets the very bytes that this module gives.
func TestTheSameVersionsGiveTheSameBytes(t *testing.T) {
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	app := t.TempDir()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(app, "go.mod"), text, 0o600))
	cache := t.TempDir()
	require.NoError(t, os.Chmod(cache, 0o700))
	t.Setenv(gobuild.CacheDirEnv, cache)
	file, missing, err := gobuild.ModFile(root, app, Modules)
	require.NoError(t, err)
	require.Empty(t, missing)
	spec := gobuild.Spec{Dir: filepath.Join(root, "functions", "powertuning"), GOARCH: "arm64"}
	own, err := gobuild.NewBuilder(t.TempDir()).Register(spec).Output()
	require.NoError(t, err)
	spec.ModFile = file
	theirs, err := gobuild.NewBuilder(t.TempDir()).Register(spec).Output()
	require.NoError(t, err)
	require.Equal(t, own.SHA256, theirs.SHA256)
}
