package adopt

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// deployments are the app in production, and after each deployment of docs/adopt-deployments.md. orders makes the function; it returns
// what the rule is to reach.
var deployments = []struct {
	name   string
	orders func(awscdk.Stack, awssqs.Queue) awslambda.IFunction
}{
	{"production", inProduction},
	{"adopt", served(latest, awslambda.Architecture_X86_64, nil, false)},
	{"callers", served(live, awslambda.Architecture_X86_64, nil, false)},
	{"move", served(live, awslambda.Architecture_ARM_64, nil, false)},
	{"memory", served(live, awslambda.Architecture_ARM_64, jsii.Number(1024), false)},
	{"only", served(live, awslambda.Architecture_ARM_64, jsii.Number(1024), true)},
}

var (
	latest = func(fn dualarch.DualArchFunction) awslambda.IFunction { return fn.Serving() }
	live   = func(fn dualarch.DualArchFunction) awslambda.IFunction { return fn.LiveServing() }
)

func inProduction(stack awscdk.Stack, queue awssqs.Queue) awslambda.IFunction {
	fn := awslambda.NewFunction(stack, jsii.String("Orders"), &awslambda.FunctionProps{
		Code: awslambda.Code_FromAsset(jsii.String(filepath.Join(root, "functions", "prime")), nil), Runtime: awslambda.Runtime_PROVIDED_AL2023(), Handler: jsii.String("bootstrap"),
		FunctionName: jsii.String("orders"), MemorySize: jsii.Number(512),
	})
	fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))
	return fn
}

// served makes the function as docs/adopt-deployments.md does, with the options that a deployment changes.
func served(reached func(dualarch.DualArchFunction) awslambda.IFunction, primary func() awslambda.Architecture, memory *float64, only bool) func(awscdk.Stack, awssqs.Queue) awslambda.IFunction {
	return func(stack awscdk.Stack, queue awssqs.Queue) awslambda.IFunction {
		var arm64 *dualarch.SiblingOptions
		if memory != nil {
			arm64 = &dualarch.SiblingOptions{MemorySize: memory}
		}
		serving := &dualarch.ServingOptions{}
		if only {
			serving.Only = jsii.Bool(true)
		}
		fn := dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
			Code:     dualarch.GoCode(jsii.String(filepath.Join(root, "functions", "prime")), nil),
			Function: &awslambda.FunctionOptions{FunctionName: jsii.String("orders"), MemorySize: jsii.Number(512)},
			Arm64:    arm64,
			Primary:  primary(),
			Serving:  serving,
			Api:      &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
			PowerTuning: &dualarch.PowerTuningOptions{
				Payload: map[string]any{"Records": []any{}},
			},
		})
		fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))
		return reached(fn)
	}
}

// removed matches what the last deployment deletes: the siblings and the tuner.
var removed = regexp.MustCompile(`^deleted Shop/(Orders/(X86|Arm64)|DualArchPowerTuning)`)

const (
	beginDiff = "<!-- cdk diff: %s, written by UPDATE_SNAPS=always go test ./test/adopt -run Deployments -->\n"
	endDiff   = "<!-- end of cdk diff -->\n"
)

// Each deployment of docs/adopt-deployments.md loses nothing, and the page shows what cdk diff says of it.
func TestDeployments(t *testing.T) {
	t.Cleanup(jsii.Close)
	page := filepath.Join(root, "docs", "adopt-deployments.md")
	content, err := os.ReadFile(page)
	require.NoError(t, err)
	text := string(content)
	before := synthesizeDeployment(t, deployments[0].orders)
	for _, d := range deployments[1:] {
		after := synthesizeDeployment(t, d.orders)
		lost := losses(t, open(t, before), open(t, after))
		if d.name == "only" { // what it is for
			require.NotEmpty(t, lost)
			lost = slices.DeleteFunc(lost, func(loss string) bool { return removed.MatchString(loss) })
		}
		require.Empty(t, lost, d.name)
		begin := fmt.Sprintf(beginDiff, d.name)
		head, rest, found := strings.Cut(text, begin)
		require.True(t, found, begin)
		shown, tail, found := strings.Cut(rest, endDiff)
		require.True(t, found, endDiff)
		diff := "\n```text\n" + cdkDiff(t, before, after) + "```\n\n"
		text = head + begin + diff + endDiff + tail
		if os.Getenv("UPDATE_SNAPS") != "always" {
			require.Equal(t, diff, shown, "renew docs/adopt-deployments.md with UPDATE_SNAPS=always\n%s", nestedChanges(t, before, after))
		}
		before = after
	}
	if os.Getenv("UPDATE_SNAPS") == "always" {
		require.NoError(t, os.WriteFile(page, []byte(text), 0o644))
	}
}

