package consumer

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/gobuild"
)

// A module that requires this one, here by replace, synthesizes a
// DualArchFunction: its own function from its own sources, the tuner from ours,
// with the very bytes that this module gives. Its CDK is the one that this test is
// run with (scripts/with-cdk.sh), and the CDK CLI reads what that writes.
func TestModuleThatImportsTheConstructs(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	modfile := strings.TrimSpace(run(t, root, nil, "go", "list", "-m", "-f", "{{.GoMod}}"))
	t.Setenv("GOFLAGS", "-buildvcs=false -trimpath") // from here on it is the app's go.mod that counts
	module := t.TempDir()
	copyFile(t, "testdata/app.go.txt", filepath.Join(module, "main.go"))
	programs, output := readme(t, root)
	write(t, filepath.Join(module, "readme", "main.go"), programs[0])
	write(t, filepath.Join(module, "functions", "orders", "main.go"), programs[1])
	copyFile(t, filepath.Join(filepath.Dir(modfile), "go.sum"), filepath.Join(module, "go.sum"))
	requirements, err := os.ReadFile(modfile)
	require.NoError(t, err)
	write(t, filepath.Join(module, "go.mod"), bytes.Join([][]byte{
		bytes.Replace(requirements, []byte("module github.com/dualarch/dualarch\n"), []byte("module example.com/shop\n"), 1),
		[]byte("require github.com/dualarch/dualarch v0.0.0"),
		[]byte("replace github.com/dualarch/dualarch => " + root),
	}, []byte("\n")))

	apps := t.TempDir()
	run(t, module, nil, "go", "build", "-mod=mod", "-o", apps, ".", "./readme")
	out := t.TempDir()
	run(t, module, []string{"CDK_OUTDIR=" + out}, filepath.Join(apps, "shop"))
	cdk := filepath.Join(root, "node_modules", ".bin", "cdk")
	require.Equal(t, "Shop\n", run(t, module, []string{"CDK_DISABLE_CLI_TELEMETRY=true"}, cdk, "list", "--app", out, "--no-notices"))

	stack := readFunctions(t, filepath.Join(out, "Shop.template.json"))
	require.Len(t, stack, 2)
	for _, function := range stack {
		architecture := function.Architectures[0]
		require.Equal(t, map[string]elf.Machine{"x86_64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[architecture], machine(t, function.binary(out)))
	}

	nested, err := filepath.Glob(filepath.Join(out, "*.nested.template.json"))
	require.NoError(t, err)
	require.Len(t, nested, 1, "the tuning stack")
	template, err := os.ReadFile(nested[0])
	require.NoError(t, err)
	require.Contains(t, string(template), `\"exploration\":\"exhaustive\"`, "the app's own choice")
	own := gobuild.Spec{Dir: filepath.Join(root, "functions", "powertuning"), GOARCH: "arm64", ModFile: modfile} // the same versions
	tuner, err := gobuild.Register(own).Output()
	require.NoError(t, err)
	steps := readFunctions(t, nested[0])
	require.NotEmpty(t, steps)
	for id, step := range steps {
		require.Equal(t, []string{"arm64"}, step.Architectures, id)
		require.Equal(t, tuner.SHA256, hash(t, step.binary(out)), id)
	}

	shown := t.TempDir()
	run(t, module, []string{"CDK_OUTDIR=" + shown}, filepath.Join(apps, "readme"))
	require.Len(t, readFunctions(t, filepath.Join(shown, "Shop.template.json")), 2)
	require.Contains(t, stateMachines(t, shown, "Shop"), output, "what the page reads from the outputs is a state machine's ARN")
}

// readme returns the programs that README.md shows, the app and its function, and the output of the stack Shop whose value
// it starts.
func readme(t *testing.T, root string) (programs [][]byte, output string) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	for _, block := range regexp.MustCompile("(?s)```go\n(.*?)```\n").FindAllSubmatch(page, -1) {
		programs = append(programs, block[1])
	}
	require.Len(t, programs, 2)
	read := regexp.MustCompile(`machine=\$\(jq -r \.Shop\.(\w+) outputs\.json\)`).FindSubmatch(page)
	require.NotNil(t, read)
	return programs, string(read[1])
}

// stateMachines returns the outputs of a stack that are a state machine of its nested stack.
func stateMachines(t *testing.T, dir, stack string) []string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, stack+".template.json"))
	require.NoError(t, err)
	var template struct {
		Outputs map[string]struct{ Value json.RawMessage }
	}
	require.NoError(t, json.Unmarshal(content, &template))
	var found []string
	for id, output := range template.Outputs {
		if regexp.MustCompile(`"Fn::GetAtt":\[".*","Outputs\.\w*StateMachine\w*Ref"\]`).Match(compact(t, output.Value)) {
			found = append(found, id)
		}
	}
	return found
}

func compact(t *testing.T, text json.RawMessage) []byte {
	t.Helper()
	var compacted bytes.Buffer
	require.NoError(t, json.Compact(&compacted, text))
	return compacted.Bytes()
}

// function is a Lambda function of a template.
type function struct {
	Architectures []string
	Code          struct{ S3Key string }
}

// binary returns its staged asset's file.
func (f function) binary(out string) string {
	return filepath.Join(out, "asset."+strings.TrimSuffix(f.Code.S3Key, ".zip"), "bootstrap")
}

func readFunctions(t *testing.T, file string) map[string]function {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(content, &template))
	functions := map[string]function{}
	for id, resource := range template.Resources {
		if resource.Type == "AWS::Lambda::Function" {
			var f function
			require.NoError(t, json.Unmarshal(resource.Properties, &f))
			functions[id] = f
		}
	}
	return functions
}

func machine(t *testing.T, file string) elf.Machine {
	t.Helper()
	binary, err := elf.Open(file)
	require.NoError(t, err)
	defer func() { require.NoError(t, binary.Close()) }()
	return binary.Machine
}

func hash(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

func run(t *testing.T, dir string, environment []string, name string, args ...string) (stdout string) {
	t.Helper()
	command := exec.Command(name, args...)
	command.Dir = dir
	command.Env = append(os.Environ(), environment...)
	var output, errors bytes.Buffer
	command.Stdout, command.Stderr = &output, &errors
	require.NoError(t, command.Run(), "%s\n%s%s", command, &output, &errors)
	return output.String()
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	require.NoError(t, err)
	write(t, to, content)
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, content, 0o644))
}
