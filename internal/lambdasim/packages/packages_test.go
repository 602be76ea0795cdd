package packages

import (
	"archive/zip"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
)

// A package of each kind is a zip of its size that is read whole, and has in it what it says.
func TestPackages(t *testing.T) {
	target := binarch.Target{Architecture: binarch.Arm64}
	for kind, want := range map[Kind][]string{
		Text: nil, Wheel: {"native/core.cpython-313-x86_64-linux-gnu.so"}, Go: {"bootstrap"}, Both: nil, Broken: {"broken.zip"},
	} {
		for _, size := range []int64{64 << 10, 2 << 20, 8 << 20} {
			p := New(5, size, kind)
			if size > 64<<10 {
				require.InEpsilon(t, size, p.Size(), 0.25, "%d", kind)
			}
			archive, err := zip.NewReader(p, p.Size())
			require.NoError(t, err)
			for _, file := range archive.File {
				r, err := file.Open()
				require.NoError(t, err)
				_, err = io.Copy(io.Discard, r) // compares the sum
				require.NoError(t, err)
			}
			inventory, err := binarch.ScanReaderAt(t.Context(), "p.zip", p, p.Size(), binarch.Options{})
			require.NoError(t, err)
			var found []string
			for _, f := range inventory.Report([]binarch.Target{target}).Findings {
				found = append(found, f.Path)
			}
			require.Equal(t, want, found)
		}
	}
}

// A package reads like one that is in memory.
func TestAPackageIsAReaderAt(t *testing.T) {
	p := New(1, 64<<10, Text)
	whole, err := io.ReadAll(io.NewSectionReader(p, 0, p.Size()))
	require.NoError(t, err)
	require.Len(t, whole, int(p.Size()))
	require.NoError(t, iotest.TestReader(io.NewSectionReader(p, 0, p.Size()), whole))
	other, err := io.ReadAll(io.NewSectionReader(New(2, 64<<10, Text), 0, p.Size()))
	require.NoError(t, err)
	require.NotEqual(t, whole, other)
}
