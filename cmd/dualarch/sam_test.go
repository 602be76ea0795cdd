package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
)

// The case of a template whose arm64 function holds an x86_64 program.
func TestProgramBesideATemplate(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "sam", "template.yaml"))
	require.NoError(t, err)
	inFolder(t, map[string]string{"sam/template.yaml": string(text), "sam/Fn/bootstrap": binarchtest.Program(t, x86)})
	status, stdout, stderr := dualarch(t, "check", "sam/template.yaml")
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	require.Contains(t, stdout, "template.yaml/Fn: 1 file, 64 B, 1 native\n")
	require.Contains(t, stdout, "  error     bootstrap  x86_64 Linux  arm64 provided.al2023  it cannot be executed there\n")
	_, stdout, _ = dualarch(t, "check", "--sarif", "sam/template.yaml")
	require.Contains(t, stdout, `"uri": "sam/Fn/bootstrap"`)
}

const samTemplate = `# What SAM's templates are made of.
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Parameters:
  Arch: {Type: String, Default: arm64, AllowedValues: [arm64, x86_64]}
  Runtime: {Type: String, Default: python3.13}
Globals:
  Function:
    Runtime: !Ref Runtime
    Architectures: [arm64]
    Layers:
      - !Sub arn:${AWS::Partition}:lambda:${AWS::Region}:464622532012:layer:Datadog-Extension:92
Conditions:
  Prod: !Equals [!Ref Stage, prod]
Resources:
  Global:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: code/, Handler: app.handler}
  Own: &own
    Type: AWS::Serverless::Function
    Properties:
      Architectures: [!Ref Arch]
      CodeUri: code.zip
      Layers: [!Ref Tools]
  Alias: *own
  Inline:
    Type: AWS::Serverless::Function
    Properties: {InlineCode: "def handler(): pass"}
  Bucket:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: "s3://bucket/key"}
  Object:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: {Bucket: !Ref Bucket, Key: k}}
  Chosen:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: !If [Prod, a/, b/]}
  Makefile:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: makefile}
    Properties: {CodeUri: code/}
  Image:
    Type: AWS::Serverless::Function
    Metadata: {Dockerfile: Dockerfile.prod, DockerContext: ./image, DockerTag: v1, DockerBuildArgs: {N: 1}}
    Properties: {PackageType: Image}
  Repository:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Image, ImageUri: !Sub "${Repo.RepositoryUri}:1"}
  Plain:
    Type: AWS::Lambda::Function
    Properties: {Code: code, Runtime: python3.13, Architectures: [arm64], Handler: app.handler}
  Tools:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer}
  Nested:
    Type: AWS::Serverless::Application
    Properties: {Location: nested/template.yaml, Parameters: {Given: !Ref Tools}}
  Catalogue:
    Type: AWS::Serverless::Application
    Properties: {Location: {ApplicationId: arn, SemanticVersion: 1.0.0}}
  Stack:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: gone.yaml}
`

