package dockerbuild

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStale(t *testing.T) {
	file := filepath.Join(t.TempDir(), "docker")
	answer := func(line string) {
		require.NoError(t, os.WriteFile(file, []byte("#!/bin/sh\n[ \"$*\" = 'image inspect --format {{.Os}}/{{.Architecture}} cdkasset-abc' ] || exit 2\n"+line+"\n"), 0o755))
	}
	t.Setenv("CDK_DOCKER", file)
	answer("echo linux/amd64")
	require.Equal(t, "the image that cdk deploy would push for linux/arm64 exists already and is for linux/amd64: Docker's classic builder, or a platform in the Dockerfile's last FROM, made it so, and it would not be built again; remove it: "+file+" image rm cdkasset-abc",
		Stale(t.Context(), "abc", "arm64"))
	require.Empty(t, Stale(t.Context(), "abc", "amd64"))
	answer("echo Error: No such image: cdkasset-abc >&2; exit 1")
	require.Empty(t, Stale(t.Context(), "abc", "arm64"))
}
