package dualarch_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/internal/gobuild"
)

// tool returns a folder with a program of an architecture at that path, and what app.handler
// and a.b import.
func tool(t *testing.T, goarch, path string) *string {
	t.Helper()
	binary, err := gobuild.Register(gobuild.Spec{Dir: "testdata/hello", GOARCH: goarch}).Output()
	require.NoError(t, err)
	content, err := os.ReadFile(filepath.Join(binary.Dir, "bootstrap"))
	require.NoError(t, err)
	dir := t.TempDir()
	file := filepath.Join(dir, filepath.FromSlash(path))
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, content, 0o755))
	for _, module := range []string{"app.py", "a.py"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, module), nil, 0o644))
	}
	return &dir
}

// annotations returns a construct's own annotations, as "type text".
func annotations(construct constructs.IConstruct) []string {
	texts := []string{}
	for _, entry := range *construct.Node().Metadata() {
		if kind := *entry.Type; slices.Contains([]string{"aws:cdk:error", "aws:cdk:warning", "aws:cdk:info"}, kind) {
			texts = append(texts, strings.TrimPrefix(kind, "aws:cdk:")+" "+entry.Data.(string))
		}
	}
	return texts
}

// wrongTool returns the finding for tool(t, "amd64", path) in the code of an arm64
// function.
func wrongTool(pkg, path string) string {
	return pkg + ": " + path + ": built for x86_64 Linux: it cannot be executed there"
}

const goRemedy = ". What to do: build it with CGO_ENABLED=0 GOOS=linux GOARCH=arm64"

// A function is checked when all constructs exist: with layers that are shared, in
// another stack, or added late.
func TestLayersAreCheckedForTheirSibling(t *testing.T) {
	app := newApp(t)
	stack, other := awscdk.NewStack(app, jsii.String("Demo"), nil), awscdk.NewStack(app, jsii.String("Other"), nil)
	code := awslambda.Code_FromAsset(tool(t, "amd64", "bin/tool"), nil)
	far := awslambda.NewLayerVersion(other, jsii.String("Far"), &awslambda.LayerVersionProps{Code: code})
	near := dualarch.NewDualArchLayer(stack, jsii.String("Near"), &dualarch.DualArchLayerProps{
		X86Path: tool(t, "amd64", "bin/tool"), Arm64Path: tool(t, "arm64", "bin/tool"),
	})
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Api: noApi, PowerTuning: noTuning,
		Function: &awslambda.FunctionOptions{Layers: &[]awslambda.ILayerVersion{far}},
		X86:      &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{near.X86()}},
		Arm64:    &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{near.Arm64()}},
	})
	fn.Arm64().AddLayers(awslambda.LayerVersion_FromLayerVersionArn(stack, jsii.String("Insights"),
		jsii.String("arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:53")))
	app.Synth(nil)
	require.Empty(t, annotations(fn.X86()))
	require.Equal(t, []string{"error The guard found 2 errors for arm64 provided.al2023: (1) " +
		wrongTool("Other/Far", "bin/tool") +
		"; (2) arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:53: built for x86_64: it is the x86_64 edition of AWS Lambda Insights" +
		". What to do: (1) build it with CGO_ENABLED=0 GOOS=linux GOARCH=arm64; (2) use the newest version of arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension-Arm64: its versions are numbered on their own, see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights-extension-versions.html",
	}, annotations(fn.Arm64()))
}

