package dualarch_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3assets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/internal/lambdaruntime"
)

// readiness returns the file's summary, and its functions as "path architecture
// status".
func readiness(t *testing.T, app awscdk.App) (summary map[string]int, functions []string) {
	t.Helper()
	var file struct {
		Version   int
		Summary   map[string]int
		Functions []struct{ Path, Architecture, Status string }
	}
	readJSON(t, filepath.Join(*app.Outdir(), dualarch.ReadinessFile), &file)
	require.Equal(t, 2, file.Version)
	for _, f := range file.Functions {
		functions = append(functions, f.Path+" "+f.Architecture+" "+f.Status)
	}
	return file.Summary, functions
}

// python returns a plain function of CDK's own.
func python(scope constructs.Construct, id string, architecture awslambda.Architecture, code awslambda.Code, layers ...awslambda.ILayerVersion) awslambda.Function {
	return awslambda.NewFunction(scope, jsii.String(id), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_PYTHON_3_13(), Handler: jsii.String("app.handler"), Code: code, Architecture: architecture, Layers: &layers,
	})
}

// instead returns the runtime that replaces a deprecated one today.
func instead(runtime string) string { return lambdaruntime.Replace(runtime, time.Now()).String() }

func TestGuardOfAnApp(t *testing.T) {
	x86, arm64 := awslambda.Architecture_X86_64(), awslambda.Architecture_ARM_64()
	app := newApp(t)
	guard := dualarch.NewGuard(&dualarch.GuardProps{Accept: &[]*dualarch.AcceptedFinding{
		{Path: jsii.String("dev/tool"), Reason: jsii.String("only run on laptops")},
		{Path: jsii.String("gone.so"), Reason: jsii.String("never loaded")},
	}})
	awscdk.Aspects_Of(app).Add(guard, nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	nested := awscdk.NewNestedStack(stack, jsii.String("Nested"), nil)
	inline := awslambda.Code_FromInline(jsii.String("pass"))
	amd64 := awslambda.Code_FromAsset(tool(t, "amd64", "bin/tool"), nil)
	layer := awslambda.NewLayerVersion(stack, jsii.String("Tools"), &awslambda.LayerVersionProps{Code: amd64})

	ready := python(stack, "Ready", nil, inline)
	blocked := python(stack, "Blocked", x86, amd64)
	shared := python(stack, "Shared", x86, amd64) // the same asset without a construct of its own
	wrong := python(nested, "Wrong", arm64, inline, layer)
	accepted := python(stack, "Accepted", arm64, awslambda.Code_FromAsset(tool(t, "amd64", "dev/tool"), nil))
	unknown := python(stack, "Unknown", x86, inline, awslambda.LayerVersion_FromLayerVersionArn(stack, jsii.String("Theirs"), jsii.String("arn:aws:lambda:eu-west-1:123456789012:layer:theirs:1")))
	old := awslambda.NewFunction(stack, jsii.String("Old"), &awslambda.FunctionProps{Runtime: awslambda.Runtime_JAVA_8(), Handler: jsii.String("a.B"),
		Code: awslambda.Code_FromBucket(awss3.Bucket_FromBucketName(stack, jsii.String("Bucket"), jsii.String("bucket")), jsii.String("old.zip"), nil)})
	raw := awscdk.NewCfnResource(stack, jsii.String("Raw"), &awscdk.CfnResourceProps{Type: jsii.String("AWS::Lambda::Function"), Properties: &map[string]any{
		"Runtime": "nodejs24.x", "Architectures": []string{"arm64"}, "Code": map[string]any{"ZipFile": "0"}, "Handler": "index.handler", "Role": "arn:aws:iam::123456789012:role/r",
	}})
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{Code: hello, Api: noApi, PowerTuning: noTuning})
	app.Synth(nil)

	const acknowledge = " [ack: @dualarch/dualarch:readiness]"
	obstacle := "info Readiness for arm64: it only has to be built for it: " + wrongTool("code", "bin/tool") + goRemedy + acknowledge
	for name, want := range map[constructs.IConstruct][]string{
		ready:      {"info Readiness for arm64: it could move there today, nothing in its code and layers stands in the way" + acknowledge},
		blocked:    {obstacle},
		shared:     {obstacle},
		wrong:      {"error The guard found 1 error for arm64 python3.13: " + wrongTool("Shop/Tools", "bin/tool") + goRemedy, "info Readiness for arm64: it is deployed there" + acknowledge},
		accepted:   {"info The guard found 1 accepted finding for arm64 python3.13: " + wrongTool("code", "dev/tool") + "; accepted: only run on laptops [ack: @dualarch/dualarch:accepted]", "info Readiness for arm64: it is deployed there" + acknowledge},
		unknown:    {"info Readiness for arm64: nothing is known to stand in the way, and not all of it could be checked: arn:aws:lambda:eu-west-1:123456789012:layer:theirs:1: nothing tells which architecture the layer is for" + acknowledge},
		old:        {"info Readiness for arm64: it cannot move there yet: Lambda never ran java8 on arm64 (Lambda's runtimes as of 2026-11-27). What to do: use " + instead("java8") + acknowledge},
		raw:        {"info Readiness for arm64: it is deployed there" + acknowledge},
		fn.X86():   {"info Readiness for arm64: its sibling is deployed there" + acknowledge},
		fn.Arm64(): {"info Readiness for arm64: it is deployed there" + acknowledge},
		stack:      {`warning "gone.so" is accepted (never loaded), and the guard finds nothing there; take the acceptance out, or mend its path [ack: @dualarch/dualarch:unusedAcceptance]`},
	} {
		require.Equal(t, want, annotations(name), *name.Node().Path())
	}
	summary, functions := readiness(t, app)
	require.Equal(t, []string{
		"Shop/Accepted arm64 on-arm64", "Shop/Blocked x86_64 rebuild", "Shop/Hello/Arm64 arm64 on-arm64", "Shop/Hello/X86 x86_64 dual-arch",
		"Shop/Nested/Wrong arm64 on-arm64", "Shop/Old x86_64 blocked", "Shop/Raw arm64 on-arm64", "Shop/Ready x86_64 ready",
		"Shop/Shared x86_64 rebuild", "Shop/Unknown x86_64 unknown",
	}, functions)
	require.Equal(t, map[string]int{"functions": 10, "onArm64": 4, "dualArch": 1, "ready": 1, "rebuild": 2, "blocked": 1, "unknown": 1, "unchecked": 0, "errors": 1}, summary)
}

