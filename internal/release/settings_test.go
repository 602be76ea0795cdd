package release_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/release"
)

func TestSettings(t *testing.T) {
	read, err := release.ReadSettings(`{"function":"f","payloads":[{"a":1}],"timeoutSeconds":3}`, "nowhere")
	require.NoError(t, err)
	require.Equal(t, release.Settings{Function: "f", Payloads: payloads(`{"a":1}`), TimeoutSeconds: 3}, read)

	file := filepath.Join(t.TempDir(), "payloads.json")
	require.NoError(t, os.WriteFile(file, []byte(`[1,2]`), 0o600))
	read, err = release.ReadSettings(`{"function":"f"}`, file)
	require.NoError(t, err)
	require.Equal(t, payloads("1", "2"), read.Payloads)

	_, err = release.ReadSettings("", file)
	require.EqualError(t, err, "DUALARCH_CHECK cannot be read: unexpected end of JSON input")
	_, err = release.ReadSettings(`{"function":"f"}`, "nowhere")
	require.EqualError(t, err, "the payloads cannot be read: open nowhere: no such file or directory")
}
