package gobuild

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestADamagedFolderIsWrittenAnew(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("fn")})
	spec := Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}
	for name, damage := range map[string]func(t *testing.T, file string){
		"another content of the same size": func(t *testing.T, file string) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			text[len(text)-1]++
			require.NoError(t, os.WriteFile(file, text, 0o755))
		},
		"another mode": func(t *testing.T, file string) { require.NoError(t, os.Chmod(file, 0o644)) },
		"a file beside it": func(t *testing.T, file string) {
			write(t, filepath.Join(filepath.Dir(file), "notes.txt"), "mine")
		},
		// Moved away, not removed: the file system may reuse a removed file's inode.
		"nothing": func(t *testing.T, file string) {
			require.NoError(t, os.Rename(file, filepath.Join(t.TempDir(), bootstrap)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			first := mustOutput(t, NewBuilder(dir).Register(spec))
			file := filepath.Join(first.Dir, bootstrap)
			before, err := os.Stat(file)
			require.NoError(t, err)
			damage(t, file)

			again := mustOutput(t, NewBuilder(dir).Register(spec))
			require.Equal(t, first, again)
			require.True(t, store{dir: dir}.intact(again.SHA256))
			after, err := os.Stat(file)
			require.NoError(t, err)
			require.False(t, os.SameFile(before, after), "a new inode, of which nobody remembers a hash")
			scratch, err := filepath.Glob(filepath.Join(dir, "scratch-*"))
			require.NoError(t, err)
			require.Empty(t, scratch)
		})
	}
}

// Only its hash tells whether the linker's binary is damaged.
func TestADamagedMemoryOfTheLastLinkIsLinkedAgain(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("says fn")})
	spec := Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}
	target, err := spec.target()
	require.NoError(t, err)
	truncate := func(t *testing.T, file string) {
		info, err := os.Stat(file)
		require.NoError(t, err)
		require.NoError(t, os.Truncate(file, info.Size()/2))
	}
	for name, damage := range map[string]func(t *testing.T, last, linked string){
		"a truncated binary": func(t *testing.T, _, linked string) { truncate(t, linked) },
		"an empty binary":    func(t *testing.T, _, linked string) { require.NoError(t, os.Truncate(linked, 0)) },
		"no binary":          func(t *testing.T, _, linked string) { require.NoError(t, os.RemoveAll(filepath.Dir(linked))) },
		"another byte": func(t *testing.T, _, linked string) {
			text, err := os.ReadFile(linked)
			require.NoError(t, err)
			text[len(text)/2]++
			require.NoError(t, os.WriteFile(linked, text, 0o755))
		},
		// The go command would take it for the last link: it has the same build ID.
		"another program of the same build ID": func(t *testing.T, last, linked string) {
			text, err := os.ReadFile(linked)
			require.NoError(t, err)
			evil := bytes.Replace(text, []byte("says fn"), []byte("evil fn"), 1)
			require.NotEqual(t, text, evil)
			forged := filepath.Join(filepath.Dir(filepath.Dir(linked)), hexSHA256(evil), bootstrap)
			require.NoError(t, os.MkdirAll(filepath.Dir(forged), 0o755))
			require.NoError(t, os.WriteFile(forged, evil, 0o755))
			write(t, last, hexSHA256(evil))
		},
		"a truncated name": func(t *testing.T, last, _ string) { truncate(t, last) },
		"an empty name":    func(t *testing.T, last, _ string) { require.NoError(t, os.Truncate(last, 0)) },
		"a path for a name": func(t *testing.T, last, _ string) {
			write(t, last, "../../../../../../../../../../../../../../../../etc/passwd")
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			first := mustOutput(t, NewBuilder(dir).Register(spec))
			deployed := fileTime(t, first)
			last := store{dir: dir}.lastFile(target.key())
			linked, err := os.ReadFile(last)
			require.NoError(t, err)
			require.NotEqual(t, first.SHA256, string(linked), "what is deployed and what the linker made are two")
			damage(t, last, filepath.Join(dir, string(linked), bootstrap))

			for _, links := range []int{1, 0} {
				w := newWatch(dir)
				require.Equal(t, first, mustOutput(t, w.Register(spec)))
				require.Equal(t, links, w.links)
			}
			require.True(t, os.SameFile(deployed, fileTime(t, first)), "what is deployed was sound and stays")
			scratch, err := filepath.Glob(filepath.Join(dir, "scratch-*"))
			require.NoError(t, err)
			require.Empty(t, scratch)
		})
	}
}