// Assets of images and of resources without a class of their own are found too.
func TestGuardFindsStagedAssets(t *testing.T) {
	docker(t, "echo 28.2.2 28.2.2")
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &map[string]any{"aws:cdk:enable-asset-metadata": true}})
	stack := awscdk.NewStack(awscdk.NewStage(app, jsii.String("Prod"), nil), jsii.String("Shop"), nil)
	awscdk.Aspects_Of(stack).Add(dualarch.NewGuard(nil), nil)
	pinned := folder(t, map[string]string{"Dockerfile.prod": "FROM --platform=linux/amd64 scratch\n"})
	image := awslambda.NewDockerImageFunction(stack, jsii.String("Image"), &awslambda.DockerImageFunctionProps{
		Code: awslambda.DockerImageCode_FromImageAsset(pinned, &awslambda.AssetImageCodeProps{File: jsii.String("Dockerfile.prod")}),
	})
	plain := awslambda.NewDockerImageFunction(stack, jsii.String("Plain"), &awslambda.DockerImageFunctionProps{
		Code: awslambda.DockerImageCode_FromImageAsset(folder(t, map[string]string{"Dockerfile": "FROM scratch\n"}), nil),
	})
	asset := awss3assets.NewAsset(stack, jsii.String("Asset"), &awss3assets.AssetProps{Path: tool(t, "amd64", "bin/tool")})
	raw := awslambda.NewCfnFunction(stack, jsii.String("Raw"), &awslambda.CfnFunctionProps{
		Code: &awslambda.CfnFunction_CodeProperty{S3Bucket: asset.S3BucketName(), S3Key: asset.S3ObjectKey()},
		Role: jsii.String("arn:aws:iam::123456789012:role/r"), Runtime: jsii.String("python3.13"), Handler: jsii.String("app.handler"),
		Architectures: jsii.Strings("arm64"),
	})
	app.Synth(nil)
	const acknowledge = " [ack: @dualarch/dualarch:readiness]"
	require.Equal(t, []string{"info Readiness for arm64: it cannot move there yet: " +
		"code: Dockerfile.prod:1: built for x86_64 Linux: FROM --platform=linux/amd64 pins the image to x86_64" +
		". What to do: remove --platform from that line: docker build --platform linux/arm64 decides then" + acknowledge}, annotations(image))
	require.Equal(t, []string{"info Readiness for arm64: nothing is known to stand in the way, and not all of it could be checked: " +
		"code: what its Dockerfile downloads and compiles is only known when the image is built for arm64" + acknowledge}, annotations(plain))
	require.Equal(t, "error The guard found 1 error for arm64 python3.13: "+wrongTool("code", "bin/tool")+goRemedy, annotations(raw)[0])
}

