package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
)

// uncheckedApp has one function that runs, and one of each kind of thing that is not
// looked into.
const uncheckedApp = `{"Resources": {
	"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2023", "Architectures": ["arm64"], "Code": {"S3Key": "aaa.zip"}}},
	"Bucket": {"Type": "AWS::S3::Bucket"},
	"Canary": {"Type": "AWS::Synthetics::Canary", "Properties": {"Code": {"S3Key": "aaa.zip"}}},
	"Far": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2023", "Code": {"S3Bucket": "b", "S3Key": "k.zip"}}},
	"Fn::ForEach::Functions": ["Name", ["A", "B"], {"Fn::ForEach::Sizes": ["Size", ["S"], {"${Name}${Size}": {"Type": "AWS::Lambda::Function", "Properties": 1}}]}],
	"Fn::ForEach::Topics": ["Name", ["A", "B"], {"Topic${Name}": {"Type": "AWS::SNS::Topic"}}],
	"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}},
	"Layer": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {"S3Key": "l.zip"}, "CompatibleArchitectures": ["arm64"]}},
	"Micro": {"Type": "AWS::Lambda::MicrovmImage", "Properties": {"CodeArtifact": {"Uri": "s3://b/k"}}},
	"Module": {"Type": "Team::Api::Function::MODULE"},
	"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://b.s3.amazonaws.com/t.json"}},
	"Runtime": {"Type": "AWS::Lambda::RuntimeVersion", "Properties": {"ImageUri": "1.dkr.ecr.eu-west-1.amazonaws.com/r:1"}},
	"Sam": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "Fn", "Layers": 1}},
	"SamApp": {"Type": "AWS::Serverless::Application"},
	"SamLayer": {"Type": "AWS::Serverless::LayerVersion"},
	"SamWeb": {"Type": "AWS::Serverless::WebFunction"},
	"Set": {"Type": "AWS::CloudFormation::StackSet"},
	"Web": {"Type": "AWS::Lambda::WebFunctionRevision", "Metadata": {"aws:cdk:path": "Shop/Web/Resource"}, "Properties": {"BuildConfig": {"CodeConfig": {"S3Object": {"Key": "aaa.zip"}}}}},
	"WebFunction": {"Type": "AWS::Lambda::WebFunction"}}}`

func TestWhatIsNotCheckedIsNamed(t *testing.T) {
	inFolder(t, map[string]string{"cdk.out/cdk.out": "{}", "cdk.out/asset.aaa/bootstrap": binarchtest.Program(t, arm), "cdk.out/a.template.json": uncheckedApp})
	status, stdout, stderr := dualarch(t, "check", "cdk.out")
	require.Zero(t, status)
	require.Empty(t, stderr)
	const none = ": 0 files, 0 B, 0 native\n  not checked: "
	require.Equal(t, "a/Far"+none+`code: it lies in a bucket, which is not read

a/Fn: 1 file, 64 B, 1 native
  everything runs on arm64 provided.al2023

a/Sam`+none+`code: Fn, which CodeUri names, is not there; build it first
  not checked: layers: which they are is only known when it is deployed

a/Layer`+none+`content: it lies in a bucket, which is not read

a/SamLayer`+none+`content: it has no ContentUri

a/Canary`+none+`it is an AWS::Synthetics::Canary, whose code runs in a function that CloudWatch Synthetics makes

a/Fn::ForEach::Functions`+none+`the AWS::Lambda::Function resources of the loop are only known at deployment

a/Fn::Transform`+none+`what it includes is only known at deployment

a/Micro`+none+`it is an AWS::Lambda::MicrovmImage, whose artifact, for arm64 alone, is not looked at

a/Module`+none+`it is the module Team::Api::Function::MODULE, whose resources are only known at deployment

a/Nested`+none+`it is an AWS::CloudFormation::Stack, whose template is not among those that are checked

a/Runtime`+none+`it is an AWS::Lambda::RuntimeVersion, whose image, that of a customer-managed runtime, lies in a repository, which is not read

a/SamApp`+none+`it is an AWS::Serverless::Application whose template is not read: it has no Location

a/SamWeb`+none+`it is an AWS::Serverless::WebFunction, of which SAM makes a web function at deployment; check the folder of its code by itself

a/Set`+none+`it is an AWS::CloudFormation::StackSet, whose template is not read

Shop/Web`+none+`it is an AWS::Lambda::WebFunctionRevision, whose code, for arm64 alone, is not looked at

0 errors, 0 warnings, 16 not checked
`, stdout)

	_, stdout, _ = dualarch(t, "check", "--sarif", "cdk.out")
	require.Contains(t, stdout, `          "ruleId": "not-checked",
          "kind": "open",
          "level": "none",
          "message": {
            "text": "it is an AWS::Lambda::WebFunctionRevision, whose code, for arm64 alone, is not looked at"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "cdk.out/a.template.json"
                }
              },
              "logicalLocations": [
                {
                  "fullyQualifiedName": "Shop/Web"
                }
              ]
            }
          ]
`)
}

