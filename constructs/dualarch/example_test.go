package dualarch_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/constructs/powertuning"
)

// The stack of the examples that only show how something is called.
var stack awscdk.Stack

// One source becomes two functions behind one API. Tuning is left out here: see ExampleNewDualArchFunction.
func Example() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Shop"), nil)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code:        dualarch.GoCode(jsii.String("testdata/hello"), nil),
		Api:         &dualarch.ApiOptions{Path: jsii.String("/orders")},
		PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
	})

	template := assertions.Template_FromStack(stack, nil)
	for _, kind := range []string{"AWS::Lambda::Function", "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::ApiGatewayV2::Route"} {
		fmt.Println(len(*template.FindResources(jsii.String(kind), nil)), kind)
	}
	fmt.Println("primary:", *fn.Primary().Name())
	// Output:
	// 2 AWS::Lambda::Function
	// 2 AWS::Lambda::Version
	// 2 AWS::Lambda::Alias
	// 6 AWS::ApiGatewayV2::Route
	// primary: arm64
}

// A layer of scripts serves both siblings, so it is one layer version.
func ExampleNewDualArchLayer_shared() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Shop"), nil)
	dualarch.NewDualArchLayer(stack, jsii.String("Scripts"), &dualarch.DualArchLayerProps{Path: jsii.String("testdata/hello")})

	layers := assertions.Template_FromStack(stack, nil).FindResources(jsii.String("AWS::Lambda::LayerVersion"), nil)
	for _, layer := range *layers {
		fmt.Println((*layer)["Properties"].(map[string]any)["CompatibleArchitectures"])
	}
	// Output: [x86_64 arm64]
}

// The outputs of a repository are the commands that push an image of each architecture.
func ExampleNewDualArchRepository() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Images"), nil)
	dualarch.NewDualArchRepository(stack, jsii.String("Orders"), &dualarch.DualArchRepositoryProps{
		RepositoryName: jsii.String("shop/orders"),
	})
	outputs := assertions.Template_FromStack(stack, nil).FindOutputs(jsii.String("*"), nil)
	for _, id := range slices.Sorted(maps.Keys(*outputs)) {
		fmt.Println(id[:len(id)-8]) // without the hash
	}
	// Output:
	// OrdersLogin
	// OrdersPushArm64
	// OrdersPushX86
	// OrdersTagArm64
	// OrdersTagX86
}

// One source, two architectures, one verdict: start the state machine with {}.
func ExampleNewDualArchFunction() {
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code:        dualarch.GoCode(jsii.String("functions/orders"), nil),
		Function:    &awslambda.FunctionOptions{MemorySize: jsii.Number(512)}, // both siblings
		Primary:     awslambda.Architecture_X86_64(),                          // ARM_64 once the verdict says so
		PowerTuning: &dualarch.PowerTuningOptions{Payload: map[string]any{"rawPath": "/orders"}},
	})
	table := awsdynamodb.NewTable(stack, jsii.String("Table"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
	})
	table.GrantReadData(fn)
	fn.AddEnvironment(jsii.String("TABLE"), table.TableName(), nil)
	app.Synth(nil)
}

// X86 and Arm64 override the shared options.
func ExampleNewDualArchFunction_overrides() {
	dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code:     dualarch.GoCode(jsii.String("functions/orders"), nil),
		Function: &awslambda.FunctionOptions{MemorySize: jsii.Number(512)},
		X86:      &dualarch.SiblingOptions{ProvisionedConcurrentExecutions: jsii.Number(5)},
		Arm64:    &dualarch.SiblingOptions{MemorySize: jsii.Number(1024)},
	})
}

// Several functions share an API and, as all functions of a stack do, a tuning stack.
// The input of an execution chooses the function: {"target": "Orders"}.
func ExampleNewApi() {
	api := dualarch.NewApi(stack, jsii.String("Api"), &dualarch.ApiProps{
		Throttle:           &awsapigatewayv2.ThrottleSettings{RateLimit: jsii.Number(500), BurstLimit: jsii.Number(1000)},
		AccessLogRetention: awslogs.RetentionDays_ONE_YEAR,
	})

	// All code comes before the first function, so that one go command compiles it
	// together.
	code := map[string]dualarch.Code{
		"Orders": dualarch.GoCode(jsii.String("functions/orders"), nil),
		"Offers": dualarch.GoCode(jsii.String("functions/offers"), nil),
	}
	caller := awsiam.NewUser(stack, jsii.String("Caller"), nil)
	for name, path := range map[string]string{"Orders": "/orders", "Offers": "/offers"} {
		fn := dualarch.NewDualArchFunction(stack, jsii.String(name), &dualarch.DualArchFunctionProps{
			Code: code[name],
			Api:  &dualarch.ApiOptions{HttpApi: api.HttpApi(), Path: jsii.String(path)},
		})
		fn.GrantInvokeApi(caller)
	}
}

