package house

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// largestRoom is how many lines a package of the tuner may have, without its tests.
const largestRoom = 1300

// A package of the tuner is something that one can read. tuning/explore is still to be divided.
func TestRoomsOfTheTunerAreSmall(t *testing.T) {
	sizes := map[string]int{}
	for _, pattern := range []string{"internal/tuner/*.go", "internal/tuner/*/*.go", "tuning/*.go", "tuning/*/*.go"} {
		files, err := filepath.Glob(filepath.Join("../..", pattern))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			sizes[strings.TrimPrefix(filepath.ToSlash(filepath.Dir(file)), "../../")] += bytes.Count(text, []byte("\n"))
		}
	}
	require.Greater(t, len(sizes), 10)
	for folder, lines := range sizes {
		limit := largestRoom
		if folder == "tuning/explore" {
			limit = 1700
		}
		require.LessOrEqual(t, lines, limit, "%s has %d lines", folder, lines)
	}
}