func TestUncheckedInJSON(t *testing.T) {
	inFolder(t, map[string]string{"a.template.json": `{"Resources": {"Web": {"Type": "AWS::Lambda::WebFunctionRevision"}}}`})
	status, stdout, stderr := dualarch(t, "check", "--json", "a.template.json")
	require.Equal(t, exitUsage, status)
	require.Equal(t, "dualarch: nothing in a.template.json could be checked\n", stderr)
	require.Equal(t, `{
  "errors": 0,
  "warnings": 0,
  "unchecked": 1,
  "checked": [
    {
      "name": "a/Web",
      "targets": [],
      "path": "",
      "files": 0,
      "bytes": 0,
      "native": 0,
      "findings": [],
      "unchecked": [
        "it is an AWS::Lambda::WebFunctionRevision, whose code, for arm64 alone, is not looked at"
      ]
    }
  ]
}
`, stdout)
}

// A nested stack's template is checked where it is there.
func TestANestedStackIsChecked(t *testing.T) {
	inFolder(t, map[string]string{
		"cdk.out/cdk.out": "{}", "cdk.out/asset.aaa/bootstrap": binarchtest.Program(t, arm),
		"cdk.out/A.template.json":        `{"Resources": {"Nested": {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "N.nested.template.json"}}}}`,
		"cdk.out/N.nested.template.json": `{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2023", "Architectures": ["arm64"], "Code": {"S3Key": "aaa.zip"}}}}}`,
	})
	status, stdout, _ := dualarch(t, "check", "cdk.out")
	require.Zero(t, status)
	require.Equal(t, "N.nested/Fn: 1 file, 64 B, 1 native\n  everything runs on arm64 provided.al2023\n\n0 errors, 0 warnings\n", stdout)
	status, _, stderr := dualarch(t, "check", "cdk.out/A.template.json")
	require.Equal(t, exitUsage, status)
	require.Equal(t, "dualarch: nothing in cdk.out/A.template.json could be checked\n", stderr)
}

// Of a customer-managed runtime only the architecture can be judged.
func TestCustomerManagedRuntime(t *testing.T) {
	const unchecked = "  not checked: base system: a customer-managed runtime is its publisher's image, so its glibc and its architectures are not known\n"
	inFolder(t, map[string]string{
		"fn/tool": binarchtest.Program(t, arm), "asset.aaa/tool": binarchtest.Program(t, arm),
		"a.template.json": `{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "custom", "Architectures": ["arm64"], "Code": {"S3Key": "aaa.zip"},
			"RuntimeConfig": {"RuntimeArn": "arn:aws:lambda:eu-west-1:123456789012:runtime/ours", "RuntimeAlias": "prod"}}}}}`,
	})
	status, stdout, stderr := dualarch(t, "check", "--arch", "arm64", "--runtime", "custom", "fn")
	require.Zero(t, status, stderr)
	require.Equal(t, "fn: 1 file, 64 B, 1 native\n  nothing was found that cannot run on arm64 custom\n"+unchecked+"\n0 errors, 0 warnings, 1 not checked\n", stdout)
	_, stdout, _ = dualarch(t, "check", "a.template.json")
	require.Equal(t, "a/Fn: 1 file, 64 B, 1 native\n  nothing was found that cannot run on arm64 custom\n"+unchecked+"\n0 errors, 0 warnings, 1 not checked\n", stdout)
	status, stdout, _ = dualarch(t, "check", "--arch", "x86_64", "--runtime", "custom", "fn")
	require.Equal(t, exitFound, status)
	require.Contains(t, stdout, "  error     tool  arm64 Linux  x86_64 custom  it cannot be executed there\n")
}

// Archives that are not opened are named, and count as not checked unless somebody accepts them.
func TestWhatIsNotOpenedIsNamed(t *testing.T) {
	inFolder(t, map[string]string{"fn/index.js": "text", "fn/data.7z": "7z\xbc\xaf\x27\x1c", "only.rar": "Rar!\x1a\x07\x01\x00"})
	status, stdout, stderr := dualarch(t, "check", "--arch", "arm64", "fn")
	require.Zero(t, status, stderr)
	require.Equal(t, "fn: 2 files, 10 B, 0 native\n  nothing was found that cannot run on arm64\n  not checked: data.7z: a 7z archive, which is not opened\n\n0 errors, 0 warnings, 1 not checked\n", stdout)
	_, stdout, _ = dualarch(t, "check", "--arch", "arm64", "--accept", "data.7z=maps", "fn")
	require.Equal(t, "fn: 2 files, 10 B, 0 native\n  accepted  data.7z: maps\n\n0 errors, 0 warnings\n", stdout)
	_, stdout, _ = dualarch(t, "check", "--json", "fn")
	require.Contains(t, stdout, `"unchecked": 1,`)
	require.Contains(t, stdout, `"rule": "not-checked",
          "severity": "info",
          "path": "data.7z",
          "reason": "a 7z archive, which is not opened"`)
	_, stdout, _ = dualarch(t, "check", "--sarif", "fn")
	require.Contains(t, stdout, `"ruleId": "not-checked",
          "kind": "open",
          "level": "none",
          "message": {
            "text": "data.7z: a 7z archive, which is not opened"`)
	status, _, stderr = dualarch(t, "check", "only.rar")
	require.Equal(t, exitUsage, status)
	require.Equal(t, "dualarch: nothing in only.rar could be checked\n", stderr)
}

