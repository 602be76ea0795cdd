//go:build unix

package dualarch

import (
	"os"
	"path/filepath"
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
