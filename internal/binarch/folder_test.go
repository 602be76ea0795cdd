package binarch

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// What a link leads to outside of the folder is deployed in the link's place; what is in
// the folder is looked at where it lies.
func TestLinksOutOfTheFolderAreFollowed(t *testing.T) {
	root := files{"a/b.so": x86Library}.folder(t)
	outside := files{"c.so": x86Library, "sub/d.so": x86Library, "tool*": x86Library, "arm.so": armLibrary}.folder(t)
	require.NoError(t, syscall.Mkfifo(filepath.Join(outside, "pipe"), 0o644))
	link := func(target, name string) {
		t.Helper()
		require.NoError(t, os.Symlink(target, filepath.Join(root, name)))
	}
	link("..", "a/loop")
	link("b.so", "a/same.so")
	link(filepath.Join(root, "a"), "b")
	link("self", "self")
	link("../nowhere", "dangling")
	link(outside, "outside")
	link(filepath.Join(outside, "tool"), "bootstrap")
	link(filepath.Join(outside, "arm.so"), "right.so")
	link(filepath.Join(outside, "pipe"), "pipe")
	relative, err := filepath.Rel(filepath.Join(root, "a"), filepath.Join(outside, "sub"))
	require.NoError(t, err)
	link(relative, "a/relative")
	require.NoError(t, os.Symlink("sub", filepath.Join(outside, "within")))

	want := []string{
		"wrong-architecture a/b.so", "wrong-architecture a/relative/d.so", "wrong-architecture bootstrap",
		"wrong-architecture outside/c.so", "wrong-architecture outside/sub/d.so", "wrong-architecture outside/tool",
	}
	require.Equal(t, want, alarms(t, root, Target{Architecture: Arm64}))
	t.Chdir(root)
	require.Equal(t, want, alarms(t, ".", Target{Architecture: Arm64}), "a relative path")
}

func TestLinksThatLeadBack(t *testing.T) {
	parent := t.TempDir()
	root, outside := filepath.Join(parent, "root"), filepath.Join(parent, "outside")
	require.NoError(t, os.Mkdir(root, 0o755))
	require.NoError(t, os.Rename(files{"a.so": x86Library, "b/c": "text"}.folder(t), outside))
	require.NoError(t, os.Symlink("..", filepath.Join(root, "up")))
	require.NoError(t, os.Symlink(outside, filepath.Join(root, "outside")))
	require.NoError(t, os.Symlink(outside, filepath.Join(outside, "b", "again")))
	require.NoError(t, os.Symlink(parent, filepath.Join(outside, "b", "parent")))
	const reason = "the link leads to a folder around it, which was not looked at again"
	inventory, err := Scan(t.Context(), root, Options{})
	require.NoError(t, err)
	require.Equal(t, []Problem{{"outside/b/again", reason}, {"outside/b/parent", reason}, {"up", reason}}, inventory.Problems)
	require.Len(t, inventory.Trees[0].Files, 1)
}

// Each folder has two links to the next one: there are 2^30 ways to the last.
func TestLinksThatFanOut(t *testing.T) {
	dir := t.TempDir()
	folder := func(i int) string { return filepath.Join(dir, fmt.Sprint(i)) }
	for i := range 30 {
		require.NoError(t, os.Mkdir(folder(i), 0o755))
		for _, name := range []string{"a", "b"} {
			require.NoError(t, os.Symlink(folder(i+1), filepath.Join(folder(i), name)))
		}
	}
	require.NoError(t, os.Mkdir(folder(30), 0o755))
	require.Equal(t, []Problem{{"", "there are more than 1000 links to folders; the rest was not looked at"}}, problems(t, folder(0), Limits{Files: 1000}))
}

func TestWhatIsIgnoredIsNotFollowed(t *testing.T) {
	root := files{"a": "text"}.folder(t)
	outside := files{"c.so": x86Library}.folder(t)
	require.NoError(t, os.Symlink(outside, filepath.Join(root, "outside")))
	inventory, err := Scan(t.Context(), root, Options{Ignore: func(path string, folder bool) bool { return path == "outside" && folder }})
	require.NoError(t, err)
	require.Empty(t, inventory.Trees[0].Files)
}

// Opening a pipe that nobody writes to would wait forever.
func TestPipesAreNotOpened(t *testing.T) {
	root := files{"a.so": x86Library}.folder(t)
	require.NoError(t, syscall.Mkfifo(filepath.Join(root, "pipe"), 0o644))
	require.Equal(t, []string{"wrong-architecture a.so"}, alarms(t, root, Target{Architecture: Arm64}))
}

// A million small files cost time, and no memory that grows with them.
func TestManySmallFiles(t *testing.T) {
	const many = 100_000
	path := filepath.Join(t.TempDir(), "many.tar.gz")
	out, err := os.Create(path)
	require.NoError(t, err)
	packed, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	require.NoError(t, err)
	w := tar.NewWriter(packed)
	for i := range many {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: fmt.Sprintf("d%d/f%d", i/1000, i), Mode: 0o644, Typeflag: tar.TypeReg}))
	}
	require.NoError(t, errors.Join(w.Close(), packed.Close(), out.Close()))
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := held()
	inventory, err := Scan(t.Context(), path, Options{})
	require.NoError(t, err)
	require.Equal(t, int64(many), inventory.Files)
	require.Less(t, held(), before+1<<20, "bytes held after %d files", many)
	runtime.KeepAlive(inventory)
	require.Equal(t, []Problem{{"", "there are more than 50000 files; the rest was not looked at"}}, problems(t, path, Limits{Files: many / 2}))
}

func TestLinksInArchives(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, header := range []*tar.Header{
		{Name: "loop", Typeflag: tar.TypeSymlink, Linkname: "loop"},
		{Name: "hard", Typeflag: tar.TypeLink, Linkname: "nowhere"},
		{Name: "device", Typeflag: tar.TypeChar},
		{Name: "folder/", Typeflag: tar.TypeDir},
	} {
		require.NoError(t, w.WriteHeader(header))
	}
	require.NoError(t, w.Close())
	require.Empty(t, problems(t, file(t, "a.tar", b.String()), Limits{}))
}

func TestScanNeedsAPath(t *testing.T) {
	_, err := Scan(t.Context(), "/no/such/path", Options{})
	require.EqualError(t, err, "stat /no/such/path: no such file or directory")
	_, err = Scan(t.Context(), os.DevNull, Options{})
	require.EqualError(t, err, os.DevNull+": neither a folder nor a regular file")
}

func TestScanEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("the user gave up"))
	_, err := Scan(ctx, files{"a.so": x86Library}.folder(t), Options{})
	require.EqualError(t, err, "the user gave up")
	_, err = Scan(ctx, file(t, "a.tar", files{"a.so": x86Library}.tar(t)), Options{})
	require.EqualError(t, err, "the user gave up")
}
