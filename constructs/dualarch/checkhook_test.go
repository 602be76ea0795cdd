//go:build unix

package dualarch

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whoever can write to the folder decides what a new version is checked with.
func TestPayloadsFolderOfOthers(t *testing.T) {
	cache, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	t.Setenv("DUALARCH_CACHE_DIR", cache)
	dir, err := writePayloads("0123", `["payload"]`)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(cache, "payloads", "0123"), dir)

	folder := filepath.Join(cache, "payloads")
	require.NoError(t, os.Chmod(folder, 0o777))
	_, err = writePayloads("0123", `["payload"]`)
	require.EqualError(t, err, "no folder for the payloads of checks: "+folder+" can be written to by others (drwxrwxrwx), and what others put there would be deployed; "+
		"set DUALARCH_CACHE_DIR to a folder that only you can write to, or take the permission away")
}

func TestWhatToDoIfTheCheckCannotBeBuilt(t *testing.T) {
	require.EqualError(t, notBuilt("Demo/Orders", errors.New("no go command")), `DualArchFunction "Demo/Orders" cannot be made, nothing was created: Serving.Check: its function cannot be built; `+
		"give Check.Binary, or set Check.Disabled:\nno go command\n(elsewhere it is built by CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -o bootstrap github.com/dualarch/dualarch/functions/deploymentcheck)")
	_, err := os.Stat(filepath.Join("..", "..", strings.TrimPrefix(hookPackage, "github.com/dualarch/dualarch/"), "main.go"))
	require.NoError(t, err)
}
