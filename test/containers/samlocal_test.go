package containers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// sam local runs functions of the demo and of the examples from the templates that `cdk synth` writes,
// with the events that lie beside them. AWS's runtime images are not there: images made here stand in
// for them under their names. So this proves templates, assets, handlers and events, and of the
// runtimes nothing.
func TestSamLocal(t *testing.T) {
	t.Run("demo", func(t *testing.T) {
		template := synthesizeApp(t, root, "DualArchDemo")
		for _, p := range platforms {
			standInForRuntime(t, p, "provided:al2023-", t.TempDir())
			requirePrime(t, p, samLocal(t, template, "Prime", p, filepath.Join(root, "functions", "events", "prime.json")))
			requireNoService(t, samLocal(t, template, "Number", p, filepath.Join(root, "functions", "events", "number.json")))
		}
	})
	t.Run("examples", func(t *testing.T) {
		examples := filepath.Join(root, "examples")
		template := synthesizeApp(t, examples, "DualArchExamples")
		here := host() // its interpreters are the ones that are here
		standInForRuntime(t, here, "python:3.14-", withPython(t))
		requirePrime(t, here, samLocal(t, template, "PrimePython", here, filepath.Join(examples, "events", "prime-python.json")))
		standInForRuntime(t, here, "nodejs:24-", withNode(t))
		requireNoService(t, samLocal(t, template, "NumberNode", here, filepath.Join(examples, "events", "number-node.json")))
	})
}

// requireNoService looks at what Number answers where its numbers service is not there: it has
// understood the event, and what it would answer to another is a 400.
func requireNoService(t *testing.T, answer string) {
	t.Helper()
	var response struct {
		StatusCode int
		Body       string
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &response), answer)
	require.Equal(t, 502, response.StatusCode, answer)
	require.Contains(t, response.Body, `{"error":"the numbers service cannot be reached`)
}

// synthesizeApp runs the CDK CLI in an app's folder as a user does, and returns a stack's template.
func synthesizeApp(t *testing.T, app, stack string) string {
	t.Helper()
	dir := t.TempDir()
	cdk, err := filepath.Abs(filepath.Join(root, "node_modules", ".bin", "cdk"))
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), cdk, "synth", "--quiet", "--no-notices", "--output", dir)
	command.Dir = app
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return filepath.Join(dir, stack+".template.json")
}

// samLocal invokes a sibling with the event in a file and returns its answer.
func samLocal(t *testing.T, template, function string, p platform, event string) string {
	t.Helper()
	home := t.TempDir()
	// It would ask a package index for a newer version of itself once a week, and wants a number with a point.
	write(t, filepath.Join(home, ".aws-sam", "metadata.json"), fmt.Sprintf(`{"installationId":"test","lastVersionCheck":%d.0}`, time.Now().Unix()))
	command := exec.CommandContext(t.Context(), filepath.Join(root, ".venv-containers", "bin", "sam"), "local", "invoke",
		"--template", template, "--event", event, "--skip-pull-image",
		"--add-host", "numbersapi.com:127.0.0.1", // nobody is asked from here
		logicalID(t, template, function, p))
	command.Env = append(os.Environ(), "HOME="+home, "SAM_CLI_TELEMETRY=0", "AWS_DEFAULT_REGION=us-east-1", "DOCKER_HOST="+patientEngine(t))
	var complaints bytes.Buffer
	command.Stderr = &complaints
	output, err := command.Output()
	require.NoError(t, err, "%s\n%s", output, &complaints)
	require.NotEmpty(t, output, "%s", &complaints)
	return strings.TrimSpace(string(output))
}

// logicalID finds a sibling in a template.
func logicalID(t *testing.T, file, function string, p platform) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties struct{ Architectures []string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &template))
	for id, resource := range template.Resources {
		if resource.Type == "AWS::Lambda::Function" && strings.HasPrefix(id, function) && resource.Properties.Architectures[0] == p.lambda {
			return id
		}
	}
	require.Fail(t, "no such function", "%s for %s in %s", function, p.lambda, file)
	return ""
}