// A program that is built every day and never changes keeps what tells that it need not be linked again.
func TestAnUnchangedBuildIsAskedForToo(t *testing.T) {
	offline(t)
	dir := t.TempDir()
	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("fn")})
	spec := Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}
	first := mustOutput(t, NewBuilder(dir).Register(spec))
	long := time.Now().Add(-unused - time.Hour)
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	for _, name := range all {
		require.NoError(t, os.Chtimes(name, long, long))
	}
	require.Equal(t, first, mustOutput(t, NewBuilder(dir).Register(spec)))
	store{dir: dir}.trim()
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.Equal(t, all, left)
}

func TestTrimRemovesWhatNoBuildAskedForAndNothingElse(t *testing.T) {
	s := store{dir: t.TempDir()}
	const (
		gone = "1111111111111111111111111111111111111111111111111111111111111111"
		used = "2222222222222222222222222222222222222222222222222222222222222222"
		made = "3333333333333333333333333333333333333333333333333333333333333333"
		key  = "4444444444444444444444444444444444444444444444444444444444444444"
	)
	long := time.Now().Add(-unused - time.Hour)
	for name, aged := range map[string]bool{
		gone + "/bootstrap": true, gone + ".used": true, key + ".last": true, "scratch-1/x": true, "scratch-2": true,
		used + "/bootstrap": true, used + ".used": false, made + "/bootstrap": false,
		"notes.txt": true, "photos/me.jpg": true, gone + ".txt": true, "scratch-3": false,
	} {
		file := filepath.Join(s.dir, filepath.FromSlash(name))
		write(t, file, "")
		if aged {
			first, _, _ := strings.Cut(name, "/")
			require.NoError(t, os.Chtimes(file, long, long))
			require.NoError(t, os.Chtimes(filepath.Join(s.dir, first), long, long))
		}
	}
	s.trim()
	entries, err := os.ReadDir(s.dir)
	require.NoError(t, err)
	var left []string
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	require.Equal(t, []string{gone + ".txt", used, used + ".used", made, "notes.txt", "photos", "scratch-3"}, left)
}

func TestAFolderThatOthersCanWriteToIsRefused(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("fn")})
	dir := filepath.Join(root, "bin")
	require.NoError(t, os.Mkdir(dir, 0o755))
	require.NoError(t, os.Chmod(dir, 0o775))
	_, err := NewBuilder(dir).Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}).Output()
	require.EqualError(t, err, "no folder for the binaries: "+dir+" can be written to by others (drwxrwxr-x), and what others put there would be deployed; "+
		"set DUALARCH_CACHE_DIR to a folder that only you can write to, or take the permission away")
}

func TestAFolderThatCannotBeWrittenIsNamed(t *testing.T) {
	offline(t)
	root := writeTree(t, map[string]string{"go.mod": goMod, "fn/main.go": says("fn"), "file": ""})
	dir := filepath.Join(root, "file", "bin")
	_, err := NewBuilder(dir).Register(Spec{Dir: filepath.Join(root, "fn"), GOARCH: "amd64"}).Output()
	require.EqualError(t, err, "no folder for the binaries: mkdir "+filepath.Join(root, "file")+": not a directory; set DUALARCH_CACHE_DIR to a writable one")
}
