package house

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	uses   = regexp.MustCompile(`(?m)^\s*(?:- )?uses: *(.*)$`)
	pinned = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
)

// A tag of an action can be moved to other code; a commit cannot.
func TestActionsArePinnedToCommits(t *testing.T) {
	files, err := filepath.Glob("../../.github/workflows/*.yml")
	require.NoError(t, err)
	found := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, match := range uses.FindAllStringSubmatch(string(text), -1) {
			found++
			require.Regexp(t, pinned, match[1], "%s: pin the commit and name its version: actions/checkout@<40 hexadecimal digits> # v1.2.3", file)
		}
	}
	require.NotZero(t, found)
}
