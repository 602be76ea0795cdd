package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
)

// app is a synthesized app: two siblings with a layer each, a stage, an image.
func app(t *testing.T) {
	inFolder(t, map[string]string{
		"cdk.out/cdk.out":              `{"version": "54.0.0"}`,
		"cdk.out/App.assets.json":      `{"files": {}}`,
		"cdk.out/asset.aaa/bootstrap":  binarchtest.Program(t, x86),
		"cdk.out/asset.bbb/bootstrap":  binarchtest.Program(t, arm),
		"cdk.out/asset.ccc/bin/tool":   binarchtest.Program(t, x86),
		"cdk.out/asset.ddd/Dockerfile": "FROM scratch\n",
		"cdk.out/asset.ddd/tool":       binarchtest.Program(t, x86),
		"cdk.out/App.template.json": `{"Resources": {
			"X86": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2023", "Code": {"S3Bucket": {"Fn::Sub": "b"}, "S3Key": "aaa.zip"}},
				"Metadata": {"aws:cdk:path": "App/Fn/X86/Resource", "aws:asset:path": "asset.aaa"}},
			"Arm": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2023", "Architectures": ["arm64"], "Layers": [{"Ref": "Tools"}, "arn:aws:lambda:eu-west-1:1:layer:x:1"],
				"Code": {"S3Bucket": {"Fn::Sub": "b"}, "S3Key": "bbb.zip"}}},
			"Tools": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Key": "ccc.zip"}}},
			"Unused": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Key": "ccc.zip"}, "CompatibleArchitectures": ["x86_64"]}},
			"Image": {"Type": "AWS::Lambda::Function", "Properties": {"PackageType": "Image", "Architectures": ["arm64"], "Code": {"ImageUri": {"Fn::Sub": "x:ddd"}}},
				"Metadata": {"aws:asset:path": "asset.ddd"}},
			"Inline": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.12", "Code": {"ZipFile": "pass"}}},
			"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": 1}}}}`,
		"cdk.out/assembly-Prod/Prod.template.json": `{"Resources": {
			"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2", "Architectures": ["arm64"], "Code": {"S3Key": "aaa.zip"}}}}}`,
		"cdk.out/assembly-Prod/assembly-Prod-EU/ProdEU.template.json": `{"Resources": {
			"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2023", "Architectures": ["arm64"], "Code": {"S3Key": "bbb.zip"}}}}}`,
	})
}

func TestSynthesizedApp(t *testing.T) {
	app(t)
	status, stdout, stderr := dualarch(t, "check", "cdk.out")
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	var lines []string
	for line := range strings.Lines(stdout) {
		if !strings.HasPrefix(line, "  SEVERITY") && !strings.HasPrefix(line, "  - ") && !strings.HasPrefix(line, "  What") && line != "\n" {
			lines = append(lines, strings.Join(strings.Fields(line), " "))
		}
	}
	require.Equal(t, []string{
		"App/Arm: 1 file, 64 B, 1 native", "nothing was found that cannot run on arm64 provided.al2023",
		"not checked: arn:aws:lambda:eu-west-1:1:layer:x:1: nothing tells which architecture the layer is for",
		"App/Image: 2 files, 77 B, 1 native", "warning tool x86_64 Linux arm64 it cannot be executed there if the Dockerfile copies it into the image",
		"not checked: code: what its Dockerfile downloads and compiles is only known when the image is built for arm64",
		"App/Fn/X86: 1 file, 64 B, 1 native", "everything runs on x86_64 provided.al2023",
		"App/Tools: 1 file, 64 B, 1 native", "error bin/tool x86_64 Linux arm64 provided.al2023 it cannot be executed there",
		"App/Unused: 1 file, 64 B, 1 native", "everything runs on x86_64",
		"Prod/Fn: 1 file, 64 B, 1 native", "error bootstrap x86_64 Linux arm64 provided.al2 it cannot be executed there",
		"ProdEU/Fn: 1 file, 64 B, 1 native", "everything runs on arm64 provided.al2023",
		"2 errors, 1 warning, 2 not checked",
	}, lines)
}

