package dualarch_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecrassets"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// docker installs a stand-in for Docker that answers so when asked for its
// versions. No test here builds an image.
func docker(t *testing.T, versions string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "docker")
	script := "#!/bin/sh\ncase \"$1\" in\n--version) echo 'Docker version 1' ;;\nversion) " + versions + " ;;\nbuildx) echo v1 ;;\nesac\n"
	require.NoError(t, os.WriteFile(file, []byte(script), 0o755))
	t.Setenv("CDK_DOCKER", file)
	t.Setenv("DOCKER_BUILDKIT", "")
	t.Setenv("DOCKER_HOST", "tcp://192.0.2.1:2375") // where nothing is known of emulation
}

// tag returns the tag of a function's image, which is the asset's hash.
func (t template) tag(id string) string {
	uri := names(t.ofType(functionType)[id]["Code"].(properties)["ImageUri"])
	return uri[strings.LastIndex(uri, ":")+1:]
}

func TestImageCode(t *testing.T) {
	docker(t, "echo 28.2.2 28.2.2")
	files := map[string]string{"Dockerfile": "FROM scratch\nCOPY app /app\n", "Other": "FROM scratch AS stage\n", "app": "1"}
	first, again := folder(t, files), folder(t, files)
	files["app"] = "2"
	other := folder(t, files)
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir()), Context: &map[string]any{
		"aws:cdk:enable-asset-metadata": true,
	}})
	stack := awscdk.NewStack(app, jsii.String("Demo"), nil)
	for id, code := range map[string]dualarch.Code{
		"First": dualarch.ImageCode(first, nil),
		"Again": dualarch.ImageCode(again, nil),
		"Other": dualarch.ImageCode(other, nil),
		"Options": dualarch.ImageCode(first, &dualarch.ImageCodeOptions{
			File: jsii.String("Other"), Target: jsii.String("stage"),
			BuildArgs:        &map[string]*string{"ARG": jsii.String("1")},
			BuildSecrets:     &map[string]*string{"key": awscdk.DockerBuildSecret_FromSrc(jsii.String("key.txt"))},
			BuildContexts:    &map[string]*string{"more": jsii.String("more/")},
			BuildSsh:         jsii.String("default"),
			CacheFrom:        &[]*awsecrassets.DockerCacheOption{{Type: jsii.String("registry")}},
			CacheTo:          &awsecrassets.DockerCacheOption{Type: jsii.String("inline")},
			CacheDisabled:    jsii.Bool(true),
			NetworkMode:      awsecrassets.NetworkMode_HOST(),
			Exclude:          jsii.Strings("app"),
			Cmd:              jsii.Strings("serve"),
			Entrypoint:       jsii.Strings("/app"),
			WorkingDirectory: jsii.String("/srv"),
		}),
	} {
		dualarch.NewDualArchFunction(stack, jsii.String(id), &dualarch.DualArchFunctionProps{
			Code: code, Api: noApi, PowerTuning: noTuning,
		})
	}
	template := synth(t, stack)
	require.Empty(t, warnings(stack))

	t.Run("what Lambda starts", func(t *testing.T) {
		for id, function := range template.ofType(functionType) {
			require.Equal(t, "Image", function["PackageType"], id)
			require.NotContains(t, function, "Runtime", id)
			require.NotContains(t, function, "Handler", id)
			require.Equal(t, "code "+template.tag(id)[:12], function["Description"])
			require.Equal(t, "AWS::AccountId.dkr.ecr.AWS::Region.AWS::URLSuffix/"+
				`{"Fn::Sub":"cdk-hnb659fds-container-assets-${AWS::AccountId}-${AWS::Region}"}:`+template.tag(id),
				names(function["Code"].(properties)["ImageUri"]))
		}
		require.Equal(t, properties{"Command": []any{"serve"}, "EntryPoint": []any{"/app"}, "WorkingDirectory": "/srv"},
			template.ofType(functionType)["OptionsX86"]["ImageConfig"])
	})
	t.Run("hashes", func(t *testing.T) {
		for _, arch := range []string{"X86", "Arm64"} {
			require.Equal(t, template.tag("First"+arch), template.tag("Again"+arch), "the same files in another folder")
			require.NotEqual(t, template.tag("First"+arch), template.tag("Other"+arch), "another byte")
		}
		require.Equal(t, map[string]string{
			"FirstX86":   "3fd55a9ccd96ffa75226ea97a2bc67679822a7e88268566e462f543fae91a1b0",
			"FirstArm64": "321b8802c2022d0c33f397dc4de4a008e4fe852739f1c35f413a3dca2b96328c",
		}, map[string]string{"FirstX86": template.tag("FirstX86"), "FirstArm64": template.tag("FirstArm64")})
	})
	t.Run("what cdk deploy builds", func(t *testing.T) {
		images := dockerImages(t, stack)
		require.Len(t, images, 6, "First and Again are the same two")
		for _, arch := range []struct{ id, platform string }{{"X86", "linux/amd64"}, {"Arm64", "linux/arm64"}} {
			plain := images[template.tag("First"+arch.id)]
			require.Equal(t, arch.platform, plain["platform"])
			options := images[template.tag("Options"+arch.id)]
			delete(options, "directory")
			require.Equal(t, properties{
				"platform": arch.platform, "dockerFile": "Other", "dockerBuildTarget": "stage",
				"dockerBuildArgs": properties{"ARG": "1"}, "dockerBuildSecrets": properties{"key": "src=key.txt"},
				"dockerBuildContexts": properties{"more": "more/"}, "dockerBuildSsh": "default",
				"cacheFrom": []any{properties{"type": "registry"}}, "cacheTo": properties{"type": "inline"}, "cacheDisabled": true,
				"networkMode": "host",
			}, options)
		}
	})
	t.Run("where it comes from, for sam local", func(t *testing.T) {
		for id, resource := range template.Resources {
			if resource.Type == functionType {
				require.Equal(t, "Code.ImageUri", resource.Metadata["aws:asset:property"], id)
				require.Equal(t, "asset."+template.tag(plain(id)), resource.Metadata["aws:asset:path"], id)
			}
		}
	})
}