// Every kind of code is checked; here both siblings have the same files.
func TestCodeIsCheckedForItsSibling(t *testing.T) {
	docker(t, "echo 28.2.2 28.2.2")
	python, handler := awslambda.Runtime_PYTHON_3_13(), jsii.String("app.handler")
	wrong, right := tool(t, "amd64", "bin/tool"), tool(t, "arm64", "bin/tool")
	image := tool(t, "amd64", "bin/tool")
	require.NoError(t, os.WriteFile(filepath.Join(*image, "Dockerfile"), []byte("FROM scratch\nCOPY bin /bin\n"), 0o644))
	stack := newStack(t)
	functions := map[string]dualarch.DualArchFunction{}
	for id, code := range map[string]dualarch.Code{
		"Tree":    dualarch.AssetCode(wrong, python, handler),
		"Swapped": dualarch.AssetCodePerArchitecture(right, wrong, python, handler),
		"Image":   dualarch.ImageCode(image, nil),
		"GoImage": dualarch.GoImageCode(jsii.String("testdata/hello"), nil),
		"Go":      hello,
	} {
		functions[id] = dualarch.NewDualArchFunction(stack, jsii.String(id), &dualarch.DualArchFunctionProps{
			Code: code, Api: noApi, PowerTuning: noTuning,
		})
	}
	awscdk.App_Of(stack).Synth(nil)
	onArm := "error The guard found 1 error for arm64 python3.13: " + wrongTool("code", "bin/tool") + goRemedy
	onX86 := "error The guard found 1 error for x86_64 python3.13: " +
		"code: bin/tool: built for arm64 Linux: it cannot be executed there. What to do: build it with CGO_ENABLED=0 GOOS=linux GOARCH=amd64"
	for id, want := range map[string]struct{ x86, arm64 []string }{
		"Tree":    {[]string{}, []string{onArm}},
		"Swapped": {[]string{onX86}, []string{onArm}},
		"Image": {[]string{}, []string{"warning The guard found 1 warning for arm64: " +
			"code: bin/tool: built for x86_64 Linux: it cannot be executed there if the Dockerfile copies it into the image" +
			goRemedy + " [ack: @dualarch/dualarch:guard]"}},
		"GoImage": {[]string{}, []string{}},
		"Go":      {[]string{}, []string{}},
	} {
		require.Equal(t, want.x86, annotations(functions[id].X86()), id)
		require.Equal(t, want.arm64, annotations(functions[id].Arm64()), id)
	}
}

// CDK copies the target of a link that leaves the folder.
func TestWhatALinkLeadsToIsChecked(t *testing.T) {
	outside, dir := tool(t, "amd64", "bin/tool"), t.TempDir()
	require.NoError(t, os.Symlink(*outside, filepath.Join(dir, "shared")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "app.py"), nil, 0o644))
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())}) // assets are staged
	stack := awscdk.NewStack(app, jsii.String("Demo"), nil)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: dualarch.AssetCode(&dir, awslambda.Runtime_PYTHON_3_13(), jsii.String("app.handler")),
		Api:  noApi, PowerTuning: noTuning,
	})
	plain := awslambda.NewFunction(stack, jsii.String("Plain"), &awslambda.FunctionProps{
		Code:    awslambda.Code_FromAsset(&dir, nil),
		Runtime: awslambda.Runtime_PYTHON_3_13(), Handler: jsii.String("app.handler"), Architecture: awslambda.Architecture_ARM_64(),
	})
	awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
	app.Synth(nil)
	staged, err := filepath.Glob(filepath.Join(*app.Outdir(), "asset.*", "shared", "bin", "tool"))
	require.NoError(t, err)
	require.Len(t, staged, 2)
	want := "error The guard found 1 error for arm64 python3.13: " + wrongTool("code", "shared/bin/tool") + goRemedy
	require.Contains(t, annotations(fn.Arm64()), want)
	require.Contains(t, annotations(plain), want)
}

