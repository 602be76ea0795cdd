package dualarch_test

import (
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// Resources other than functions that carry code for Lambda are named, in the file and on the resource; an app's own
// nested stacks are read.
func TestGuardNamesWhatIsNotChecked(t *testing.T) {
	app := newApp(t)
	awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	resource := func(scope constructs.Construct, id, kind string) awscdk.CfnResource {
		return awscdk.NewCfnResource(scope, jsii.String(id), &awscdk.CfnResourceProps{Type: &kind})
	}
	web := resource(stack, "Web", "AWS::Lambda::WebFunctionRevision")
	resource(awscdk.NewNestedStack(stack, jsii.String("Nested"), nil), "Micro", "AWS::Lambda::MicrovmImage")
	sam := awssam.NewCfnFunction(stack, jsii.String("Sam"), &awssam.CfnFunctionProps{Runtime: jsii.String("python3.14"), Handler: jsii.String("a.b"), CodeUri: "code"})
	awscdk.NewCfnStack(stack, jsii.String("Theirs"), &awscdk.CfnStackProps{TemplateUrl: jsii.String("https://b.s3.amazonaws.com/t.json")})
	resource(awscdk.NewStack(awscdk.NewStage(app, jsii.String("Prod"), nil), jsii.String("Shop"), nil), "Web", "AWS::Lambda::WebFunctionRevision")
	resource(stack, "Bucket", "AWS::S3::Bucket")
	ready := python(stack, "Ready", nil, awslambda.Code_FromInline(jsii.String("pass")))
	ready.CurrentVersion()
	app.Synth(nil)

	const revision = "it is an AWS::Lambda::WebFunctionRevision, whose code, for arm64 alone, is not looked at"
	const samFunction = "it is an AWS::Serverless::Function, of which SAM makes a function at deployment; check the folder of its code by itself"
	var file struct {
		Summary   map[string]int
		Unchecked []map[string]string
	}
	readJSON(t, filepath.Join(*app.Outdir(), dualarch.ReadinessFile), &file)
	require.Equal(t, []map[string]string{
		{"path": "Prod/Shop/Web", "type": "AWS::Lambda::WebFunctionRevision", "reason": revision},
		{"path": "Shop/Nested/Micro", "type": "AWS::Lambda::MicrovmImage", "reason": "it is an AWS::Lambda::MicrovmImage, whose artifact, for arm64 alone, is not looked at"},
		{"path": "Shop/Sam", "type": "AWS::Serverless::Function", "reason": samFunction},
		{"path": "Shop/Theirs", "type": "AWS::CloudFormation::Stack", "reason": "it is an AWS::CloudFormation::Stack, whose template is not read"},
		{"path": "Shop/Web", "type": "AWS::Lambda::WebFunctionRevision", "reason": revision},
	}, file.Unchecked)
	require.Equal(t, map[string]int{"functions": 1, "onArm64": 0, "dualArch": 0, "ready": 1, "rebuild": 0, "blocked": 0, "unknown": 0, "unchecked": 5, "errors": 0}, file.Summary)
	const acknowledge = " [ack: @dualarch/dualarch:unchecked]"
	require.Equal(t, []string{"info The guard does not check it: " + revision + acknowledge}, annotations(web))
	require.Equal(t, []string{"info The guard does not check it: " + samFunction + acknowledge}, annotations(sam))
}

// For a function on a customer-managed runtime the architecture is judged, and the base system named as unchecked.
func TestGuardOfACustomerManagedRuntime(t *testing.T) {
	app := newApp(t)
	awscdk.Aspects_Of(app).Add(dualarch.NewGuard(nil), nil)
	stack := awscdk.NewStack(app, jsii.String("Shop"), nil)
	custom := awslambda.NewRuntime(jsii.String("custom"), awslambda.RuntimeFamily_OTHER, nil)
	fn := awslambda.NewFunction(stack, jsii.String("Fn"), &awslambda.FunctionProps{
		Runtime: custom, Handler: jsii.String("a.b"), Code: awslambda.Code_FromAsset(tool(t, "amd64", "bin/tool"), nil),
	})
	dual := dualarch.NewDualArchFunction(stack, jsii.String("Dual"), &dualarch.DualArchFunctionProps{
		Code: dualarch.AssetCode(tool(t, "amd64", "bin/tool"), custom, jsii.String("a.b")), Api: noApi, PowerTuning: noTuning,
	})
	app.Synth(nil)
	require.Equal(t, []string{"info Readiness for arm64: not all of it could be checked: base system: a customer-managed runtime is its publisher's image, so its glibc and its architectures are not known. " +
		"It has to be built for it: " + wrongTool("code", "bin/tool") + goRemedy + " [ack: @dualarch/dualarch:readiness]"}, annotations(fn))
	require.Contains(t, annotations(dual.Arm64()), "error The guard found 1 error for arm64 custom: "+wrongTool("code", "bin/tool")+goRemedy)
	var file struct {
		Functions []struct {
			Path, Runtime, Status string
			Unchecked             []string
		}
	}
	readJSON(t, filepath.Join(*app.Outdir(), dualarch.ReadinessFile), &file)
	require.Len(t, file.Functions, 3)
	for _, f := range file.Functions {
		require.Equal(t, "custom", f.Runtime, f.Path)
		require.Equal(t, []string{"base system: a customer-managed runtime is its publisher's image, so its glibc and its architectures are not known"}, f.Unchecked, f.Path)
	}
}
