package hook_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/release/hook"
)

func TestSettings(t *testing.T) {
	read, err := hook.ReadSettings(`{"function":"f","payloads":[{"a":1}],"timeoutSeconds":3}`, "nowhere")
	require.NoError(t, err)
	require.Equal(t, hook.Settings{Function: "f", Payloads: []json.RawMessage{json.RawMessage(`{"a":1}`)}, TimeoutSeconds: 3}, read)

	file := filepath.Join(t.TempDir(), "payloads.json")
	require.NoError(t, os.WriteFile(file, []byte(`[1,2]`), 0o600))
	read, err = hook.ReadSettings(`{"function":"f"}`, file)
	require.NoError(t, err)
	require.Equal(t, []json.RawMessage{json.RawMessage("1"), json.RawMessage("2")}, read.Payloads)

	_, err = hook.ReadSettings("", file)
	require.EqualError(t, err, "DUALARCH_CHECK cannot be read: unexpected end of JSON input")
	_, err = hook.ReadSettings(`{"function":"f"}`, "nowhere")
	require.EqualError(t, err, "the payloads cannot be read: open nowhere: no such file or directory")
}