// Source for only one architecture is no error, and may be why that one is faster.
func TestGoSourceForOneArchitecture(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: dualarch.GoCode(folder(t, map[string]string{
			"go.mod":        "module example.com/hello\n\ngo 1.26\n",
			"main.go":       "package main\n\nvar sum = func() int { return 1 }\n\nfunc main() { println(sum()) }\n",
			"sum_amd64.go":  "package main\n\nfunc init() { sum = fast }\n\nfunc fast() int { return 1 }\n",
			"tagged_arm.go": "//go:build arm64 && !lambda.norpc\n\npackage main\n",
		}), nil),
		Api: noApi, PowerTuning: noTuning,
	})
	awscdk.App_Of(stack).Synth(nil)
	require.Empty(t, annotations(fn.X86()))
	require.Equal(t, []string{"info The guard found 1 remark for arm64 provided.al2023: " +
		"code: example.com/hello/sum_amd64.go: built for x86_64: no file for arm64 and no generic one takes its place (module example.com/hello) [ack: @dualarch/dualarch:guard]",
	}, annotations(fn.Arm64()))
}

func TestAcceptedFindings(t *testing.T) {
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: dualarch.AssetCode(tool(t, "amd64", "bin/tool"), awslambda.Runtime_PYTHON_3_13(), jsii.String("app.handler")),
		Api:  noApi, PowerTuning: noTuning,
		Accept: &[]*dualarch.AcceptedFinding{
			{Path: jsii.String("bin/*"), Reason: jsii.String("only run on laptops")},
			{Path: jsii.String("lib/gone.so"), Reason: jsii.String("never loaded")},
		},
	})
	awscdk.App_Of(stack).Synth(nil)
	require.Equal(t, []string{"info The guard found 1 accepted finding for arm64 python3.13: " +
		wrongTool("code", "bin/tool") + "; accepted: only run on laptops [ack: @dualarch/dualarch:accepted]"}, annotations(fn.Arm64()))
	require.Equal(t, []string{`warning "lib/gone.so" is accepted (never loaded), and the guard finds nothing there; take the acceptance out, or mend its path [ack: @dualarch/dualarch:unusedAcceptance]`}, annotations(fn))
}

func TestProblemsOfAcceptances(t *testing.T) {
	accept := &[]*dualarch.AcceptedFinding{{Path: jsii.String("**"), Reason: jsii.String("no time")}, {Path: jsii.String("a.so")}, {Path: jsii.String("b.so"), Reason: jsii.String("never loaded")}}
	want := []string{
		`Accept[0]: the path "**" matches every file; name the files that were looked at`,
		`Accept[1]: no reason was given for "a.so"; say why it is harmless, for the next reader`,
	}
	stack := newStack(t)
	require.Equal(t, refused(`DualArchFunction "Demo/Hello"`, want...), recovered(t, func() {
		dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{Code: hello, Accept: accept})
	}))
	require.Equal(t, "Guard cannot be made:\n  - "+want[0]+"\n  - "+want[1], recovered(t, func() {
		dualarch.NewGuard(&dualarch.GuardProps{Accept: accept})
	}))
}

