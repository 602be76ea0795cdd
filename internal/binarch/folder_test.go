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

func TestLinksAreNotFollowed(t *testing.T) {
	root := files{"a/b.so": x86Library}.folder(t)
	outside := files{"c.so": x86Library}.folder(t)
	require.NoError(t, os.Symlink("..", filepath.Join(root, "a", "loop")))
	require.NoError(t, os.Symlink("self", filepath.Join(root, "self")))
	require.NoError(t, os.Symlink(outside, filepath.Join(root, "outside")))
	require.Equal(t, []string{"wrong-architecture a/b.so"}, alarms(t, root, Target{Architecture: Arm64}))
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
