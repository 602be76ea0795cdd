package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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

// The demo follows cdk-nag's AwsSolutions rules, except where a suppression in
// the template says why not.
func TestAwsSolutions(t *testing.T) {
	app := appWith(t, nil)
	demo := newDemoStack(app)
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
	}))
	require.Equal(t, "x86_64", *demo.prime.PowerTuning().Plan().Architecture().Name())
	assertions.Template_FromStack(demo.stack, nil).ResourcePropertiesCountIs(jsii.String("AWS::Lambda::Function"), map[string]any{
		"Environment": map[string]any{"Variables": map[string]any{"NUMBERS_API_URL": "http://127.0.0.1:1234"}},
	}, jsii.Number(2))

	require.PanicsWithError(t, `CDK context tunerArchitecture: "riscv64" was given; give x86_64 or arm64`, func() {
		newDemoStack(appWith(t, map[string]any{"tunerArchitecture": "riscv64"}))
	})
}

// Prime is also deployed as an image, by -c code=image and -c code=goimage.
func TestPrimeAsAnImage(t *testing.T) {
	t.Setenv("CDK_DOCKER", "no-such-docker") // synthesis needs none
	for _, kind := range []string{"image", "goimage"} {
		app := appWith(t, map[string]any{"code": kind})
		demo := newDemoStack(app)
		require.Equal(t, "FROM_IMAGE", *demo.prime.X86().Runtime().Name(), kind)
		require.Equal(t, "FROM_IMAGE", *demo.prime.Arm64().Runtime().Name(), kind)
		require.Equal(t, "provided.al2023", *demo.number.Arm64().Runtime().Name(), kind)
		assembly := app.Synth(nil)
		require.NotEmpty(t, assembly)
		if kind == "image" {
			require.Equal(t, map[string][]string{
				"linux/amd64": {".dockerignore", "functions", "go.mod", "go.sum"},
				"linux/arm64": {".dockerignore", "functions", "go.mod", "go.sum"},
			}, imageContexts(t, *app.Outdir()))
		}
	}
	require.PanicsWithError(t, `CDK context code: "jar" was given; give zip, image or goimage`, func() {
		newDemoStack(appWith(t, map[string]any{"code": "jar"}))
	})
}

// imageContexts returns what Docker will see of the repository, by platform.
func imageContexts(t *testing.T, dir string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "DualArchDemo.assets.json"))
	require.NoError(t, err)
	var manifest struct {
		DockerImages map[string]struct {
			Source struct{ Directory, DockerFile, Platform string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &manifest))
	contexts := map[string][]string{}
	for _, image := range manifest.DockerImages {
		require.FileExists(t, filepath.Join(dir, image.Source.Directory, image.Source.DockerFile))
		entries, err := os.ReadDir(filepath.Join(dir, image.Source.Directory))
		require.NoError(t, err)
		for _, entry := range entries {
			contexts[image.Source.Platform] = append(contexts[image.Source.Platform], entry.Name())
		}
	}
	return contexts
}

func appWith(t *testing.T, context map[string]any) awscdk.App {
	t.Helper()
	return awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &context})
}
