package house

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// Without a Docker engine, make test-containers says what is missing. In CI that is a failure.
func TestContainersWithoutAnEngine(t *testing.T) {
	for ci, fails := range map[string]bool{"": false, "true": true} {
		command := exec.Command("../../scripts/test-containers.sh")
		command.Env = append(os.Environ(), "CI="+ci, "DOCKER_HOST=unix:///nowhere/docker.sock")
		output, err := command.CombinedOutput()
		require.Equal(t, fails, err != nil, "CI=%q: %v", ci, err)
		require.Regexp(t, `^test-containers: NOT RUN: no Docker engine answers here \(DOCKER_HOST is unix:///nowhere/docker\.sock: .+\)\.
Install Docker 23 or newer with its plugin buildx and start it, or name an engine with DOCKER_HOST\.
$`, string(output))
	}
}
