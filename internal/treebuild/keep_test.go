package treebuild

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is deployed is what the command made, whatever somebody did to it in the meantime.
func TestWhatWasChangedIsBuiltAnew(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, dir string){
		"nothing": func(*testing.T, string) {},
		"emptied": func(t *testing.T, dir string) {
			require.NoError(t, os.RemoveAll(dir))
			require.NoError(t, os.Mkdir(dir, 0o755))
		},
		"removed": func(t *testing.T, dir string) { require.NoError(t, os.RemoveAll(dir)) },
		"poisoned": func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "app.py"), []byte("evil"), 0o644))
		},
		"a file more": func(t *testing.T, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "sitecustomize.py"), nil, 0o644))
		},
		"a file less": func(t *testing.T, dir string) { require.NoError(t, os.Remove(filepath.Join(dir, "lib", "a.py"))) },
		"may be run":  func(t *testing.T, dir string) { require.NoError(t, os.Chmod(filepath.Join(dir, "app.py"), 0o755)) },
		"a link to it": func(t *testing.T, dir string) {
			require.NoError(t, os.Symlink("/etc/hosts", filepath.Join(dir, "hosts")))
		},
		"a file in its place": func(t *testing.T, dir string) {
			require.NoError(t, os.RemoveAll(dir))
			require.NoError(t, os.WriteFile(dir, nil, 0o644))
		},
		"a link in its place": func(t *testing.T, dir string) {
			elsewhere := filepath.Join(t.TempDir(), "made")
			require.NoError(t, os.Rename(dir, elsewhere))
			require.NoError(t, os.Symlink(elsewhere, dir))
		},
		"of an older release": func(t *testing.T, dir string) {
			records, err := filepath.Glob(dir + ".*")
			require.NoError(t, err)
			require.Len(t, records, 1)
			require.NoError(t, os.Remove(records[0]))
		},
	} {
		t.Run(name, func(t *testing.T) {
			cache := t.TempDir()
			t.Setenv(CacheDirEnv, cache)
			runs := filepath.Join(t.TempDir(), "runs")
			spec := Spec{
				Dir: tree(t, map[string]string{"app.py": "1", "lib/a.py": "2"}), Architecture: Arm64,
				Command: []string{"sh", "-c", `echo run >> "$0" && echo made > made`, runs},
			}
			first, err := Build(spec)
			require.NoError(t, err)
			change(t, first.Dir)
			again, err := Build(spec)
			require.NoError(t, err)
			require.Equal(t, first, again)

			text := map[string]string{}
			require.NoError(t, filepath.WalkDir(again.Dir, func(file string, entry os.DirEntry, err error) error {
				if err != nil || entry.IsDir() {
					return err
				}
				content, err := os.ReadFile(file)
				rel, _ := filepath.Rel(again.Dir, file)
				text[filepath.ToSlash(rel)] = string(content)
				return err
			}))
			require.Equal(t, map[string]string{"app.py": "1", "lib/a.py": "2", "made": "made\n"}, text)
			ran, err := os.ReadFile(runs)
			require.NoError(t, err)
			want := 2
			if name == "nothing" {
				want = 1
			}
			require.Equal(t, want, strings.Count(string(ran), "run"))
			scratch, err := filepath.Glob(filepath.Join(cache, "scratch-*"))
			require.NoError(t, err)
			require.Empty(t, scratch)
		})
	}
}

// Two processes may build the same with different bytes, as pip writes times.
func TestConcurrentBuildsShareAFolder(t *testing.T) {
	t.Setenv(CacheDirEnv, t.TempDir())
	spec := Spec{Dir: tree(t, map[string]string{"a": "1"}), Architecture: Arm64, Command: []string{"sh", "-c", "date +%N > time; echo $$ >> time"}}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			out, err := Build(spec)
			if err != nil || !isAsMade(out.Dir) {
				t.Errorf("%v %v", out, err)
			}
		})
	}
	all.Wait()
}

func TestAFolderThatOthersCanWriteToIsRefused(t *testing.T) {
	cache := t.TempDir()
	require.NoError(t, os.Chmod(cache, 0o777))
	t.Setenv(CacheDirEnv, cache)
	_, err := Build(Spec{Dir: tree(t, map[string]string{"a": "1"}), Architecture: Arm64, Command: []string{"true"}})
	require.EqualError(t, err, "no folder for results: "+cache+" can be written to by others (drwxrwxrwx), and what others put there would be deployed; "+
		"set DUALARCH_BUILT_DIR to a folder that only you can write to, or take the permission away")
}