// What Lambda starts has to be there, in the code or in a layer of the app; somebody may know better.
func TestWhatLambdaStartsIsThere(t *testing.T) {
	app := newApp(t)
	stack := awscdk.NewStack(app, jsii.String("Demo"), nil)
	layer := awslambda.NewLayerVersion(stack, jsii.String("Runtime"), &awslambda.LayerVersionProps{Code: awslambda.Code_FromAsset(handlers(t), nil)})
	provided, empty := awslambda.Runtime_PROVIDED_AL2023(), folder(t, map[string]string{"notes.txt": "text"})
	function := func(id string, code *string, options *dualarch.DualArchFunctionProps) dualarch.DualArchFunction {
		options.Code, options.Api, options.PowerTuning = dualarch.AssetCode(code, provided, jsii.String("bootstrap")), noApi, noTuning
		return dualarch.NewDualArchFunction(stack, jsii.String(id), options)
	}
	withLayers := func(layers ...awslambda.ILayerVersion) *dualarch.DualArchFunctionProps {
		return &dualarch.DualArchFunctionProps{Function: &awslambda.FunctionOptions{Layers: &layers}}
	}
	nested := t.TempDir()
	require.NoError(t, os.Rename(*handlers(t), filepath.Join(nested, "parse")))
	missing := function("Missing", &nested, &dualarch.DualArchFunctionProps{})
	layered := function("Layered", empty, withLayers(layer))
	theirs := function("Theirs", empty, withLayers(awslambda.LayerVersion_FromLayerVersionArn(stack, jsii.String("Bref"), jsii.String("arn:aws:lambda:eu-west-1:123456789012:layer:runtime:1"))))
	accepted := function("Accepted", empty, &dualarch.DualArchFunctionProps{Accept: &[]*dualarch.AcceptedFinding{{Path: jsii.String("bootstrap"), Reason: jsii.String("an Aspect adds the layer")}}})
	app.Synth(nil)
	const finding = " code: bootstrap: Lambda starts it, and it is "
	require.Equal(t, []string{"error The guard found 1 error for arm64 provided.al2023:" + finding + "neither in the code nor in a layer; the nearest is parse/bootstrap. " +
		"What to do: deploy the folder parse, or move the file to the root"}, annotations(missing.Arm64()))
	require.Empty(t, annotations(layered.Arm64()))
	require.Equal(t, []string{"warning The guard found 1 warning for arm64 provided.al2023:" + finding + "not in the code; not everything could be looked at. " +
		"What to do: put it at the root of what is deployed [ack: @dualarch/dualarch:guard]"}, annotations(theirs.Arm64()))
	require.Equal(t, []string{"info The guard found 1 accepted finding for arm64 provided.al2023:" + finding +
		"neither in the code nor in a layer; accepted: an Aspect adds the layer [ack: @dualarch/dualarch:accepted]"}, annotations(accepted.Arm64()))
}

// A package of another module that loses its cgo files may be a stub: a warning for both siblings, which
// somebody can accept.
func TestGoPackagesWithoutTheirCgoFiles(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"app/go.mod":  "module example.com/app\n\ngo 1.26\n\nrequire example.com/db v1.2.3\n\nreplace example.com/db => ../db\n",
		"app/main.go": "package main\n\nimport \"example.com/db\"\n\nfunc main() { db.Open() }\n",
		"db/go.mod":   "module example.com/db\n\ngo 1.26\n",
		"db/db.go":    "//go:build cgo\n\npackage db\n\nimport \"C\"\n\nfunc Open() { _ = C.int(1) }\n",
		"db/stub.go":  "//go:build !cgo\n\npackage db\n\nfunc Open() { panic(\"needs cgo\") }\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	stack := newStack(t)
	code := dualarch.GoCode(jsii.String(filepath.Join(dir, "app")), nil)
	warned := dualarch.NewDualArchFunction(stack, jsii.String("Warned"), &dualarch.DualArchFunctionProps{Code: code, Api: noApi, PowerTuning: noTuning})
	accepted := dualarch.NewDualArchFunction(stack, jsii.String("Accepted"), &dualarch.DualArchFunctionProps{
		Code: code, Api: noApi, PowerTuning: noTuning,
		Accept: &[]*dualarch.AcceptedFinding{{Path: jsii.String("example.com/db"), Reason: jsii.String("only opened on laptops")}},
	})
	awscdk.App_Of(stack).Synth(nil)
	const finding = " code: example.com/db: it is built without db.go, which needs cgo: what is left is often a stub that fails when it is called (module example.com/db v1.2.3)"
	require.Equal(t, []string{"warning The guard found 1 warning for arm64 provided.al2023:" + finding +
		". What to do: use a package in pure Go in its place, or accept this if the function can do without [ack: @dualarch/dualarch:guard]"}, annotations(warned.Arm64()))
	require.Len(t, annotations(warned.X86()), 1)
	require.Equal(t, []string{"info The guard found 1 accepted finding for arm64 provided.al2023:" + finding + "; accepted: only opened on laptops [ack: @dualarch/dualarch:accepted]"}, annotations(accepted.Arm64()))
}