// Every form of code and layers in a SAM template.
func TestSAMTemplate(t *testing.T) {
	inFolder(t, map[string]string{
		"template.yaml": samTemplate, "code/lib/tool": binarchtest.Program(t, x86), "code/app.py": "", "code.zip": zipped(t, "tool", binarchtest.Program(t, x86)), "layer/bin/tool": binarchtest.Program(t, x86),
		"image/Dockerfile.prod": "FROM --platform=linux/amd64 scratch\n",
		"nested/template.yaml":  "Parameters: {Given: {Type: String}}\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties: {Runtime: python3.13, CodeUri: ../code, Layers: [!Ref Given]}\n",
	})
	status, stdout, stderr := dualarch(t, "check", "template.yaml")
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	const remedies = "  What to do:\n"
	got := map[string]string{}
	for part := range strings.SplitSeq(stdout, "\n\n") {
		name, lines, _ := strings.Cut(part, ": ")
		lines, _, _ = strings.Cut(lines, remedies)
		for line := range strings.Lines(part) {
			if strings.Contains(line, "not checked: ") && !strings.Contains(lines, line) {
				lines += line
			}
		}
		got[name] = strings.Join(strings.Fields(lines), " ")
	}
	const datadog = "error arn:${AWS::Partition}:lambda:${AWS::Region}:464622532012:layer:Datadog-Extension:92 x86_64 arm64 python3.13 it is the x86_64 edition of the Datadog extension"
	const header = " SEVERITY FILE BUILT FOR DEPLOYED TO REASON "
	const wrong = " x86_64 Linux arm64 python3.13 it cannot be executed there"
	one := func(size string) string { return "1 file, " + size + ", 1 native" }
	for name, want := range map[string]string{
		"template.yaml/Global":     "2 files, 64 B, 1 native" + header + datadog + " error lib/tool" + wrong,
		"template.yaml/Own":        one("64 B") + header + datadog + " error tool" + wrong + " not checked: architecture: it is the parameter Arch, of which only the default is checked",
		"template.yaml/Alias":      one("64 B") + header + datadog + " error tool" + wrong + " not checked: architecture: it is the parameter Arch, of which only the default is checked",
		"template.yaml/Inline":     "0 files, 0 B, 0 native" + header + datadog,
		"template.yaml/Bucket":     "0 files, 0 B, 0 native" + header + datadog + " not checked: code: it lies in a bucket, which is not read",
		"template.yaml/Object":     "0 files, 0 B, 0 native" + header + datadog + " not checked: code: it lies in a bucket, which is not read",
		"template.yaml/Chosen":     "0 files, 0 B, 0 native" + header + datadog + " not checked: code: CodeUri is only known when it is deployed",
		"template.yaml/Makefile":   "2 files, 64 B, 1 native" + header + datadog + " warning lib/tool" + wrong + " unless the build puts another in its place not checked: code: what is built of it is only known when it is built",
		"template.yaml/Image":      "1 file, 36 B, 0 native" + header + datadog + " error Dockerfile.prod:1 x86_64 Linux arm64 python3.13 FROM --platform=linux/amd64 pins the image to x86_64 not checked: code: what its Dockerfile downloads and compiles is only known when the image is built for arm64",
		"template.yaml/Repository": "0 files, 0 B, 0 native" + header + datadog + " not checked: code: its image lies in a repository, which is not read",
		"template.yaml/Plain":      "2 files, 64 B, 1 native" + header + "error lib/tool" + wrong,
		"template.yaml/Tools":      one("64 B") + header + "error bin/tool" + wrong,
		"template.yaml/Catalogue":  "0 files, 0 B, 0 native not checked: it is an AWS::Serverless::Application whose template is not read: it lies in a bucket, which is not read",
		"template.yaml/Stack":      "0 files, 0 B, 0 native not checked: it is an AWS::CloudFormation::Stack whose template is not read: gone.yaml, which TemplateURL names, is not there; build it first",
	} {
		// The table's columns are as wide as their widest cell.
		require.Equal(t, strings.Join(strings.Fields(want), " "), got[name], name)
	}
	require.Contains(t, stdout, "template.yaml/Fn: 2 files, 64 B, 1 native\n  everything runs on x86_64 python3.13\n")
}

// A template of which nothing can be checked is no "0 errors" alone.
func TestTemplateOfWhichNothingIsChecked(t *testing.T) {
	inFolder(t, map[string]string{
		"template.yaml": "Resources:\n  A:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: gone}\n  B:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code: {S3Bucket: b, S3Key: k}\n",
		"vpc.yaml":      "Resources:\n  A:\n    Type: AWS::EC2::VPC\n", "empty.template": "{\"Resources\": {}}", "compose.yaml": "services:\n  a:\n    image: b\n",
		"bad.yaml": "Resources:\n  - [\n", "bomb.yaml": bomb(), "merge.yaml": "Resources:\n  A:\n    <<: [1]\n",
	})
	status, stdout, stderr := dualarch(t, "check", "template.yaml")
	require.Equal(t, exitUsage, status)
	require.Equal(t, "dualarch: nothing in template.yaml could be checked\n", stderr)
	require.Equal(t, "template.yaml/A: 0 files, 0 B, 0 native\n  not checked: code: gone, which CodeUri names, is not there; build it first\n\n"+
		"template.yaml/B: 0 files, 0 B, 0 native\n  not checked: code: it lies in a bucket, which is not read\n\n0 errors, 0 warnings, 2 not checked\n", stdout)
	for name, want := range map[string]string{
		"vpc.yaml":       ": there is no function, no layer and no other code for Lambda in it",
		"empty.template": ": there is no function, no layer and no other code for Lambda in it",
		"compose.yaml":   ": neither an archive nor a program; give the folder or the zip that is deployed, an image archive, a Dockerfile, a template or a cdk.out",
		"bad.yaml":       ": yaml: line 2: did not find expected node content",
		"bomb.yaml":      ": line 1: it has more than 1000000 values with its aliases",
		"merge.yaml":     ": line 3: << names something that is no mapping",
	} {
		status, stdout, stderr := dualarch(t, "check", name)
		require.Equal(t, exitUsage, status, name)
		require.Empty(t, stdout)
		require.Equal(t, "dualarch: "+name+want+"\n", stderr)
	}
}

// bomb is a template whose aliases stand for more than can be held.
func bomb() string {
	lines := []string{"A0: &a0 [x, x, x, x, x, x, x, x, x, x]"}
	for i := range 8 {
		last, next := string(rune('0'+i)), string(rune('1'+i))
		lines = append(lines, "A"+next+": &a"+next+" ["+strings.TrimSuffix(strings.Repeat("*a"+last+", ", 10), ", ")+"]")
	}
	return strings.Join(lines, "\n") + "\nResources: {}\n"
}

// zipped is a zip with one file in it.
func zipped(t *testing.T, name, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	entry, err := w.Create(name)
	require.NoError(t, err)
	_, err = entry.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}