// Layers that CDK adds by itself follow the function's architecture.
func TestLayersOfCDKAreNotInTheWay(t *testing.T) {
	app := newApp(t)
	awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
	for id, environment := range map[string]*awscdk.Environment{"Any": nil, "Ireland": {Account: jsii.String("123456789012"), Region: jsii.String("eu-west-1")}} {
		stack := awscdk.NewStack(app, jsii.String(id), &awscdk.StackProps{Env: environment})
		props := awslambda.FunctionProps{
			Runtime: awslambda.Runtime_PYTHON_3_13(), Handler: jsii.String("a.b"), Code: awslambda.Code_FromInline(jsii.String("pass")),
			InsightsVersion:  awslambda.LambdaInsightsVersion_VERSION_1_0_333_0(),
			ParamsAndSecrets: awslambda.ParamsAndSecretsLayerVersion_FromVersion(awslambda.ParamsAndSecretsVersions_V1_0_103, nil),
			AdotInstrumentation: &awslambda.AdotInstrumentationConfig{
				LayerVersion: awslambda.AdotLayerVersion_FromPythonSdkLayerVersion(awslambda.AdotLambdaLayerPythonSdkVersion_LATEST()),
				ExecWrapper:  awslambda.AdotLambdaExecWrapper_INSTRUMENT_HANDLER,
			},
		}
		awslambda.NewFunction(stack, jsii.String("Follows"), &props)
		byHand := awslambda.LayerVersion_FromLayerVersionArn(stack, jsii.String("Insights"), jsii.String("arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:53"))
		python(stack, "Stays", nil, awslambda.Code_FromInline(jsii.String("pass")), byHand)
	}
	app.Synth(nil)
	_, functions := readiness(t, app)
	require.Equal(t, []string{"Any/Follows x86_64 ready", "Any/Stays x86_64 blocked", "Ireland/Follows x86_64 ready", "Ireland/Stays x86_64 blocked"}, functions)
}

// For a command about other stacks CDK bundles nothing, and gives the source instead of
// the bundle.
func TestGuardLeavesSourceAlone(t *testing.T) {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &map[string]any{"aws:cdk:bundling-stacks": []string{}}})
	awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	bundled := awslambda.Code_FromAsset(tool(t, "amd64", "bin/tool"), &awss3assets.AssetOptions{
		Bundling: &awscdk.BundlingOptions{Image: awscdk.DockerImage_FromRegistry(jsii.String("never-run"))},
	})
	fn := python(stack, "Bundled", awslambda.Architecture_ARM_64(), bundled, awslambda.NewLayerVersion(stack, jsii.String("Tools"), &awslambda.LayerVersionProps{Code: bundled}))
	app.Synth(nil)
	require.Equal(t, []string{"info Readiness for arm64: it is deployed there [ack: @dualarch/dualarch:readiness]"}, annotations(fn))
	var file struct {
		Functions []struct{ Unchecked []string }
	}
	readJSON(t, filepath.Join(*app.Outdir(), dualarch.ReadinessFile), &file)
	require.Equal(t, []string{
		"code: CDK has not bundled it, since this run is for other stacks",
		"Shop/Tools: CDK has not bundled it, since this run is for other stacks",
	}, file.Functions[0].Unchecked)
}