// Asked for an architecture, it answers for that one, whatever the app says.
func TestCouldTheAppMove(t *testing.T) {
	app(t)
	_, stdout, _ := dualarch(t, "check", "--arch", "arm64", "cdk.out/App.template.json")
	require.Contains(t, stdout, "App/Fn/X86: 1 file, 64 B, 1 native\n  SEVERITY")
	require.Contains(t, stdout, "  error     bootstrap  x86_64 Linux  arm64 provided.al2023  it cannot be executed there\n")
}

// An image's Dockerfile is read as CDK builds it, and layers are judged by their ARNs.
func TestDockerfilesAndLayersByARN(t *testing.T) {
	inFolder(t, map[string]string{
		"asset.ddd/docker/Dockerfile.prod": "ARG PLATFORM\nFROM --platform=${PLATFORM} scratch AS app\nFROM scratch\n",
		"asset.ddd/.dockerignore":          "ignored\n",
		"asset.ddd/ignored/tool":           binarchtest.Program(t, x86),
		"a.template.json": `{"Resources": {
			"Image": {"Type": "AWS::Lambda::Function", "Properties": {"PackageType": "Image", "Architectures": ["arm64"],
				"Code": {"ImageUri": {"Fn::Join": ["", [{"Ref": "AWS::AccountId"}, ".dkr.ecr.", {"Ref": "AWS::Region"}, ".amazonaws.com/assets:ddd"]]}}},
				"Metadata": {"aws:asset:path": "asset.ddd", "aws:asset:dockerfile-path": "docker/Dockerfile.prod", "aws:asset:docker-build-target": "app", "aws:asset:docker-build-args": {"PLATFORM": "linux/amd64"}}},
			"Inline": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.13", "Architectures": ["arm64"], "Code": {"ZipFile": "pass"}, "Layers": [
				{"Fn::Join": ["", ["arn:aws:lambda:", {"Ref": "AWS::Region"}, ":464622532012:layer:Datadog-Extension:92"]]},
				{"Fn::Sub": "arn:aws:lambda:${AWS::Region}:464622532012:layer:Datadog-Python313-ARM:92"},
				{"Fn::ImportValue": "Layer"}]}}}}`,
	})
	status, stdout, stderr := dualarch(t, "check", "a.template.json")
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	require.Equal(t, `a/Image: 2 files, 77 B, 0 native
  SEVERITY  FILE                      BUILT FOR     DEPLOYED TO  REASON
  error     docker/Dockerfile.prod:2  x86_64 Linux  arm64        FROM --platform=linux/amd64 pins the image to x86_64
  What to do:
  - 1 finding: remove --platform from that line: docker build --platform linux/arm64 decides then
  not checked: code: what its Dockerfile downloads and compiles is only known when the image is built for arm64

a/Inline: 0 files, 0 B, 0 native
  SEVERITY  FILE                                                                   BUILT FOR  DEPLOYED TO       REASON
  error     arn:aws:lambda:${AWS::Region}:464622532012:layer:Datadog-Extension:92  x86_64     arm64 python3.13  it is the x86_64 edition of the Datadog extension
  What to do:
  - 1 finding: use arn:aws:lambda:${AWS::Region}:464622532012:layer:Datadog-Extension-ARM:92
  not checked: layer: its ARN is only known when it is deployed

2 errors, 0 warnings, 2 not checked
`, stdout)
	_, stdout, _ = dualarch(t, "check", "--sarif", "a.template.json")
	require.Contains(t, stdout, `"uri": "asset.ddd/docker/Dockerfile.prod"`)
	require.Contains(t, stdout, `"startLine": 2`)
	require.Contains(t, stdout, `"uri": "a.template.json"`)
}