// synthesizeDeployment writes the cloud assembly of one deployment as the CDK CLI does, and returns its folder.
func synthesizeDeployment(t *testing.T, orders func(awscdk.Stack, awssqs.Queue) awslambda.IFunction) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cdk.out")
	context := flags(t)
	context["aws:cdk:enable-path-metadata"], context["aws:cdk:enable-asset-metadata"] = true, true
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(dir), Context: &context})
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), nil)
	rule := awsevents.NewRule(stack, jsii.String("Nightly"), &awsevents.RuleProps{Schedule: awsevents.Schedule_Expression(jsii.String("rate(1 day)"))})
	rule.AddTarget(awseventstargets.NewLambdaFunction(orders(stack, queue), nil))
	app.Synth(nil)
	return dir
}

// flags returns the feature flags of cdk.json.
func flags(t *testing.T) map[string]any {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, "cdk.json"))
	require.NoError(t, err)
	var file struct{ Context map[string]any }
	require.NoError(t, json.Unmarshal(content, &file))
	return file.Context
}

// hashes are what changes with the code alone: assets, builds, versions.
var hashes = []struct {
	pattern *regexp.Regexp
	as      string
}{
	{regexp.MustCompile(`[0-9a-f]{64}`), "<hash>"},
	{regexp.MustCompile(`code [0-9a-f]{12}`), "code <hash>"},
	{regexp.MustCompile(`(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}`), "$1<hash>"},
}

// cdkDiff returns what the CDK CLI shows, offline.
func cdkDiff(t *testing.T, before, after string) string {
	t.Helper()
	cli, err := filepath.Abs(filepath.Join(root, "node_modules", ".bin", "cdk"))
	require.NoError(t, err)
	run := exec.Command(cli, "diff", "--app", after, "--template", filepath.Join(before, "Shop.template.json"), "Shop", "--no-color", "--no-notices", "--no-change-set")
	run.Env = append(os.Environ(), "CDK_DISABLE_CLI_TELEMETRY=true", "NO_COLOR=1")
	output, err := run.CombinedOutput()
	require.NoError(t, err, "%s", output)
	text := string(output)
	for _, h := range hashes {
		text = h.pattern.ReplaceAllString(text, h.as)
	}
	return changes(text)
}

// nestedChanges returns what differs between the nested stacks' templates, of which cdk diff shows no more than that they do.
// Templates that say the same in another order have another hash too.
func nestedChanges(t *testing.T, before, after string) string {
	t.Helper()
	read := func(folder string) (map[string]any, map[string][]string) {
		files, err := filepath.Glob(filepath.Join(folder, "*.nested.template.json"))
		require.NoError(t, err)
		all, lines := map[string]any{}, map[string][]string{}
		for _, file := range files {
			var template any
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &template))
			all[filepath.Base(file)] = template
			lines[filepath.Base(file)] = strings.Split(string(text), "\n")
		}
		return all, lines
	}
	was, wasLines := read(before)
	is, isLines := read(after)
	if changed := cmp.Diff(was, is); changed != "" {
		return changed
	}
	return cmp.Diff(wasLines, isLines)
}

// leftOut are what a reader of the page need not see: metadata changes nothing that runs, and the statements of policies
// are long.
var leftOut = regexp.MustCompile(`^ [├└]─ \[.\] (Metadata|PolicyDocument)$`)

// changes returns the part of a cdk diff that lists resources, without what is left out. A resource of which nothing
// is left is left out too, unless it is a policy.
func changes(diff string) string {
	var kept []string
	inside := false
	for _, block := range blocks(diff) {
		switch {
		case block[0] == "Resources":
			inside = true
		case !strings.HasPrefix(block[0], "["):
			inside = false
		case inside:
			reduced := reduce(block)
			if len(reduced) > 1 || len(block) == 1 || strings.Contains(block[0], "::Policy ") {
				kept = append(kept, reduced...)
			}
		}
	}
	return strings.Join(kept, "\n") + "\n"
}

// blocks cuts a text into lines with those that are indented below them.
func blocks(text string) (all [][]string) {
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		if strings.HasPrefix(line, " ") && len(all) > 0 {
			all[len(all)-1] = append(all[len(all)-1], line)
			continue
		}
		all = append(all, []string{line})
	}
	return all
}

// reduce leaves properties of a resource out, and draws the lines to the others anew.
func reduce(block []string) []string {
	var properties [][]string
	for _, line := range block[1:] {
		if strings.HasPrefix(line, " ├─ ") || strings.HasPrefix(line, " └─ ") {
			properties = append(properties, nil)
		}
		properties[len(properties)-1] = append(properties[len(properties)-1], line)
	}
	properties = slices.DeleteFunc(properties, func(p []string) bool { return leftOut.MatchString(p[0]) })
	reduced := block[:1:1]
	for i, property := range properties {
		first, rest := " ├─ ", " │ "
		if i == len(properties)-1 {
			first, rest = " └─ ", "   "
		}
		for n, line := range property {
			runes := []rune(line)
			if n == 0 {
				reduced = append(reduced, first+string(runes[len([]rune(first)):]))
			} else {
				reduced = append(reduced, rest+string(runes[len([]rune(rest)):]))
			}
		}
	}
	return reduced
}