// CDK keeps Aspects of an app out of its stages.
func TestGuardAndStages(t *testing.T) {
	build := func(t *testing.T) (awscdk.App, awscdk.Stage, awslambda.Function) {
		app := newApp(t)
		stage := awscdk.NewStage(app, jsii.String("Prod"), nil)
		stack := awscdk.NewStack(stage, jsii.String("Shop"), nil)
		python(awscdk.NewStack(app, jsii.String("Tools"), nil), "Ready", nil, awslambda.Code_FromInline(jsii.String("pass")))
		return app, stage, python(stack, "Wrong", awslambda.Architecture_ARM_64(), awslambda.Code_FromAsset(tool(t, "amd64", "bin/tool"), nil))
	}
	text := "The guard found 1 error for arm64 python3.13: " + wrongTool("code", "bin/tool") + goRemedy
	all := []string{"Prod/Shop/Wrong arm64 on-arm64", "Tools/Ready x86_64 ready"}

	t.Run("of the app alone", func(t *testing.T) {
		app, _, wrong := build(t)
		awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
		require.Contains(t, recovered(t, func() { app.Synth(nil) }), "Validation failed with the following errors:\n  [] Prod/Shop/Wrong: "+text)
		require.Empty(t, annotations(wrong))
		_, functions := readiness(t, app)
		require.Equal(t, all, functions)
	})
	t.Run("of the app and the stage", func(t *testing.T) {
		app, stage, wrong := build(t)
		guard := dualarch.NewGuard(nil)
		awscdk.Aspects_Of(app).Add(guard, nil)
		awscdk.Aspects_Of(stage).Add(guard, nil)
		app.Synth(nil)
		require.Equal(t, []string{"error " + text, "info Readiness for arm64: it is deployed there [ack: @dualarch/dualarch:readiness]"}, annotations(wrong))
		_, functions := readiness(t, app)
		require.Equal(t, all, functions)
	})
	t.Run("of one stack", func(t *testing.T) {
		app, stage, wrong := build(t)
		awscdk.Aspects_Of(stage.Node().FindChild(jsii.String("Shop"))).Add(dualarch.NewGuard(nil), nil)
		app.Synth(nil)
		require.Len(t, annotations(wrong), 2)
		_, functions := readiness(t, app)
		require.Equal(t, all[:1], functions)
	})
}

// One Guard per stage, each with its own acceptances: the file is the app's, and the
// app's own Guard leaves the stages to them.
func TestGuardsOfOneApp(t *testing.T) {
	app := newApp(t)
	awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
	for _, name := range []string{"Beta", "Prod"} {
		stage := awscdk.NewStage(app, jsii.String(name), nil)
		python(awscdk.NewStack(stage, jsii.String("Shop"), nil), "Tool", awslambda.Architecture_ARM_64(), awslambda.Code_FromAsset(tool(t, "amd64", name+"/tool"), nil))
		awscdk.Aspects_Of(stage).Add(dualarch.NewGuard(&dualarch.GuardProps{Accept: &[]*dualarch.AcceptedFinding{
			{Path: jsii.String(name + "/tool"), Reason: jsii.String("only run on laptops")},
		}}), nil)
	}
	app.Synth(nil)
	_, functions := readiness(t, app)
	require.Equal(t, []string{"Beta/Shop/Tool arm64 on-arm64", "Prod/Shop/Tool arm64 on-arm64"}, functions)
	var file struct{ Acceptances []map[string]any }
	readJSON(t, filepath.Join(*app.Outdir(), dualarch.ReadinessFile), &file)
	require.Equal(t, []map[string]any{
		{"path": "Beta/tool", "reason": "only run on laptops", "used": true},
		{"path": "Prod/tool", "reason": "only run on laptops", "used": true},
	}, file.Acceptances)
}

// The same app gives the same bytes.
func TestReadinessIsDeterministic(t *testing.T) {
	code := tool(t, "amd64", "bin/tool")
	write := func() string {
		app := newApp(t)
		awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
		stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
		for _, id := range []string{"B", "A"} {
			python(stack, id, nil, awslambda.Code_FromAsset(code, nil))
		}
		app.Synth(nil)
		content, err := os.ReadFile(filepath.Join(*app.Outdir(), dualarch.ReadinessFile))
		require.NoError(t, err)
		require.True(t, json.Valid(content))
		return string(content)
	}
	first, second := write(), write()
	require.Equal(t, first, second)
}