// CDK writes the platform that an image is built for into the manifest alone.
func TestImageBuiltForAnotherPlatform(t *testing.T) {
	function := func(id, hash, architecture string) string {
		return fmt.Sprintf(`"%s": {"Type": "AWS::Lambda::Function", "Properties": {"PackageType": "Image", "Architectures": ["%s"], "Code": {"ImageUri": {"Fn::Sub": "x:%s"}}},
			"Metadata": {"aws:cdk:path": "App/%s/Resource", "aws:asset:path": "asset.ddd"}}`, id, architecture, hash, id)
	}
	inFolder(t, map[string]string{
		"cdk.out/cdk.out":              "{}",
		"cdk.out/asset.ddd/Dockerfile": "FROM scratch\n",
		"cdk.out/App.assets.json": `{"dockerImages": {
			"name-ddd": {"source": {"directory": "asset.ddd", "platform": "linux/amd64"}, "destinations": {"here": {"imageTag": "v-` + strings.Repeat("d", 64) + `"}}},
			"eee": {"source": {"directory": "asset.ddd"}, "destinations": {"here": {"imageTag": "eee"}}}}}`,
		"cdk.out/Other.assets.json": `{"dockerImages": {"fff": {"source": {"directory": "asset.ddd", "platform": "linux/arm64"}, "destinations": {"here": {"imageTag": "fff"}}}}}`,
		"cdk.out/App.template.json": `{"Resources": {` + strings.Join([]string{
			function("Wrong", strings.Repeat("d", 64), "arm64"), function("Right", strings.Repeat("d", 64), "x86_64"), function("Unsaid", "eee", "arm64"), function("AlsoWrong", "fff", "x86_64"),
		}, ", ") + `}}`,
	})
	status, stdout, stderr := dualarch(t, "check", "cdk.out")
	require.Equal(t, exitFound, status, stderr)
	require.Equal(t, `App/AlsoWrong: 1 file, 13 B, 0 native
  SEVERITY  FILE        BUILT FOR    DEPLOYED TO  REASON
  error     Dockerfile  arm64 Linux  x86_64       it is built with --platform linux/arm64, and cannot start there
  What to do:
  - 1 finding: give both the same architecture; in CDK, Platform of the asset and Architecture of the function
  not checked: code: what its Dockerfile downloads and compiles is only known when the image is built for x86_64

App/Right: 1 file, 13 B, 0 native
  nothing was found that cannot run on x86_64
  not checked: code: what its Dockerfile downloads and compiles is only known when the image is built for x86_64

App/Unsaid: 1 file, 13 B, 0 native
  nothing was found that cannot run on arm64
  not checked: code: what its Dockerfile downloads and compiles is only known when the image is built for arm64

App/Wrong: 1 file, 13 B, 0 native
  SEVERITY  FILE        BUILT FOR     DEPLOYED TO  REASON
  error     Dockerfile  x86_64 Linux  arm64        it is built with --platform linux/amd64, and cannot start there
  What to do:
  - 1 finding: give both the same architecture; in CDK, Platform of the asset and Architecture of the function
  not checked: code: what its Dockerfile downloads and compiles is only known when the image is built for arm64

2 errors, 0 warnings, 4 not checked
`, stdout)

	status, _, _ = dualarch(t, "check", "--arch", "arm64", "cdk.out")
	require.Zero(t, status, "whoever moves a function changes the platform with the architecture")

	require.NoError(t, os.WriteFile("cdk.out/App.assets.json", []byte("{"), 0o644))
	status, _, stderr = dualarch(t, "check", "cdk.out")
	require.Equal(t, exitUsage, status)
	require.Equal(t, "dualarch: cdk.out/App.assets.json: unexpected end of JSON input\n", stderr)
}

// Without metadata nobody knows which Dockerfile it is, and the folder is no package.
// That nothing could be checked is no success.
func TestImageWithoutMetadata(t *testing.T) {
	inFolder(t, map[string]string{"asset.ddd/tool": binarchtest.Program(t, x86), "a.template.json": `{"Resources": {
		"Image": {"Type": "AWS::Lambda::Function", "Properties": {"PackageType": "Image", "Architectures": ["arm64"], "Code": {"ImageUri": "1.dkr.ecr.eu-west-1.amazonaws.com/assets:ddd"}}}}}`})
	status, stdout, stderr := dualarch(t, "check", "a.template.json")
	require.Equal(t, exitUsage, status)
	require.Equal(t, "dualarch: nothing in a.template.json could be checked\n", stderr)
	require.Equal(t, `a/Image: 0 files, 0 B, 0 native
  not checked: code: CDK does not say which Dockerfile it is built from: asset metadata is switched off

0 errors, 0 warnings, 1 not checked
`, stdout)
}

