package dualarch_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

func TestGoImageCode(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("DUALARCH_IMAGES_DIR", cache)
	t.Setenv("CDK_DOCKER", "no-such-docker") // nothing asks for it
	source := "package main\n\nfunc main() { println(1) }\n"
	stack := awscdk.NewStack(awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())}), jsii.String("Demo"), nil)
	title := map[string]*string{"org.opencontainers.image.title": jsii.String("hello")} // else that of a temporary folder
	image := func(goLine, source string) dualarch.Code {
		return dualarch.GoImageCode(moduleOf(t, goLine, source), &dualarch.GoImageCodeOptions{Labels: &title})
	}
	for id, code := range map[string]dualarch.Code{
		"First": image("go 1.26", source),
		"Again": image("go 1.26.0", source),
		"Other": image("go 1.26", strings.Replace(source, "1", "2", 1)),
		"Options": dualarch.GoImageCode(jsii.String("testdata/hello"), &dualarch.GoImageCodeOptions{
			Go:     &dualarch.GoCodeOptions{GOARM64: jsii.String("v8.2")},
			Labels: &map[string]*string{"org.opencontainers.image.source": jsii.String("https://example.com/hello")},
			Cmd:    jsii.Strings("-v", "all"),
		}),
	} {
		dualarch.NewDualArchFunction(stack, jsii.String(id), &dualarch.DualArchFunctionProps{
			Code: code, Api: noApi, PowerTuning: noTuning,
		})
	}
	template := synth(t, stack)
	require.Empty(t, warnings(stack))

	functions := template.ofType(functionType)
	for id, function := range functions {
		require.Equal(t, "Image", function["PackageType"], id)
		require.NotContains(t, function, "Runtime", id)
		require.NotContains(t, function, "Handler", id)
		require.Regexp(t, codeHash, function["Description"], id)
	}
	require.Equal(t, properties{"Command": []any{"-v", "all"}}, functions["OptionsX86"]["ImageConfig"])

	require.NotEqual(t, template.tag("FirstX86"), template.tag("FirstArm64"))
	for _, arch := range []string{"X86", "Arm64"} {
		require.Equal(t, template.tag("First"+arch), template.tag("Again"+arch), "the same source in another folder, its go line spelled otherwise")
		require.NotEqual(t, template.tag("First"+arch), template.tag("Other"+arch), "another byte")
	}

	// The deployment loads an image of the sibling's architecture.
	images := dockerImages(t, stack)
	require.Len(t, images, 6, "First and Again are the same two")
	for id, goarch := range map[string]string{"OptionsX86": "amd64", "OptionsArm64": "arm64"} {
		load := images[template.tag(id)]["executable"].([]any)
		file := filepath.Join(*awscdk.App_Of(stack).Outdir(), load[len(load)-1].(string))
		image, err := tarball.ImageFromPath(file, nil)
		require.NoError(t, err)
		config, err := image.ConfigFile()
		require.NoError(t, err)
		require.Equal(t, goarch, config.Architecture)
		require.Equal(t, map[string]string{
			"org.opencontainers.image.title":  "hello",
			"org.opencontainers.image.source": "https://example.com/hello",
		}, config.Config.Labels)
		digest, err := image.Digest()
		require.NoError(t, err)
		require.Equal(t, "code "+digest.Hex[:12], functions[id]["Description"])
	}
	written, err := os.ReadDir(cache)
	require.NoError(t, err)
	require.Len(t, written, 6)
}

func TestProblemsOfGoImageCode(t *testing.T) {
	stack := newStack(t)
	text := recovered(t, func() {
		dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
			Code: dualarch.GoImageCode(jsii.String("testdata/nowhere"), &dualarch.GoImageCodeOptions{
				Go:     &dualarch.GoCodeOptions{GOAMD64: jsii.String("v9")},
				Base:   jsii.String("testdata/hello"),
				Labels: &map[string]*string{"": jsii.String("")},
			}),
		})
	})
	require.Equal(t, refused(`DualArchFunction "Demo/Hello"`,
		`Code: GoImageCode: GOAMD64: "v9" is not a level of Lambda's processors; use "v1", "v2", "v3" (AVX2) or leave it out`,
		`Code: GoImageCode: dir: "testdata/nowhere" is not a folder; give the folder of a main package, absolute or relative to the working directory`,
		`Code: GoImageCode: Base: "testdata/hello" is not an OCI image layout; give a folder with an index.json, such as crane pull --format=oci writes`,
		`Code: GoImageCode: Labels: "" is not a label's name; give each label a name`,
	), text)
	require.Empty(t, children(stack), "something was created")
}
