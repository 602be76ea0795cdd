package binarch

import (
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is small stays small on disk: 64 MiB of zeros that have to be read at random are 64 KiB in a zip.
func TestASmallFileTakesLittleOfTheDisk(t *testing.T) {
	large := withLateInterpreter(64 << 20)
	bomb := files{"tool*": large}.zip(t)
	require.Less(t, len(bomb), 70<<10)
	const why = "more than 16 MiB of it would be on disk, out of a file of "
	for name, path := range map[string]string{
		"a zip":             file(t, "a.zip", bomb),
		"a zip in a folder": files{"a.zip": bomb}.folder(t),
		"a zip in a zip":    file(t, "b.zip", files{"a.zip": bomb}.zip(t)),
		"a tar":             file(t, "a.tgz", gzipped(t, files{"tool*": large}.tar(t))),
	} {
		t.Run(name, func(t *testing.T) {
			left := ownTemp(t)
			found := problems(t, path, Limits{})
			require.NotEmpty(t, found)
			for _, problem := range found {
				require.Contains(t, problem.Reason, why)
			}
			require.Empty(t, left())
		})
	}
}

// However a scan ends, nothing is left of what it wrote to disk.
func TestASpooledFileHasNoName(t *testing.T) {
	left := ownTemp(t)
	c, err := streamContent(io.LimitReader(zeros{}, spoolMemory+1), unknownSize, make([]byte, headSize))
	require.NoError(t, err)
	require.NoError(t, c.fetch())
	require.NotNil(t, c.temp, "it is on disk")
	require.Empty(t, left())
	last := make([]byte, 1)
	_, err = c.ReadAt(last, spoolMemory)
	require.NoError(t, err)
	require.NoError(t, c.close())
}

// A large native file in an archive goes through a temporary file, which is gone
// afterwards.
func TestLargeEntriesAreSpooled(t *testing.T) {
	left := ownTemp(t)
	inventory, err := Scan(t.Context(), file(t, "a.zip", files{"tool*": withLateInterpreter(spoolMemory + 1)}.zip(t)), Options{})
	require.NoError(t, err)
	require.Empty(t, inventory.Problems)
	require.Equal(t, "/ld-x.so", inventory.Trees[0].Files[0].Interpreter)
	require.Empty(t, left())
}

// withLateInterpreter returns a library that zeros make large. Its interpreter lies at its end, so that the whole file
// has to be read.
func withLateInterpreter(zeros int) string {
	large := []byte(x86Library + strings.Repeat("\x00", zeros))
	at := len(large) - 8
	copy(large[at:], "/ld-x.so")
	copy(large[64+56:], []byte{3, 0, 0, 0}) // the second program header becomes PT_INTERP
	for i := range 8 {
		large[64+56+8+i] = byte(at >> (8 * i)) // its offset
		large[64+56+32+i] = 0
	}
	large[64+56+32] = 8 // its size
	return string(large)
}

// ownTemp gives a test a folder of its own for temporary files, and returns what lists it.
func ownTemp(t *testing.T) (left func() []os.DirEntry) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	return func() []os.DirEntry {
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		return entries
	}
}
