//go:build unix

package cachedir

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var binaries = Kind{Name: "bin", Variable: "DUALARCH_CACHE_DIR", Holds: "the binaries"}

func TestPath(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", "/cache")
	t.Setenv("HOME", "/home/me")
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	dir, err := binaries.Path()
	require.NoError(t, err)
	require.Equal(t, filepath.Join(cache, "dualarch", "bin"), dir)

	t.Setenv("DUALARCH_CACHE_DIR", "relative")
	here, err := os.Getwd()
	require.NoError(t, err)
	dir, err = binaries.Path()
	require.NoError(t, err)
	require.Equal(t, filepath.Join(here, "relative"), dir)

	payloads := Kind{Name: "payloads", Variable: "DUALARCH_CACHE_DIR", Below: "payloads"}
	dir, err = payloads.Path()
	require.NoError(t, err)
	require.Equal(t, filepath.Join(here, "relative", "payloads"), dir)
	t.Setenv("DUALARCH_CACHE_DIR", "")
	dir, err = payloads.Path()
	require.NoError(t, err)
	require.Equal(t, filepath.Join(cache, "dualarch", "payloads"), dir)
}

func TestMake(t *testing.T) {
	parent, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	above := filepath.Join(parent, "above")
	dir := filepath.Join(above, "bin")
	require.NoError(t, binaries.Make(dir))
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	refused := func(folder, mode string) string {
		return "no folder for the binaries: " + folder + " can be written to by others (" + mode + "), and what others put there would be deployed; " +
			"set DUALARCH_CACHE_DIR to a folder that only you can write to, or take the permission away"
	}
	link := filepath.Join(parent, "link")
	require.NoError(t, os.Symlink(dir, link))
	for _, test := range []struct {
		folder string
		mode   os.FileMode
		want   string
	}{
		{dir, 0o755, ""},
		{dir, 0o777, refused(dir, "drwxrwxrwx")},
		{dir, 0o770, refused(dir, "drwxrwx---")},
		{dir, 0o777 | os.ModeSticky, refused(dir, "dtrwxrwxrwx")}, // anybody may add to it
		{above, 0o777, refused(above, "drwxrwxrwx")},
		{above, 0o777 | os.ModeSticky, ""},
		{above, 0o775, ""}, // the user's own group
	} {
		require.NoError(t, os.Chmod(test.folder, test.mode))
		for _, name := range []string{dir, link} {
			err := binaries.Make(name)
			if test.want == "" {
				require.NoError(t, err, "%s %s", test.folder, test.mode)
			} else {
				require.EqualError(t, err, test.want)
			}
		}
		require.NoError(t, os.Chmod(test.folder, 0o755))
	}

	if os.Geteuid() == 0 { // only then folders can be given away
		require.NoError(t, os.Chown(dir, 4242, -1))
		require.EqualError(t, binaries.Make(dir), "no folder for the binaries: "+dir+" belongs to the user 4242, and what others put there would be deployed; "+
			"set DUALARCH_CACHE_DIR to a folder that only you can write to, or take the permission away")
		require.NoError(t, os.Chown(dir, 0, -1))
		require.NoError(t, os.Chown(above, 0, 4242))
		require.NoError(t, os.Chmod(above, 0o775))
		require.EqualError(t, binaries.Make(dir), refused(above, "drwxrwxr-x"))
	}
}