// A tuning stack with a ceiling of its own, which two functions share instead of the one that their stack's functions have
// by default. A third has one of its own.
func ExamplePowerTuningOptions() {
	careful := powertuning.NewPowerTuning(stack, jsii.String("Careful"), &powertuning.PowerTuningProps{MaxCost: jsii.Number(0.5)})
	for id, options := range map[string]*dualarch.PowerTuningOptions{
		"Orders":   {Shared: careful},
		"Offers":   {Shared: careful, Name: jsii.String("offers")},
		"Payments": {Own: jsii.Bool(true)},
		"Prices":   {Payload: map[string]any{"rawPath": "/prices"}}, // by default
	} {
		dualarch.NewDualArchFunction(stack, &id, &dualarch.DualArchFunctionProps{
			Code:        dualarch.GoCode(jsii.String("functions/orders"), nil),
			PowerTuning: options,
		})
	}
}

// This API is open to everyone, which is an explicit choice.
func ExampleApiOptions() {
	dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code: dualarch.GoCode(jsii.String("functions/orders"), nil),
		Api: &dualarch.ApiOptions{
			Path:       jsii.String("/orders"),
			SubPaths:   jsii.Strings("/", "/{id}"),
			Methods:    &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod_GET},
			Authorizer: awsapigatewayv2.NewHttpNoneAuthorizer(),
		},
	})
}

// Code for the processors that Lambda has, with a version number in the binary.
func ExampleGoCode() {
	dualarch.GoCode(jsii.String("functions/orders"), &dualarch.GoCodeOptions{
		Ldflags: jsii.Strings("-X", "main.version=1.2.3"),
		GOAMD64: jsii.String("v3"),   // AVX2
		GOARM64: jsii.String("v8.2"), // every AWS Graviton processor of Lambda has it
	})
}

// One folder that runs on both architectures.
func ExampleAssetCode() {
	dualarch.NewDualArchFunction(stack, jsii.String("Prices"), &dualarch.DualArchFunctionProps{
		Code: dualarch.AssetCode(jsii.String("functions/prices"), awslambda.Runtime_PYTHON_3_14(), jsii.String("app.handler")),
	})
}

// Zips that a CI job has built on machines of both architectures.
func ExampleAssetCodePerArchitecture() {
	dualarch.AssetCodePerArchitecture(
		jsii.String("build/resize-x86_64.zip"), jsii.String("build/resize-arm64.zip"),
		awslambda.Runtime_PROVIDED_AL2023(), jsii.String("bootstrap"))
}

// Python with native wheels, built on any machine.
func ExampleAssetCodeBuilt() {
	dualarch.AssetCodeBuilt(jsii.String("functions/forecast"), awslambda.Runtime_PYTHON_3_14(), jsii.String("app.handler"),
		jsii.Strings("pip", "install", "--requirement", "requirements.txt", "--target", ".",
			"--no-compile", "--only-binary=:all:", "--python-version", "3.14",
			"--platform", "manylinux_2_28_${GNU_ARCH}", "--platform", "manylinux2014_${GNU_ARCH}"), nil)
}

// Node.js with native addons.
func ExampleAssetCodeBuilt_node() {
	dualarch.AssetCodeBuilt(jsii.String("functions/thumbnail"), awslambda.Runtime_NODEJS_24_X(), jsii.String("index.handler"),
		jsii.Strings("npm", "ci", "--omit=dev", "--os=linux", "--libc=glibc", "--cpu=${NODE_ARCH}"), nil)
}

// Rust: cargo-lambda compiles for neoverse-n1 on arm64 by itself.
func ExampleAssetCodeBuilt_rust() {
	dualarch.AssetCodeBuilt(jsii.String("functions/parse"), awslambda.Runtime_PROVIDED_AL2023(), jsii.String("bootstrap"),
		jsii.Strings("cargo", "lambda", "build", "--release", "--target", "${GNU_ARCH}-unknown-linux-gnu"),
		&dualarch.AssetCodeBuiltOptions{
			Output:  jsii.String("target/lambda/parse"), // named after the package
			Exclude: jsii.Strings("target"),
		})
}

// Compiled in a container of each architecture, as `sam build --use-container` does.
func ExampleAssetCodeBuilt_container() {
	dualarch.AssetCodeBuilt(jsii.String("functions/forecast"), awslambda.Runtime_PYTHON_3_13(), jsii.String("app.handler"),
		jsii.Strings("pip", "install", "--requirement", "requirements.txt", "--target", "."),
		&dualarch.AssetCodeBuiltOptions{Container: jsii.String("public.ecr.aws/sam/build-python3.13")})
}

