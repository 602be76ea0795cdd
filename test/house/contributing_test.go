package house

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var name = regexp.MustCompile("`(\\w+)`")

// CONTRIBUTING.md says what each folder of test/ is for, and names no other.
func TestFoldersOfTestsAreExplained(t *testing.T) {
	page, err := os.ReadFile("../../CONTRIBUTING.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(page), "| Folder of `test/` | What for |\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n\n")
	var explained []string
	for row := range strings.Lines(table) {
		folders, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), " | ")
		for _, match := range name.FindAllStringSubmatch(folders, -1) {
			explained = append(explained, match[1])
		}
	}
	slices.Sort(explained)

	entries, err := os.ReadDir("..")
	require.NoError(t, err)
	var folders []string
	for _, entry := range entries {
		if entry.IsDir() {
			folders = append(folders, entry.Name())
		}
	}
	require.Equal(t, folders, explained)
}
