package links

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFindLost(t *testing.T) {
	parent := t.TempDir()
	root := filepath.Join(parent, "fn")
	require.NoError(t, os.MkdirAll(filepath.Join(root, "node_modules", ".bin"), 0o755))
	require.NoError(t, os.MkdirAll(filepath.Join(parent, "shared"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "app.js"), nil, 0o644))
	outside := filepath.Join(parent, "shared")
	for link, target := range map[string]string{
		"node_modules/.bin/app": "../../app.js", "again": "node_modules/.bin/app",
		"node_modules/shared": "../../shared", "node_modules/gone": "../../gone", "here": "nothing", "loop": "loop",
		"far": outside, "inside": filepath.Join(root, "app.js"), "nowhere": "/nowhere/at/all",
		"null": "/dev/null", "task": "/var/task/app.js", "opt": "/opt/nodejs-is-not-here", "cache": "/tmp/dualarch-is-not-here",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(root, link)))
	}
	lost, err := FindLost(root)
	require.NoError(t, err)
	require.Equal(t, []Lost{
		{"far", outside, true}, {"here", "nothing", false}, {"inside", filepath.Join(root, "app.js"), true}, {"loop", "loop", false},
		{"node_modules/gone", "../../gone", false}, {"node_modules/shared", "../../shared", true}, {"nowhere", "/nowhere/at/all", false}, {"null", "/dev/null", true},
	}, lost)
	require.Equal(t, "node_modules/shared -> ../../shared, out of the folder", lost[5].String())
	require.Equal(t, "node_modules/gone -> ../../gone, where nothing is", lost[4].String())

	lost, err = FindLost(filepath.Join(root, "app.js"))
	require.NoError(t, err)
	require.Empty(t, lost)
	_, err = FindLost(filepath.Join(root, "gone"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