// A folder with a Dockerfile is judged by it, like the Dockerfile itself, and by what is in it: it may be
// deployed as it is.
func TestAFolderWithADockerfile(t *testing.T) {
	inFolder(t, map[string]string{"image/Dockerfile": "FROM scratch\nADD https://example.com/a_amd64.rpm /\n", "image/.dockerignore": "tool\n", "image/tool": binarchtest.Program(t, x86)})
	const row = "  warning   Dockerfile:2  x86_64        arm64        by its name, https://example.com/a_amd64.rpm, which the build fetches, is for x86_64 only\n"
	const unchecked = "  not checked: code: what its Dockerfile downloads and compiles is only known when the image is built for arm64\n"
	status, stdout, _ := dualarch(t, "check", "--arch", "arm64", "image")
	require.Equal(t, exitFound, status)
	require.Contains(t, stdout, row)
	require.Contains(t, stdout, "  error     tool          x86_64 Linux  arm64        it cannot be executed there\n")
	require.Contains(t, stdout, unchecked)
	status, stdout, _ = dualarch(t, "check", "--arch", "arm64", "image/Dockerfile")
	require.Zero(t, status)
	require.Contains(t, stdout, "by its name, https://example.com/a_amd64.rpm, which the build fetches, is for x86_64 only\n")
	require.NotContains(t, stdout, "tool ")
	require.Contains(t, stdout, unchecked)
}

// What Lambda starts has to be there: in the code, or in a layer of the same template.
func TestEntryPointsOfATemplate(t *testing.T) {
	inFolder(t, map[string]string{
		"fn/app.js": "", "layer/bootstrap": binarchtest.Program(t, arm), "zip/parse/bootstrap": binarchtest.Program(t, arm), "go/main.go": "", "go/go.mod": "",
		"template.yaml": `
Globals: {Function: {Runtime: provided.al2023, Architectures: [arm64], Handler: bootstrap}}
Resources:
  Layered: {Type: AWS::Serverless::Function, Properties: {CodeUri: fn, Layers: [!Ref Runtime]}}
  Alone: {Type: AWS::Serverless::Function, Properties: {CodeUri: fn}}
  Source: {Type: AWS::Serverless::Function, Properties: {CodeUri: go}}
  Node: {Type: AWS::Serverless::Function, Properties: {CodeUri: fn, Runtime: nodejs24.x, Handler: index.handler}}
  Runtime: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer}}
`,
	})
	status, stdout, _ := dualarch(t, "check", "template.yaml")
	require.Equal(t, exitFound, status)
	require.Contains(t, stdout, "template.yaml/Layered: 1 file, 0 B, 0 native\n  everything runs on arm64 provided.al2023\n")
	require.Contains(t, stdout, "template.yaml/Alone: 1 file, 0 B, 0 native\n  SEVERITY  FILE       BUILT FOR  DEPLOYED TO            REASON\n"+
		"  error     bootstrap             arm64 provided.al2023  Lambda starts it, and it is neither in the code nor in a layer\n")
	require.Contains(t, stdout, "template.yaml/Source: 2 files, 0 B, 0 native\n  nothing was found that cannot run on arm64 provided.al2023\n  not checked: code: what is built of it is only known when it is built\n")
	require.Contains(t, stdout, "  error     index.js             arm64 nodejs24.x  the handler index.handler loads it (or .mjs, .cjs), and it is neither in the code nor in a layer\n")
	require.Contains(t, stdout, "\n2 errors, 0 warnings, 1 not checked\n")

	status, stdout, _ = dualarch(t, "check", "--arch", "arm64", "--runtime", "provided.al2023", "zip")
	require.Equal(t, exitFound, status)
	require.Contains(t, stdout, "  error     bootstrap             arm64 provided.al2023  Lambda starts it, and it is neither in the code nor in a layer; the nearest is parse/bootstrap\n")
	status, _, _ = dualarch(t, "check", "--arch", "arm64", "--runtime", "provided.al2023", "--accept", "bootstrap=in a layer", "zip")
	require.Zero(t, status)
	status, _, _ = dualarch(t, "check", "--arch", "arm64", "--runtime", "provided.al2023", "--layer", "zip")
	require.Zero(t, status)
}
