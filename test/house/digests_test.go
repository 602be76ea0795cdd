package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	fromLine = regexp.MustCompile(`(?m)^FROM (?:--platform=\S+ )?(\S+)(?: AS (\S+))?$`)
	snippet  = regexp.MustCompile("(?s)```dockerfile\n(.*?)```")
)

// A base image comes by its digest, in what is built here and in what the pages tell to copy: a tag may be moved.
func TestBaseImagesHaveDigests(t *testing.T) {
	text, err := os.ReadFile("../../functions/prime/Dockerfile")
	require.NoError(t, err)
	dockerfiles := map[string]string{"functions/prime/Dockerfile": string(text)}
	files, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	for _, file := range append(files, "../../README.md") {
		page, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, found := range snippet.FindAllSubmatch(page, -1) {
			dockerfiles[filepath.Base(file)] += string(found[1])
		}
	}
	require.Contains(t, dockerfiles, "containers.md")
	for file, text := range dockerfiles {
		stages := map[string]bool{"scratch": true}
		lines := fromLine.FindAllStringSubmatch(text, -1)
		require.Len(t, lines, strings.Count("\n"+text, "\nFROM "), file)
		for _, line := range lines {
			if image := line[1]; !stages[image] {
				require.Regexp(t, `:[\w.-]+@sha256:[0-9a-f]{64}$`, image, file)
			}
			stages[line[2]] = true
		}
	}
}
