package snapshots

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/gkampitakis/go-snaps/snaps"
	"github.com/stretchr/testify/require"
)

const root = "../.."

// assembly is what one run of the application wrote.
type assembly struct {
	dir    string
	stack  template // DualArchDemo
	tuning template // its nested stack
}

// template is a CloudFormation template, as text and as far as the tests look
// into it.
type template struct {
	text      string
	Resources map[string]resource
	Outputs   map[string]any
}

type resource struct {
	Type           string
	DeletionPolicy string
	Properties     map[string]any
}

// ofType returns the resources of a type by their logical ids.
func (t template) ofType(name string) map[string]resource {
	found := map[string]resource{}
	for id, r := range t.Resources {
		if r.Type == name {
			found[id] = r
		}
	}
	return found
}

// synthesize runs the application as the CDK CLI does, once with each context and all runs at a time.
func synthesize(t *testing.T, app string, contexts ...map[string]any) []assembly {
	t.Helper()
	all := make([]assembly, len(contexts))
	dir := t.TempDir()
	t.Run("synthesis", func(t *testing.T) {
		for i, context := range contexts {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				all[i] = synthesizeInto(t, filepath.Join(dir, fmt.Sprint(i)), app, context)
			})
		}
	})
	require.False(t, t.Failed())
	return all
}

func synthesizeInto(t *testing.T, dir, app string, context map[string]any) assembly {
	t.Helper()
	a := assembly{dir: dir}
	text, err := json.Marshal(context)
	require.NoError(t, err)
	run := exec.Command(app)
	run.Dir = root
	run.Env = append(os.Environ(), "CDK_OUTDIR="+a.dir, "CDK_CONTEXT_JSON="+string(text), "CDK_VALIDATION=true")
	output, err := run.CombinedOutput()
	require.NoError(t, err, "%s", output)
	report, err := os.ReadFile(filepath.Join(a.dir, "validation-report.json"))
	require.NoError(t, err)
	require.Contains(t, string(report), `"pluginReports": []`, "what the CDK finds in the templates")
	a.stack = readTemplate(t, filepath.Join(a.dir, "DualArchDemo.template.json"))
	nested, err := filepath.Glob(filepath.Join(a.dir, "*.nested.template.json"))
	require.NoError(t, err)
	require.Len(t, nested, 1, "one nested stack: Prime's tuning")
	a.tuning = readTemplate(t, nested[0])
	return a
}

// testStack synthesizes a stack with and without feature flags, compares both with their snapshots, and tests them; so
// it does with its nested stack, if there are tests of one.
func testStack(t *testing.T, name string, add func(awscdk.Stack), test func(*testing.T, template), nested ...func(*testing.T, template)) {
	t.Helper()
	t.Cleanup(jsii.Close)
	for run, flags := range map[string]map[string]any{
		"with feature flags":    featureFlags(t),
		"without feature flags": nil,
	} {
		t.Run(run, func(t *testing.T) {
			dir := t.TempDir()
			app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(dir), Context: &flags})
			add(awscdk.NewStack(app, jsii.String(name), nil))
			app.Synth(nil)
			template := readTemplate(t, filepath.Join(dir, name+".template.json"))
			template.matches(t, run, name)
			test(t, template)
			for i, test := range nested {
				files, err := filepath.Glob(filepath.Join(dir, "*.nested.template.json"))
				require.NoError(t, err)
				require.Len(t, files, len(nested))
				if test == nil { // another snapshot has it
					continue
				}
				template := readTemplate(t, files[i])
				template.matches(t, run, name+"Tuning")
				test(t, template)
			}
		})
	}
}

// matches compares a template with the snapshot of a run.
func (t template) matches(test *testing.T, run, name string) {
	test.Helper()
	snaps.WithConfig(
		snaps.Dir(filepath.Join("__snapshots__", strings.ReplaceAll(run, " ", "-"))), snaps.Filename(name), snaps.Ext(".json"),
	).MatchStandaloneJSON(test, t.normalised())
}

func readTemplate(t *testing.T, file string) template {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	read := template{text: string(content)}
	require.NoError(t, json.Unmarshal(content, &read))
	return read
}

// buildApp builds the application.
func buildApp(t *testing.T) string {
	t.Helper()
	app := filepath.Join(t.TempDir(), "app")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", app, ".")
	build.Dir = root
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return app
}

// featureFlags returns the context of cdk.json.
func featureFlags(t *testing.T) map[string]any {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "cdk.json"))
	require.NoError(t, err)
	var file struct{ Context map[string]any }
	require.NoError(t, json.Unmarshal(content, &file))
	require.Contains(t, file.Context, "@aws-cdk/aws-iam:minimizePolicies")
	return file.Context
}

var (
	assetHash   = regexp.MustCompile(`[0-9a-f]{64}`)
	codeHash    = regexp.MustCompile(`code [0-9a-f]{12}`)
	versionHash = regexp.MustCompile(`(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}`)
)

// normalised replaces what changes with the code alone. Assets get numbers in the
// order of their appearance, so that two that are the same, or no longer are, can
// be told.
func (t template) normalised() string {
	numbers := map[string]string{}
	text := assetHash.ReplaceAllStringFunc(t.text, func(hash string) string {
		if numbers[hash] == "" {
			numbers[hash] = fmt.Sprintf("<asset %d>", len(numbers)+1)
		}
		return numbers[hash]
	})
	text = codeHash.ReplaceAllString(text, "code <hash>")
	return versionHash.ReplaceAllString(text, "$1<hash>")
}

// names writes references and joins as text.
func names(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case map[string]any:
		if ref, ok := v["Ref"].(string); ok {
			return ref
		}
		if get, ok := v["Fn::GetAtt"].([]any); ok {
			return fmt.Sprint(get[0], ".", get[1])
		}
		if join, ok := v["Fn::Join"].([]any); ok {
			var all []string
			for _, one := range join[1].([]any) {
				all = append(all, names(one))
			}
			return strings.Join(all, join[0].(string))
		}
	}
	return fmt.Sprint(value)
}