func TestDockerfileAsAPath(t *testing.T) {
	inFolder(t, map[string]string{"app/Dockerfile": "FROM --platform=linux/amd64 scratch\nCOPY . /\n", "app/tool": binarchtest.Program(t, x86), "Dockerfile.prod": "FROM scratch\n"})
	status, stdout, _ := dualarch(t, "check", "--arch", "arm64", "app/Dockerfile", "Dockerfile.prod")
	require.Equal(t, exitFound, status)
	require.Equal(t, `app/Dockerfile: 2 files, 109 B, 1 native
  SEVERITY  FILE          BUILT FOR     DEPLOYED TO  REASON
  error     Dockerfile:1  x86_64 Linux  arm64        FROM --platform=linux/amd64 pins the image to x86_64
  warning   tool          x86_64 Linux  arm64        it cannot be executed there if the Dockerfile copies it into the image
  What to do:
  - 1 finding: remove --platform from that line: docker build --platform linux/arm64 decides then
  - 1 finding: compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu
  not checked: code: what its Dockerfile downloads and compiles is only known when the image is built for arm64

Dockerfile.prod: 3 files, 122 B, 1 native
  SEVERITY  FILE      BUILT FOR     DEPLOYED TO  REASON
  warning   app/tool  x86_64 Linux  arm64        it cannot be executed there if the Dockerfile copies it into the image
  What to do:
  - 1 finding: compile it with aarch64-linux-gnu-gcc, clang --target=aarch64-linux-gnu or, from Rust, --target aarch64-unknown-linux-gnu
  not checked: code: what its Dockerfile downloads and compiles is only known when the image is built for arm64

1 error, 2 warnings, 2 not checked
`, stdout)
}

// A runtime that arm64 never had is in the way whatever the code is.
func TestRuntimeWithoutArm64(t *testing.T) {
	inFolder(t, map[string]string{"a.template.json": `{"Resources": {
		"Old": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "go1.x", "Code": {"S3Bucket": "b", "S3Key": "k.zip"}}},
		"Either": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "java8", "Architectures": {"Fn::If": ["A", ["arm64"], ["x86_64"]]}, "Code": {"ZipFile": "x"}}}}}`})
	status, stdout, _ := dualarch(t, "check", "--arch", "arm64", "a.template.json")
	require.Equal(t, exitFound, status)
	require.Contains(t, stdout, "a/Old: 0 files, 0 B, 0 native\n  SEVERITY  FILE  BUILT FOR  DEPLOYED TO  REASON\n"+
		"  error                      arm64 go1.x  Lambda never ran go1.x on arm64 (Lambda's runtimes as of 2026-11-27)\n"+
		"  What to do:\n  - 1 finding: use provided.al2023\n")
	// Where only the deployment knows the architecture, it has to run on both.
	_, stdout, _ = dualarch(t, "check", "a.template.json")
	require.Contains(t, stdout, "a/Either: ")
	require.Contains(t, stdout, "a/Old: 0 files, 0 B, 0 native\n  not checked: code: it lies in a bucket, which is not read\n")
	_, stdout, _ = dualarch(t, "check", "--sarif", "--arch", "arm64", "a.template.json")
	require.Contains(t, stdout, `"ruleId": "runtime-without-arm64"`)
	require.Contains(t, stdout, `"uri": "a.template.json"`)
}

