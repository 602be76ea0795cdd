package connect

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

var code = dualarch.GoCode(jsii.String("../../functions/prime"), nil)

// recipe is one of the package's, and the section of the page that shows it.
type recipe struct {
	name, section string
	// build makes the function with props, whose API is disabled, and connects it.
	build func(stack awscdk.Stack, props *dualarch.DualArchFunctionProps)
}

var recipes = []recipe{
	{"SQS", "connect.md#a-queue", withFunction(Queue)},
	{"SQS, split between siblings", "connect.md#a-queue-for-both-siblings", withFunction(SplitQueue)},
	{"DynamoDB or Kinesis stream", "connect.md#a-stream", withFunction(Stream)},
	{"Schedule", "connect.md#a-schedule", withLive(Schedule)},
	{"EventBridge rule", "connect.md#an-eventbridge-rule", withLive(Rule)},
	{"S3", "connect.md#a-bucket", withFunction(Bucket)},
	{"VPC", "connect.md#a-vpc", withProps(InVpc)},
	{"Route of the function's API", "constructs.md#the-api", withAPI(func(awscdk.Stack, dualarch.DualArchFunction) {})},
	{"REST API", "connect-api.md#a-rest-api", withLive(RestApi)},
	{"Function URL", "connect-api.md#a-function-url", withLive(FunctionUrl)},
	{"Custom domain", "connect-api.md#a-domain-of-yours", withAPI(Domain)},
	{"CORS", "connect-api.md#browsers-cors", withProps(Cors)},
	{"Route from before", "connect-api.md#a-route-that-existed-before", withLive(RouteFromBefore)},
	{"Stages of an API", "connect-api.md#several-stages", withAPI(ApiStages)},
}

func withProps(connect func(awscdk.Stack, *dualarch.DualArchFunctionProps) dualarch.DualArchFunction) func(awscdk.Stack, *dualarch.DualArchFunctionProps) {
	return func(stack awscdk.Stack, props *dualarch.DualArchFunctionProps) { connect(stack, props) }
}

func withFunction(connect func(awscdk.Stack, dualarch.DualArchFunction)) func(awscdk.Stack, *dualarch.DualArchFunctionProps) {
	return func(stack awscdk.Stack, props *dualarch.DualArchFunctionProps) {
		connect(stack, dualarch.NewDualArchFunction(stack, jsii.String("Orders"), props))
	}
}

func withAPI(connect func(awscdk.Stack, dualarch.DualArchFunction)) func(awscdk.Stack, *dualarch.DualArchFunctionProps) {
	return func(stack awscdk.Stack, props *dualarch.DualArchFunctionProps) {
		props.Api = nil
		withFunction(connect)(stack, props)
	}
}

func withLive(connect func(awscdk.Stack, awslambda.Alias)) func(awscdk.Stack, *dualarch.DualArchFunctionProps) {
	return withFunction(func(stack awscdk.Stack, fn dualarch.DualArchFunction) {
		live := fn.LiveServing()
		if live == nil {
			live = fn.Live(fn.Primary())
		}
		connect(stack, live)
	})
}

// resource is one of a template.
type resource struct {
	Type       string
	Properties map[string]any
}

// synthesize returns the templates of all recipes, by the recipe's name.
func synthesize(t *testing.T, primary awslambda.Architecture, serving, stableIDs bool) map[string]map[string]resource {
	t.Helper()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &map[string]any{
		"aws:cdk:disable-asset-staging": true, dualarch.StableIds: stableIDs,
	}})
	for i, r := range recipes {
		props := &dualarch.DualArchFunctionProps{
			Code: code, Primary: primary,
			Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
			PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
		}
		if serving {
			props.Serving = &dualarch.ServingOptions{}
		}
		r.build(awscdk.NewStack(app, jsii.String(fmt.Sprintf("Recipe%d", i)), nil), props)
	}
	assembly := app.Synth(nil)
	templates := map[string]map[string]resource{}
	for i, r := range recipes {
		text, err := os.ReadFile(filepath.Join(*assembly.Directory(), fmt.Sprintf("Recipe%d.template.json", i)))
		require.NoError(t, err)
		var template struct{ Resources map[string]resource }
		require.NoError(t, json.Unmarshal(text, &template))
		templates[r.name] = template.Resources
	}
	return templates
}

// own are the resources that change with every function, or that nobody sees.
var own = []string{
	"AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::Lambda::Permission", "AWS::IAM::Role", "AWS::IAM::Policy",
	"AWS::CloudWatch::Alarm", "AWS::CDK::Metadata",
}

// replacing are the properties of resources in the recipes that CloudFormation changes by making a new resource.
var replacing = map[string][]string{"AWS::Lambda::Url": {"TargetFunctionArn", "Qualifier"}}