// dockerImages returns the images that a deployment builds, by tag.
func dockerImages(t *testing.T, stack awscdk.Stack) map[string]properties {
	t.Helper()
	file := filepath.Join(*awscdk.App_Of(stack).Outdir(), "Demo.assets.json")
	var manifest struct {
		DockerImages map[string]struct{ Source properties }
	}
	readJSON(t, file, &manifest)
	images := map[string]properties{}
	for tag, image := range manifest.DockerImages {
		images[tag] = image.Source
	}
	return images
}

func TestImageCodeWithoutDocker(t *testing.T) {
	docker(t, "echo Cannot connect to the Docker daemon >&2; exit 1")
	_, stack := deploy(t, map[string]dualarch.Code{"Hello": dualarch.ImageCode(folder(t, map[string]string{"Dockerfile": "FROM scratch\n"}), nil)})
	require.Equal(t, []string{
		"/Demo/Hello: the Docker daemon cannot be reached (Cannot connect to the Docker daemon): synthesis continues, but cdk deploy will fail before it changes the stack; start the daemon [ack: @dualarch/dualarch:docker]",
	}, warnings(stack))
}

func TestProblemsOfImageCode(t *testing.T) {
	docker(t, "echo 20.10.24 20.10.24")
	dir := folder(t, map[string]string{"Other": ""})
	const classic = `Code: ImageCode: Docker's classic builder would build the images: its cache ignores the platform, so that both siblings would get the image of one architecture; set DOCKER_BUILDKIT=1 (docker 20.10.24 with engine 20.10.24), or install Docker 23 or newer`
	for _, test := range []struct {
		name string
		code dualarch.Code
		want []string
	}{
		{"no folder", dualarch.ImageCode(nil, nil), []string{
			`Code: ImageCode: dir: "" is not a folder; give the folder of a Dockerfile, absolute or relative to the working directory`,
			classic,
		}},
		{"no Dockerfile", dualarch.ImageCode(dir, &dualarch.ImageCodeOptions{WorkingDirectory: jsii.String("srv")}), []string{
			`Code: ImageCode: File: "Dockerfile" is no file in "` + *dir + `"; give a Dockerfile, relative to it`,
			`Code: ImageCode: WorkingDirectory: "srv" was given; give an absolute path, such as "/var/task"`,
			classic,
		}},
		{"a Dockerfile elsewhere", dualarch.ImageCode(dir, &dualarch.ImageCodeOptions{File: jsii.String("../Dockerfile")}), []string{
			`Code: ImageCode: File: "../Dockerfile" is no file in "` + *dir + `"; give a Dockerfile, relative to it`,
			classic,
		}},
		{"the classic builder", dualarch.ImageCode(dir, &dualarch.ImageCodeOptions{File: jsii.String("Other")}), []string{classic}},
	} {
		t.Run(test.name, func(t *testing.T) {
			stack := newStack(t)
			text := recovered(t, func() {
				dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{Code: test.code})
			})
			require.Equal(t, refused(`DualArchFunction "Demo/Hello"`, test.want...), text)
			require.Empty(t, children(stack), "something was created")
		})
	}
}