// A layer is for the functions that use it, wherever in the app they are.
func TestLayersOfOtherStacks(t *testing.T) {
	const layer = `{"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Key": "aaa.zip"}}}`
	function := func(arn string) string {
		return `{"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.13", "Code": {"ZipFile": "pass"}, "Layers": [` + arn + `]}}`
	}
	inFolder(t, map[string]string{
		"cdk.out/cdk.out":        `{"version": "54.0.0"}`,
		"cdk.out/asset.aaa/tool": binarchtest.Program(t, x86),
		// Exported to another stack.
		"cdk.out/A.template.json": `{"Resources": {"Exported": ` + layer + `},
			"Outputs": {"Other": {"Value": "x"}, "Layer": {"Value": {"Ref": "Exported"}, "Export": {"Name": "A:Exported"}}}}`,
		"cdk.out/B.template.json": `{"Resources": {"Fn": ` + function(`{"Fn::ImportValue": "A:Exported"}, {"Fn::ImportValue": "Theirs"}`) + `}}`,
		// Given to a nested stack, and from there to one in it; and out of a nested stack.
		"cdk.out/C.template.json": `{"Resources": {"Given": ` + layer + `, "Fn": ` + function(`{"Fn::GetAtt": ["Outer", "Outputs.Layer"]}`) + `,
			"Outer": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "Outer.nested.template.json"}, "Properties": {"Parameters": {"Given": {"Ref": "Given"}}}}}}`,
		"cdk.out/Outer.nested.template.json": `{"Resources": {"Returned": ` + layer + `,
			"Inner": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "Inner.nested.template.json"}, "Properties": {"Parameters": {"P": {"Ref": "Given"}, "Loop": {"Ref": "Loop"}}}}},
			"Outputs": {"Layer": {"Value": {"Ref": "Returned"}}}}`,
		"cdk.out/Inner.nested.template.json": `{"Resources": {"Fn": ` + function(`{"Ref": "P"}, {"Ref": "Loop"}`) + `, "Unused": ` + layer + `}}`,
	})
	status, stdout, _ := dualarch(t, "check", "cdk.out")
	require.Equal(t, exitFound, status)
	var lines []string
	for line := range strings.Lines(stdout) {
		if strings.Contains(line, " native") || strings.Contains(line, "runs on") || strings.Contains(line, " error ") || strings.Contains(line, "not checked: ") {
			lines = append(lines, strings.Join(strings.Fields(line), " "))
		}
	}
	require.Equal(t, []string{
		"A/Exported: 1 file, 64 B, 1 native", "everything runs on x86_64 python3.13",
		"B/Fn: 0 files, 0 B, 0 native", "not checked: layer: its ARN is only known when it is deployed",
		"C/Given: 1 file, 64 B, 1 native", "everything runs on x86_64 python3.13",
		"Inner.nested/Fn: 0 files, 0 B, 0 native", "not checked: ${Loop}: nothing tells which architecture the layer is for",
		"Inner.nested/Unused: 1 file, 64 B, 1 native", "error tool x86_64 Linux arm64 it cannot be executed there",
		"Outer.nested/Returned: 1 file, 64 B, 1 native", "everything runs on x86_64 python3.13",
	}, lines)
}

// Properties of other resources are called like a function's and are of other kinds.
func TestOtherResourcesOfATemplate(t *testing.T) {
	inFolder(t, map[string]string{"asset.aaa/bootstrap": binarchtest.Program(t, x86), "a.template.json": `{"Resources": {
		"Config": {"Type": "AWS::AppConfig::HostedConfigurationVersion", "Properties": {"Content": "text"}},
		"Resolver": {"Type": "AWS::AppSync::Resolver", "Properties": {"Code": "export function request() {}"}},
		"Fn::ForEach::Topics": ["Name", ["A"], {"Topic${Name}": {"Type": "AWS::SNS::Topic"}}],
		"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2023", "Architectures": ["arm64"], "Code": {"S3Key": "aaa.zip"}}}}}`})
	status, stdout, _ := dualarch(t, "check", "a.template.json")
	require.Equal(t, exitFound, status)
	require.Contains(t, stdout, "a/Fn: 1 file, 64 B, 1 native\n")
}

func TestDamagedFunction(t *testing.T) {
	inFolder(t, map[string]string{"a.template.json": `{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Code": 1}}}}`})
	status, _, stderr := dualarch(t, "check", "a.template.json")
	require.Equal(t, exitUsage, status)
	require.Equal(t, "dualarch: a.template.json: resource Fn: it has a number where an AWS::Lambda::Function has an object\n", stderr)
}

func TestMissingAsset(t *testing.T) {
	inFolder(t, map[string]string{"a.template.json": `{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Metadata": {"aws:asset:path": "asset.gone"}}}}`})
	status, _, stderr := dualarch(t, "check", "a.template.json")
	require.Equal(t, exitUsage, status)
	require.Equal(t, "dualarch: a.template.json: its asset is not there: stat asset.gone: no such file or directory\n", stderr)
}

func TestOtherJSONIsNoPackage(t *testing.T) {
	inFolder(t, map[string]string{"list.json": "[1]"})
	status, stdout, stderr := dualarch(t, "check", "list.json")
	require.Equal(t, exitUsage, status)
	require.Empty(t, stdout)
	require.Equal(t, "dualarch: list.json: neither an archive nor a program; give the folder or the zip that is deployed, an image archive, a Dockerfile, a template or a cdk.out\n", stderr)
}
