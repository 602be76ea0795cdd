package containers

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const root = "../.."

// runtimeInterfaceEmulator returns the path of AWS's program of that name for an architecture,
// from aws-sam-cli.
func runtimeInterfaceEmulator(t *testing.T, lambda string) string {
	t.Helper()
	pattern := filepath.Join(root, ".venv-containers", "lib", "python3*", "site-packages", "samcli", "local", "rapid", "aws-lambda-rie-"+lambda)
	found, err := filepath.Glob(pattern)
	require.NoError(t, err)
	require.Len(t, found, 1, "%s: run this through `make test-containers`, which installs it", pattern)
	file, err := filepath.Abs(found[0])
	require.NoError(t, err)
	return file
}

// requireAnswer runs the demo's Prime from an image under the runtime interface emulator of its
// architecture, as docs/containers.md shows it but for the waiter, and posts the demo's event.
func requireAnswer(t *testing.T, p platform, image string) {
	t.Helper()
	waiter := filepath.Join(t.TempDir(), "waiter")
	compile(t, p, "./standin/waiter", waiter)
	container := docker(t, "run", "--detach", "--pull", "never", "--platform", p.docker(), "--publish", "127.0.0.1::8080",
		"--volume", runtimeInterfaceEmulator(t, p.lambda)+":/rie:ro", "--volume", waiter+":/waiter:ro",
		"--entrypoint", "/rie", image, "/waiter", "/var/task/bootstrap")
	defer docker(t, "rm", "--force", container)
	address := docker(t, "port", container, "8080/tcp")

	event, err := os.ReadFile(filepath.Join(root, "functions", "events", "prime.json"))
	require.NoError(t, err)
	var answer string
	require.Eventually(t, func() bool {
		response, err := http.Post("http://"+address+"/2015-03-31/functions/function/invocations", "application/json", strings.NewReader(string(event)))
		if err != nil {
			return false // it does not listen yet
		}
		body, err := io.ReadAll(response.Body)
		answer = string(body)
		return err == nil && response.Body.Close() == nil
	}, patience, 100*time.Millisecond, "no answer from %s", image)
	requirePrime(t, p, answer)
}

// requirePrime checks what Prime answered to the demo's event, and on which machine.
func requirePrime(t *testing.T, p platform, answer string) {
	t.Helper()
	var response struct {
		StatusCode int
		Body       string
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &response), answer)
	require.Equal(t, http.StatusOK, response.StatusCode, answer)
	var report struct{ Machine, Message string }
	require.NoError(t, json.Unmarshal([]byte(response.Body), &report), answer)
	require.Equal(t, p.kernel, report.Machine)
	require.Equal(t, "There are 78498 prime numbers <= 1000000", report.Message)
}