// A container image of a Go package, made without Docker.
func ExampleGoImageCode() {
	dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code: dualarch.GoImageCode(jsii.String("functions/orders"), &dualarch.GoImageCodeOptions{
			Labels: &map[string]*string{"org.opencontainers.image.source": jsii.String("https://example.com/orders")},
		}),
	})
}

// A Dockerfile, built once for linux/amd64 and once for linux/arm64.
func ExampleImageCode() {
	dualarch.NewDualArchFunction(stack, jsii.String("Render"), &dualarch.DualArchFunctionProps{
		Code: dualarch.ImageCode(jsii.String("functions/render"), &dualarch.ImageCodeOptions{
			Target:    jsii.String("lambda"),
			BuildArgs: &map[string]*string{"FONTS": jsii.String("noto")},
		}),
	})
}

// Images that another pipeline pushes, as v42-x86_64 and v42-arm64.
func ExampleEcrImage() {
	images := dualarch.NewDualArchRepository(stack, jsii.String("Images"), nil)
	dualarch.NewDualArchFunction(stack, jsii.String("Search"), &dualarch.DualArchFunctionProps{
		Code: dualarch.EcrImage(images.Repository(), &dualarch.EcrImageOptions{Tag: jsii.String("v42")}),
	})
}

// A layer with native parts, one version per architecture.
func ExampleNewDualArchLayer() {
	pandas := dualarch.NewDualArchLayer(stack, jsii.String("Pandas"), &dualarch.DualArchLayerProps{
		X86Path:   jsii.String("build/pandas-x86_64.zip"),
		Arm64Path: jsii.String("build/pandas-arm64.zip"),
	})
	dualarch.NewDualArchFunction(stack, jsii.String("Prices"), &dualarch.DualArchFunctionProps{
		Code:  dualarch.AssetCode(jsii.String("functions/prices"), awslambda.Runtime_PYTHON_3_14(), jsii.String("app.handler")),
		X86:   &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{pandas.X86()}},
		Arm64: &dualarch.SiblingOptions{Layers: &[]awslambda.ILayerVersion{pandas.Arm64()}},
	})
}

// The Guard reports which functions of an app could move to arm64, and what keeps
// the others from it. CDK does not apply an app's Aspects to its stages, so each
// gets the Guard too.
func ExampleNewGuard() {
	app := awscdk.NewApp(nil)
	prod := awscdk.NewStage(app, jsii.String("Prod"), nil)
	// … stacks with functions …
	guard := dualarch.NewGuard(nil)
	awscdk.Aspects_Of(app).Add(guard, nil)
	awscdk.Aspects_Of(prod).Add(guard, nil)
	app.Synth(nil)
}

// A tool in the package that never runs on Lambda.
func ExampleAcceptedFinding() {
	dualarch.NewDualArchFunction(stack, jsii.String("Forecast"), &dualarch.DualArchFunctionProps{
		Code: dualarch.AssetCode(jsii.String("build/forecast"), awslambda.Runtime_PYTHON_3_14(), jsii.String("app.handler")),
		Accept: &[]*dualarch.AcceptedFinding{{
			Path:   jsii.String("debug/bin/*"),
			Reason: jsii.String("only run on laptops, never by the handler"),
		}},
	})
}

// A function in production becomes a DualArchFunction of the same id. It stays what it is, and moves to arm64 as a new
// version when Primary changes.
func ExampleServingOptions() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Shop"), nil)
	orders := dualarch.NewDualArchFunction(stack, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
		Code:        dualarch.GoCode(jsii.String("testdata/hello"), nil),
		Function:    &awslambda.FunctionOptions{FunctionName: jsii.String("orders")},
		Primary:     awslambda.Architecture_X86_64(), // what it runs on today
		Serving:     &dualarch.ServingOptions{},
		Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
		PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
	})
	orders.AddEnvironment(jsii.String("STAGE"), jsii.String("prod"), nil) // on all three

	functions := assertions.Template_FromStack(stack, nil).FindResources(jsii.String("AWS::Lambda::Function"), nil)
	for _, id := range slices.Sorted(maps.Keys(*functions)) {
		properties := (*(*functions)[id])["Properties"].(map[string]any)
		fmt.Println(properties["FunctionName"], properties["Architectures"])
	}
	// Output:
	// orders [x86_64]
	// orders-arm64 [arm64]
	// orders-x86_64 [x86_64]
}
