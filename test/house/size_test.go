package house

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// largestRoom is how many lines a package of the tuner may have, without its tests.
const largestRoom = 1300

// A package of the tuner is something that one can read.
func TestRoomsOfTheTunerAreSmall(t *testing.T) {
	sizes := map[string]int{}
	for _, root := range []string{"internal/tuner", "tuning"} {
		require.NoError(t, filepath.WalkDir(filepath.Join("../..", root), func(file string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			sizes[strings.TrimPrefix(filepath.ToSlash(filepath.Dir(file)), "../../")] += bytes.Count(text, []byte("\n"))
			return nil
		}))
	}
	require.Greater(t, len(sizes), 15)
	for folder, lines := range sizes {
		require.LessOrEqual(t, lines, largestRoom, "%s has %d lines", folder, lines)
		require.FileExists(t, filepath.Join("../..", folder, "doc.go"), "it gives a reading order")
	}
}
