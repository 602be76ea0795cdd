package main

import (
	"fmt"
	"os"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// The demo holds to cdk-nag's AwsSolutions rules; where it does not, a
// suppression in the template says why.
func TestAwsSolutions(t *testing.T) {
	app := appWith(t, nil)
	demo := newDemoStack(app, "DualArchDemo")
	cdknag.NagSuppressions_AddResourceSuppressionsByPath(demo.stack,
		jsii.Strings("/DualArchDemo/Number/Role/DefaultPolicy/Resource", "/DualArchDemo/Prime/Role/DefaultPolicy/Resource"),
		&[]*cdknag.NagPackSuppression{{
			Id:        jsii.String("AwsSolutions-IAM5"),
			AppliesTo: &[]any{"Resource::*"},
			Reason:    jsii.String("X-Ray's actions, the only ones on *, name no resource; AWS allows them on * only."),
		}}, nil)
	awscdk.Aspects_Of(app).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{
		Reports: jsii.Bool(false),
		Verbose: jsii.Bool(true),
	}), nil)

	var findings []string
	for _, message := range *app.Synth(nil).GetStackByName(jsii.String("DualArchDemo")).Messages() {
		findings = append(findings, fmt.Sprintf("%s: %v", *message.Id, message.Entry.Data)) //nolint:staticcheck // it is what Messages returns
	}
	require.Empty(t, findings)
}

func TestContext(t *testing.T) {
	demo := newDemoStack(appWith(t, map[string]any{
		"numbersApiUrl":     "http://127.0.0.1:1234",
		"tunerArchitecture": "x86_64",
	}), "DualArchDemo")
	require.Equal(t, "x86_64", *demo.prime.PowerTuning().Plan().Architecture().Name())
	assertions.Template_FromStack(demo.stack, nil).ResourcePropertiesCountIs(jsii.String("AWS::Lambda::Function"), map[string]any{
		"Environment": map[string]any{"Variables": map[string]any{"NUMBERS_API_URL": "http://127.0.0.1:1234"}},
	}, jsii.Number(2))

	require.PanicsWithError(t, `CDK context tunerArchitecture: "riscv64" was given; give x86_64 or arm64`, func() {
		newDemoStack(appWith(t, map[string]any{"tunerArchitecture": "riscv64"}), "DualArchDemo")
	})
}

func appWith(t *testing.T, context map[string]any) awscdk.App {
	t.Helper()
	return awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &context})
}
