package house

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Without Chromium, make test-page says in one line what is missing. In CI that is a failure.
func TestThePageWithoutChromium(t *testing.T) {
	path := t.TempDir() // neither chromium nor apt-get
	for _, program := range []string{"bash", "dirname", "id", "env"} {
		found, err := exec.LookPath(program)
		require.NoError(t, err)
		require.NoError(t, os.Symlink(found, filepath.Join(path, program)))
	}
	for ci, fails := range map[string]bool{"": false, "true": true} {
		command := exec.Command("../../scripts/test-page.sh")
		command.Env = []string{"PATH=" + path, "CI=" + ci}
		output, err := command.CombinedOutput()
		require.Equal(t, fails, err != nil, "CI=%q: %v", ci, err)
		require.Equal(t, "test-page: NOT RUN: there is no chromium in PATH: install Debian's package chromium, or Chromium under that name.\n", string(output))
	}
}
