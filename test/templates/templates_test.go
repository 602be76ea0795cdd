package templates

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	snapshots = "../snapshots/__snapshots__"
	tools     = "../../.venv-templates"
)

// finding is what a tool says of a resource.
type finding struct{ rule, template, resource string }

// exception is a rule that a kind of resource does not follow, and why.
type exception struct {
	rule     string
	resource string // regular expression of logical ids
	why      string
}

// checkov judges each template by itself.
func TestCheckov(t *testing.T) {
	dir := copies(t)
	report := run(t, filepath.Join(tools, "bin", "checkov"),
		"--directory", dir, "--framework", "cloudformation", "--compact", "--skip-download", "--soft-fail", "--output", "json")
	var parsed struct {
		Summary struct {
			ParsingErrors int `json:"parsing_errors"`
			Passed        int
		}
		Results struct {
			Failed []struct {
				Check    string `json:"check_id"`
				File     string `json:"file_path"`
				Resource string // "AWS::Lambda::Function.<logical id>"
			} `json:"failed_checks"`
		}
	}
	require.NoError(t, json.Unmarshal(report, &parsed), "%s", report)
	require.Zero(t, parsed.Summary.ParsingErrors)
	require.Positive(t, parsed.Summary.Passed)
	var found []finding
	for _, failed := range parsed.Results.Failed {
		_, id, _ := strings.Cut(failed.Resource, ".")
		found = append(found, finding{failed.Check, filepath.Base(failed.File), id})
	}
	judge(t, found, checkovExceptions)
}

// The rules of AWS Control Tower, with cfn-guard.
func TestControlTower(t *testing.T) {
	brought := filepath.Join(tools, "cfn-guard", "node_modules", "@cdklabs", "cdk-validator-cfnguard")
	report := run(t, guardProgram(t, brought), "validate", "--rules", filepath.Join(brought, "rules", "control-tower", "cfn-guard"),
		"--data", copies(t), "--output-format", "json", "--show-summary", "none", "--structured")
	var parsed []struct {
		Name      string
		Compliant []string
		Failed    []json.RawMessage `json:"not_compliant"`
	}
	require.NoError(t, json.Unmarshal(report, &parsed), "%s", report)
	require.NotEmpty(t, parsed)
	var found []finding
	for _, template := range parsed {
		require.NotEmpty(t, template.Compliant, template.Name)
		for _, failed := range template.Failed {
			found = append(found, broken(t, filepath.Base(template.Name), failed)...)
		}
	}
	judge(t, found, controlTowerExceptions)
}

var (
	ruleID = regexp.MustCompile(`CT\.[A-Z0-9]+\.PR\.\d+`)
	pathOf = regexp.MustCompile(`"/Resources/([A-Za-z0-9]+)["/]`)
)

// broken returns a failed rule's id with each resource that its report names.
func broken(t *testing.T, template string, failed json.RawMessage) []finding {
	t.Helper()
	rule := ruleID.FindString(string(failed))
	require.NotEmpty(t, rule, "%s", failed)
	var found []finding
	for _, match := range pathOf.FindAllStringSubmatch(string(failed), -1) {
		found = append(found, finding{rule, template, match[1]})
	}
	require.NotEmpty(t, found, "%s", failed)
	return found
}

// judge compares findings with the exceptions: none may be without one, and each has to be needed.
func judge(t *testing.T, found []finding, exceptions []exception) {
	t.Helper()
	unexplained := map[string]bool{}
	needed := map[exception]bool{}
	for _, f := range found {
		i := slices.IndexFunc(exceptions, func(e exception) bool {
			return e.rule == f.rule && regexp.MustCompile(`^(`+e.resource+`)$`).MatchString(f.resource)
		})
		if i < 0 {
			unexplained[fmt.Sprint(f.rule, " ", f.template, " ", f.resource)] = true
			continue
		}
		needed[exceptions[i]] = true
	}
	require.Empty(t, strings.Join(slices.Sorted(maps.Keys(unexplained)), "\n"), "mend them, or add an exception with its reason")
	for _, e := range exceptions {
		require.NotEmpty(t, e.why, e.rule)
		require.True(t, needed[e], "nothing needs the exception %s %s any more; remove it", e.rule, e.resource)
	}
}

// copies returns a folder with the snapshots under names that the tools take for templates.
func copies(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(snapshots, "*", "*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 6)
	dir := t.TempDir()
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		name := filepath.Base(filepath.Dir(file)) + "-" + strings.TrimSuffix(filepath.Base(file), ".snap.json") + ".template.json"
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o600))
	}
	return dir
}

// run returns what a tool prints. What it finds is no failure here: judge decides.
func run(t *testing.T, program string, args ...string) []byte {
	t.Helper()
	require.FileExists(t, program, "make test-templates installs it")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, program, args...)
	var output, said bytes.Buffer
	command.Stdout, command.Stderr = &output, &said
	err := command.Run()
	require.NotEmpty(t, output.Bytes(), "%v\n%s", err, said.String())
	return output.Bytes()
}

// guardProgram returns the one of this machine.
func guardProgram(t *testing.T, brought string) string {
	t.Helper()
	system := map[string]string{"linux": "ubuntu", "darwin": "macos"}[runtime.GOOS]
	machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[runtime.GOARCH]
	return filepath.Join(brought, "bin", system, machine, "cfn-guard")
}
