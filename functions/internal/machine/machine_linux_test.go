package machine

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNameIsWhatUnameSays(t *testing.T) {
	text, err := exec.Command("uname", "-m").Output()
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(text)), Name())
}
