package adopt

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/adopt"
	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/loss"
)

const root = "../.."

// buildShop builds the app in one of its forms. lines are what dualarch adopt printed, nil for none.
func buildShop(t *testing.T, tags string, lines *adopt.Lines) string {
	t.Helper()
	dir := t.TempDir()
	app := filepath.Join(dir, "shop")
	arguments := []string{"build", "-buildvcs=false", "-tags", tags, "-o", app}
	if lines != nil {
		arguments = append(arguments, "-overlay", overlay(t, dir, lines))
	}
	build := exec.Command("go", append(arguments, "./test/adopt/shopapp")...)
	build.Dir = root
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return app
}

// overlay adds the lines to the app as a file of its own.
func overlay(t *testing.T, dir string, lines *adopt.Lines) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n")
	for _, name := range lines.Imports {
		fmt.Fprintf(&b, "\t%q\n", name)
	}
	b.WriteString(")\n\n" + lines.Text)
	file := filepath.Join(dir, "lines.go")
	require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
	place, err := filepath.Abs(filepath.Join(root, "test", "adopt", "shopapp", "lines.go"))
	require.NoError(t, err)
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{place: file}})
	require.NoError(t, err)
	name := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(name, text, 0o644))
	return name
}

// synthesize runs the app as the CDK CLI does.
func synthesize(t *testing.T, app string, env ...string) []cfn.Assembly {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cdk.out")
	run := exec.Command(app)
	run.Dir = root
	run.Env = append(append(os.Environ(), "CDK_OUTDIR="+dir), env...)
	output, err := run.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return open(t, dir)
}

func open(t *testing.T, dir string) []cfn.Assembly {
	t.Helper()
	read, err := cfn.Open(dir)
	require.NoError(t, err)
	return read
}

// template returns that of the stack Shop.
func template(t *testing.T, app []cfn.Assembly) *cfn.Template {
	t.Helper()
	for _, one := range app[0] {
		if one.Stack == "Shop" && one.Parent == nil {
			return one
		}
	}
	require.Fail(t, "there is no stack Shop")
	return nil
}

// losses returns a line for each.
func losses(t *testing.T, before, after []cfn.Assembly) []string {
	t.Helper()
	report, err := loss.Compare(before, after)
	require.NoError(t, err)
	require.Empty(t, report.Notes)
	all := []string{}
	for _, f := range report.Losses() {
		text := string(f.Effect) + " " + f.Resource
		if len(f.Loses) > 0 {
			text += " [" + strings.Join(f.Loses, ", ") + "]"
		}
		all = append(all, text)
	}
	return all
}

// The lines that are printed keep everything, in the function's place and elsewhere; a conversion without them does not.
func TestAdoption(t *testing.T) {
	before := synthesize(t, buildShop(t, "plain", nil))

	t.Run("without the lines", func(t *testing.T) {
		require.Equal(t, []string{
			"deleted Shop/Api/Orders [address, log group]",
			"deleted Shop/Api/Orders/Changes [position]",
			"deleted Shop/Api/Orders/CurrentVersion [address]",
			"deleted Shop/Api/Orders/DynamoDBEventSource:ShopTableBB56DC99 [position]",
			"deleted Shop/Api/Orders/EventInvokeConfig",
			"deleted Shop/Api/Orders/Jobs",
			"deleted Shop/Api/Orders/KafkaEventSource:479adb778ee577b611b874248a340ee9:prices [position]",
			"deleted Shop/Api/Orders/KafkaEventSource:ShopApiOrders106AC946orders [position]",
			"deleted Shop/Api/Orders/KafkaEventSource:ShopApiOrders106AC946refunds [position]",
			"deleted Shop/Api/Orders/KinesisConsumerEventSource:ShopConsumerB2402C53 [position]",
			"deleted Shop/Api/Orders/KinesisEventSource:ShopStream3DD13765 [position]",
			"deleted Shop/Api/Orders/Mq",
			"deleted Shop/Api/Orders/SecurityGroup",
			"deleted Shop/Api/Orders/ServiceRole",
			"deleted Shop/Api/Orders/ServiceRole/DefaultPolicy",
			"deleted Shop/Api/Orders/SqsEventSource:ShopQueue2BB62074",
			"deleted Shop/Api/Prod [address]",
			"deleted Shop/Api/Prod/EventInvokeConfig",
			"deleted Shop/Api/Prod/FunctionUrl [address]",
			"deleted Shop/Api/Prod/SqsEventSource:ShopReturns8F24576F",
		}, losses(t, before, synthesize(t, buildShop(t, "naive", nil))))
	})
	for name, elsewhere := range map[string]string{"in place": "", "elsewhere": "true"} {
		t.Run(name, func(t *testing.T) {
			found, err := adopt.Functions(before, adopt.Options{Names: []string{"Orders"}, Elsewhere: elsewhere != "", Now: time.Now()})
			require.NoError(t, err)
			require.Len(t, found, 1)
			require.NotNil(t, found[0].Go, found[0].NotAdopted)
			after := synthesize(t, buildShop(t, "adopted", found[0].Go), "ELSEWHERE="+elsewhere)
			require.Empty(t, losses(t, before, after))
			requireKept(t, template(t, before), template(t, after))
		})
	}
}

// requireKept compares the resources of the function: nothing but what the command says changes.
func requireKept(t *testing.T, before, after *cfn.Template) {
	t.Helper()
	for _, id := range before.IDs("AWS::Lambda::Function", "AWS::IAM::Role", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Alias", "AWS::Lambda::Url", "AWS::EC2::SecurityGroup", "AWS::CloudWatch::Alarm", "AWS::Events::Rule") {
		was, is := maps.Clone(before.Resources[id].Properties), maps.Clone(after.Resources[id].Properties)
		switch before.Resources[id].Type {
		case "AWS::Lambda::Function":
			require.Regexp(t, `^Takes orders \(x86_64 code [0-9a-f]{12}, arm64 code [0-9a-f]{12}\)$`, is["Description"])
			require.Equal(t, []any{"x86_64"}, is["Architectures"])
			for _, changed := range []string{"Description", "Code", "Architectures"} {
				delete(was, changed)
				delete(is, changed)
			}
		case "AWS::Lambda::Alias": // it leads to a new version
			delete(was, "FunctionVersion")
			delete(is, "FunctionVersion")
		case "AWS::Lambda::EventSourceMapping":
			if !strings.HasPrefix(id, "ApiProd") { // that leads to the alias already
				require.NotEqual(t, was["FunctionName"], is["FunctionName"])
			}
			delete(was, "FunctionName")
			delete(is, "FunctionName")
		}
		require.Equal(t, was, is, id)
	}
}
