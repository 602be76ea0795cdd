package containers

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/pages"
)

// sam local runs functions of the demo and of the examples by the pages' commands, from the templates that
// `cdk synth` writes, with the events next to them. Images made here stand in for AWS's runtime images under
// their names. So this tests commands, templates, assets, handlers and events, but not the runtimes.
func TestSamLocal(t *testing.T) {
	t.Run("demo", func(t *testing.T) {
		block := pages.Block(t, "make synth")
		require.Len(t, block, 2)
		shell(t, root, block[0])
		line := newSamLine(t, root, block[1])
		require.Equal(t, line.logicalID(t, "Prime", platforms[1]), line.function, "the page names another function")
		for _, p := range platforms {
			standInForRuntime(t, p, "provided:al2023-", t.TempDir())
			requirePrime(t, p, line.invoke(t, "Prime", p, "functions/events/prime.json"))
			requireNoService(t, line.invoke(t, "Number", p, "functions/events/number.json"))
		}
	})
	t.Run("examples", func(t *testing.T) {
		block := pages.Block(t, "cd examples")
		require.Len(t, block, 3)
		folder := filepath.Join(root, "examples")
		shell(t, folder, block[1])
		line := newSamLine(t, folder, block[2])
		require.Equal(t, line.logicalID(t, "PrimePython", platforms[0]), line.function, "the page names another function")
		here := host() // its interpreters are the ones that are here
		standInForRuntime(t, here, "python:3.14-", withPython(t))
		requirePrime(t, here, line.invoke(t, "PrimePython", here, "events/prime-python.json"))
		standInForRuntime(t, here, "nodejs:24-", withNode(t))
		requireNoService(t, line.invoke(t, "NumberNode", here, "events/number-node.json"))
	})
}

// requireNoService checks what Number answers without its numbers service: it has understood the event; to
// another one it would answer 400.
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

// samLine is a line of a page: sam local invoke FUNCTION -t TEMPLATE -e EVENT.
type samLine struct {
	folder                          string // that it is typed in
	text, function, template, event string
}

func newSamLine(t *testing.T, folder, text string) samLine {
	t.Helper()
	words := strings.Fields(text)
	require.Len(t, words, 8, text)
	require.Equal(t, []string{"sam", "local", "invoke", "-t", "-e"}, append(slices.Clone(words[:3]), words[4], words[6]), text)
	return samLine{folder: folder, text: text, function: words[3], template: words[5], event: words[7]}
}

// invoke types the line for a sibling of a function and an event, and returns the answer.
func (l samLine) invoke(t *testing.T, function string, p platform, event string) string {
	t.Helper()
	home := t.TempDir()
	// sam asks a package index for a newer version of itself once a week, and this must be a float.
	write(t, filepath.Join(home, ".aws-sam", "metadata.json"), fmt.Sprintf(`{"installationId":"test","lastVersionCheck":%d.0}`, time.Now().Unix()))
	tools, err := filepath.Abs(filepath.Join(root, ".venv-containers", "bin"))
	require.NoError(t, err)
	line := strings.NewReplacer(l.function, l.logicalID(t, function, p), l.event, event).Replace(l.text) +
		" --skip-pull-image --add-host numbersapi.com:127.0.0.1" // nothing is pulled, and nobody asked from here
	answer := shell(t, l.folder, line, "HOME="+home, "SAM_CLI_TELEMETRY=0", "AWS_DEFAULT_REGION=us-east-1", "DOCKER_HOST="+patientEngine(t),
		"PATH="+tools+string(os.PathListSeparator)+os.Getenv("PATH"))
	require.NotEmpty(t, answer, line)
	return strings.TrimSpace(answer)
}

// logicalID finds a sibling in the template.
func (l samLine) logicalID(t *testing.T, function string, p platform) string {
	t.Helper()
	file := filepath.Join(l.folder, l.template)
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