// changes says what an update from one template to another does to what leads to a function.
func changes(before, after map[string]resource) string {
	replaced, updated := map[string]bool{}, map[string]bool{}
	for id, was := range before {
		is, kept := after[id]
		switch kind := "`" + strings.TrimPrefix(was.Type, "AWS::") + "`"; {
		case slices.Contains(own, was.Type) || kept && reflect.DeepEqual(was, is):
		case !kept || slices.ContainsFunc(replacing[was.Type], func(name string) bool { return !reflect.DeepEqual(was.Properties[name], is.Properties[name]) }):
			replaced[kind] = true
		default:
			updated[kind] = true
		}
	}
	var said []string
	for kind := range replaced {
		said = append(said, "replaces "+kind)
	}
	for kind := range updated {
		said = append(said, "updates "+kind)
	}
	if said == nil {
		return "nothing"
	}
	slices.Sort(said)
	return strings.Join(said, ", ")
}

// The table of what a change of Primary does is made of templates.
func TestTheTableOfChanges(t *testing.T) {
	x86, arm64 := awslambda.Architecture_X86_64(), awslambda.Architecture_ARM_64()
	var text strings.Builder
	text.WriteString("| | without `Serving` | without it, with `stableIds` | with `Serving` |\n|---|---|---|---|\n")
	columns := []struct{ serving, stableIDs bool }{{false, false}, {false, true}, {true, false}}
	cells := map[string][]string{}
	for _, column := range columns {
		before, after := synthesize(t, x86, column.serving, column.stableIDs), synthesize(t, arm64, column.serving, column.stableIDs)
		for _, r := range recipes {
			cells[r.name] = append(cells[r.name], changes(before[r.name], after[r.name]))
		}
	}
	for _, r := range recipes {
		fmt.Fprintf(&text, "| [%s](%s) | %s |\n", r.name, strings.TrimPrefix(r.section, "connect.md"), strings.Join(cells[r.name], " | "))
		require.Equal(t, "nothing", cells[r.name][2], "%s with Serving", r.name)
	}

	const (
		page  = "../../docs/connect.md"
		begin = "<!-- written by UPDATE_SNAPS=always go test ./examples/connect -->\n"
		end   = "<!-- end of what is written -->\n"
	)
	content, err := os.ReadFile(page)
	require.NoError(t, err)
	head, rest, found := strings.Cut(string(content), begin)
	require.True(t, found, begin)
	written, tail, found := strings.Cut(rest, end)
	require.True(t, found, end)
	if os.Getenv("UPDATE_SNAPS") == "always" {
		require.NoError(t, os.WriteFile(page, []byte(head+begin+text.String()+end+tail), 0o644))
		return
	}
	require.Equal(t, text.String(), written, "renew the page: UPDATE_SNAPS=always go test ./examples/connect")
}

// Each environment of an app has the same ids, and its own primary.
func TestEnvironments(t *testing.T) {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &map[string]any{"aws:cdk:disable-asset-staging": true}})
	Environments(app, code)
	assembly := app.Synth(nil)
	architectures := map[string]string{}
	for _, name := range []string{"Test", "Production"} {
		text, err := os.ReadFile(*(*assembly.GetNestedAssembly(jsii.String("assembly-" + name)).Stacks())[0].TemplateFullPath())
		require.NoError(t, err)
		var template struct{ Resources map[string]resource }
		require.NoError(t, json.Unmarshal(text, &template))
		for id, r := range template.Resources {
			if r.Type == "AWS::Lambda::Function" && strings.HasPrefix(id, "Orders") && len(id) == len("Orders12345678") {
				architectures[name+" "+id] = r.Properties["Architectures"].([]any)[0].(string)
			}
		}
	}
	require.Len(t, architectures, 2)
	for key, architecture := range architectures {
		require.Equal(t, map[bool]string{true: "arm64", false: "x86_64"}[strings.HasPrefix(key, "Test ")], architecture, key)
	}
}

// The pages show every recipe as it is here.
func TestThePagesShowTheRecipes(t *testing.T) {
	var shown []string
	for _, page := range []string{"connect.md", "connect-api.md"} {
		content, err := os.ReadFile(filepath.Join("../../docs", page))
		require.NoError(t, err)
		for _, block := range strings.Split(string(content), "```go\n")[1:] {
			text, _, _ := strings.Cut(block, "```")
			shown = append(shown, text)
		}
	}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var recipes []string
	for _, file := range files {
		if file == "doc.go" || strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		recipes = append(recipes, string(text))
	}
	require.ElementsMatch(t, recipes, shown)
}
