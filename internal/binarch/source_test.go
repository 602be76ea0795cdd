package binarch

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/compression"
	"github.com/stretchr/testify/require"
)

// However a package is read, the same is found in it.
func TestAPackageThatIsNotOnDisk(t *testing.T) {
	content := files{
		"bootstrap*": string(elfSpec{machine: elf.EM_X86_64}.build()), "lib/a.jar!/b.so": string(elfSpec{machine: elf.EM_AARCH64}.build()), "broken.zip": "PK\x03\x04", "large.txt": strings.Repeat("text ", 10<<10),
	}.packed(t).zip(t)
	for name, archive := range map[string]string{"zip": content, "tar": gzipped(t, files{"bootstrap*": string(elfSpec{machine: elf.EM_X86_64}.build())}.tar(t)), "text": "text", "nothing": ""} {
		path := file(t, name, archive)
		want, err := Scan(t.Context(), path, Options{})
		require.NoError(t, err)
		for _, workers := range []int{0, 1} {
			got, err := ScanReaderAt(t.Context(), path, strings.NewReader(archive), int64(len(archive)), Options{Workers: workers})
			require.NoError(t, err)
			require.Equal(t, want, got, name)
			got, err = ScanReader(t.Context(), path, strings.NewReader(archive), int64(len(archive)), Options{Workers: workers})
			require.NoError(t, err)
			require.Equal(t, want, got, name)
		}
	}
}

// One worker reads a zip from its beginning to its end, once its directory is known, and nothing behind the beginning of
// a file that says nothing.
func TestOneWorkerReadsInOrder(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range 50 {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: string(rune('a'+i%26)) + strings.Repeat("x", i) + ".bin"})
		require.NoError(t, err)
		_, err = entry.Write(make([]byte, 100<<10))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	r := &watched{r: bytes.NewReader(b.Bytes())}
	_, err := ScanReaderAt(t.Context(), "a.zip", r, int64(b.Len()), Options{Workers: 1})
	require.NoError(t, err)
	require.Less(t, r.read, int64(b.Len()/4))
	require.LessOrEqual(t, r.back, 3, "times that it went back: from the end to the directory, and to the first entry")
}

type watched struct {
	r        io.ReaderAt
	at, read int64
	back     int
}

func (w *watched) ReadAt(b []byte, at int64) (int, error) {
	if at < w.at {
		w.back++
	}
	n, err := w.r.ReadAt(b, at)
	w.at, w.read = at+int64(n), w.read+int64(n)
	return n, err
}

// A source that fails at once gives its error, and so does one that fails before all of it is in memory.
func TestASourceThatFails(t *testing.T) {
	lost := errors.New("lost")
	_, err := ScanReaderAt(t.Context(), "a.zip", failing{lost}, 1<<20, Options{})
	require.Equal(t, lost, err)
	content := files{"a": "text"}.zip(t)
	_, err = ScanReader(t.Context(), "a.zip", io.MultiReader(strings.NewReader(content), failing{lost}), 1<<20, Options{})
	require.Equal(t, lost, err)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error)          { return 0, f.err }
func (f failing) ReadAt([]byte, int64) (int, error) { return 0, f.err }

// Images that are not on disk give what a layout in a folder gives.
func TestImagesThatAreNotOnDisk(t *testing.T) {
	img := built(t, "arm64", compression.ZStd, files{"usr/bin/tool*": string(elfSpec{machine: elf.EM_X86_64}.build()), "gone*": string(elfSpec{machine: elf.EM_X86_64}.build())}, files{".wh.gone": ""})
	dir := laidOut(t, img)
	want, err := Scan(t.Context(), dir, Options{})
	require.NoError(t, err)
	got, err := ScanImages(t.Context(), dir, folderBlobs{dir}, Options{})
	require.NoError(t, err)
	require.Equal(t, want, got)
	findings := got.Check(Target{Architecture: Arm64})
	require.Len(t, findings, 1)
	require.Equal(t, "usr/bin/tool", findings[0].Path)
}

// The layers of an image that cannot start on the architecture asked for are not read: none of them changes that.
func TestLayersForAnotherArchitectureAreNotRead(t *testing.T) {
	dir := laidOut(t, built(t, "amd64", compression.GZip, files{"tool*": string(elfSpec{}.build())}))
	for only, read := range map[Architecture]int64{"": 1, X8664: 1, Arm64: 0} {
		inventory, err := ScanImages(t.Context(), dir, folderBlobs{dir}, Options{Architecture: only})
		require.NoError(t, err)
		require.Equal(t, read, inventory.Files, only)
		findings := inventory.Check(Target{Architecture: Arm64})
		require.Len(t, findings, 1)
		require.Equal(t, "the image cannot start there", findings[0].Reason)
	}
}
