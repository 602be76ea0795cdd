package dockerbuild

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// docker installs a stand-in for a Docker of those versions: a script that
// answers as its client does.
func docker(t *testing.T, name, version, buildx string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "docker")
	script := "#!/bin/sh\ncase \"$1\" in\n--version) echo '" + name + "' ;;\nversion) " + version + " ;;\nbuildx) " + buildx + " ;;\nesac\n"
	require.NoError(t, os.WriteFile(file, []byte(script), 0o755))
	return file
}

func TestInspect(t *testing.T) {
	const (
		isDocker = "Docker version 99, build 1"
		none     = "exit 1"
		why      = "Docker's classic builder would build the images: its cache ignores the platform, so that both siblings would get the image of one architecture; "
	)
	t.Setenv("DOCKER_HOST", "tcp://192.0.2.1:2375") // elsewhere: nothing is said of emulation
	for name, test := range map[string]struct {
		docker, buildkit string
		want             Verdict
	}{
		"old client and engine": {docker(t, isDocker, "echo 20.10.24+dfsg1 20.10.24+dfsg1", none), "",
			Verdict{Reached: true, Classic: why + "set DOCKER_BUILDKIT=1 (docker 20.10.24+dfsg1 with engine 20.10.24+dfsg1), or install Docker 23 or newer"}},
		"old client and engine with BuildKit": {docker(t, isDocker, "echo 20.10.24 20.10.24", none), "1", Verdict{Reached: true}},
		"old client, new engine":              {docker(t, isDocker, "echo 20.10.24 28.2.2", none), "", Verdict{Reached: true}},
		"new client with buildx, old engine":  {docker(t, isDocker, "echo 28.2.2 20.10.24", "echo v0.19.3"), "", Verdict{Reached: true}},
		"new client without buildx": {docker(t, isDocker, "echo 28.2.2 28.2.2", none), "",
			Verdict{Reached: true, Classic: why + "install the buildx plugin (docker 28.2.2 has none)"}},
		"BuildKit switched off": {docker(t, isDocker, "echo 28.2.2 28.2.2", "echo v0.19.3"), "0",
			Verdict{Reached: true, Classic: why + `DOCKER_BUILDKIT is "0": unset it or set it to 1`}},
		"a version that is none": {docker(t, isDocker, "echo library-import library-import", "echo v0.19.3"), "", Verdict{Reached: true}},
		"Podman":                 {docker(t, "podman version 5.0.0", "echo 5.0.0 5.0.0", none), "", Verdict{}},
		"no daemon": {docker(t, isDocker, "echo 28.2.2; echo Cannot connect to the Docker daemon >&2; exit 1", none), "",
			Verdict{Warnings: []string{"the Docker daemon cannot be reached (Cannot connect to the Docker daemon): synthesis continues, but cdk deploy will fail before it changes the stack; start the daemon"}}},
		"no Docker": {"no-such-docker", "",
			Verdict{Warnings: []string{`no-such-docker cannot be run (exec: "no-such-docker": executable file not found in $PATH): synthesis continues, but cdk deploy will fail before it changes the stack; install Docker 23 or newer`}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("CDK_DOCKER", test.docker)
			t.Setenv("DOCKER_BUILDKIT", test.buildkit)
			require.Equal(t, test.want, Inspect(t.Context()))
		})
	}
}

func TestEmulation(t *testing.T) {
	dir := t.TempDir()
	require.Equal(t, "programs for arm64 cannot be run here (no qemu-aarch64 in "+dir+"): a Dockerfile with RUN lines for that platform will fail to build; install qemu-user-static and binfmt-support",
		emulation("", dir, "amd64"))
	require.Equal(t, "programs for x86_64 cannot be run here (no qemu-x86_64 in "+dir+"): a Dockerfile with RUN lines for that platform will fail to build; install qemu-user-static and binfmt-support",
		emulation("unix:///run/docker.sock", dir, "arm64"))
	require.Empty(t, emulation("tcp://192.0.2.1:2375", dir, "amd64"), "an engine elsewhere")
	require.Empty(t, emulation("", filepath.Join(dir, "none"), "amd64"), "not Linux")

	entry := filepath.Join(dir, "qemu-aarch64")
	require.NoError(t, os.WriteFile(entry, []byte("disabled\n"), 0o644))
	require.NotEmpty(t, emulation("", dir, "amd64"))
	require.NoError(t, os.WriteFile(entry, []byte("enabled\ninterpreter /usr/bin/qemu-aarch64-static\n"), 0o644))
	require.Empty(t, emulation("", dir, "amd64"))
}
