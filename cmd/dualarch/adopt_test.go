package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/pages"
)

// shops are an app before and after a conversion, for both forms of the command.
var shops = map[string]string{
	"old/Shop.template.yaml": `Resources:
  Orders:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: orders, Runtime: python3.12, Handler: app.handler, Code: {S3Bucket: a, S3Key: b}, Role: !GetAtt Role.Arn}
    Metadata: {"aws:cdk:path": Shop/Orders/Resource}
  Role: {Type: AWS::IAM::Role, Metadata: {"aws:cdk:path": "Shop/Role\u001b[2J/Resource"}}
  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref Orders, AuthType: NONE}}
  Edge:
    Type: AWS::Lambda::Function
    Properties: {Runtime: go1.x, Handler: main, Code: {S3Bucket: a, S3Key: b}}
  Version: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Edge}}
`,
	"new/Shop.template.yaml": `Resources:
  Role: {Type: AWS::IAM::Role}
  Edge:
    Type: AWS::Lambda::Function
    Properties: {Runtime: go1.x, Handler: main, Code: {S3Bucket: a, S3Key: b}}
  Version2: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Edge}}
`,
}

func TestAdopt(t *testing.T) {
	inFolder(t, shops)
	status, stdout, stderr := dualarch(t, "adopt", "old/Shop.template.yaml")
	require.Zero(t, status, stderr)
	require.Equal(t, `Shop/Edge: zip of go1.x, x86_64, 128 MB, Edge in Shop
  not adopted: its runtime go1.x runs on x86_64 only: provided.al2023

Shop/Orders: orders, zip of python3.12, x86_64, 128 MB, Orders in Shop

    // adoptOrders makes Shop/Orders (Orders) the serving function of a DualArchFunction. The app gives it:
    //   - scope: Shop
    //   - source: the folder, zip or jar that is deployed today: one that runs on both architectures, or see AssetCodePerArchitecture and AssetCodeBuilt
    //   - role: its role: Shop/Role\u001b[2J
    func adoptOrders(scope constructs.Construct, source *string, role awsiam.IRole) dualarch.DualArchFunction {
    	fn := dualarch.NewDualArchFunction(scope, jsii.String("Orders"), &dualarch.DualArchFunctionProps{
    		Code: dualarch.AssetCode(source, awslambda.Runtime_PYTHON_3_12(), jsii.String("app.handler")),
    		Function: &awslambda.FunctionOptions{
    			FunctionName: jsii.String("orders"),
    			Role:         role,
    		},
    		Primary: awslambda.Architecture_X86_64(), // what it runs on today
    		Serving: &dualarch.ServingOptions{
    			Adopt: &dualarch.AdoptOptions{
    				Function: jsii.String("Orders"),
    			},
    		},
    		Api: &dualarch.ApiOptions{Disabled: jsii.Bool(true)}, // it has callers of its own
    	})
    	return fn
    }

  The first deployment:
  - the function's description gets the hashes of its code, and a version of it is published
  - the code is packaged anew from its source; the function stays one of package type Zip
  - the alias live is made on that version
  - CodeDeploy gets an application and a deployment group with two alarms: it moves the alias at later deployments
  - beside it stand two siblings, their log groups and the tuner, which take no traffic
  - its role also allows what the siblings' logs need; nothing is taken away

  What has to stay in the app for good:
  - Serving.Adopt.Function: "Orders"

  Callers of the unqualified name:
  RESOURCE  WHAT          THEN
  Shop/Url  Function URL  stays on $LATEST with its address, which cannot be moved; one on fn.LiveServing() has another address
  Those of no template show in the metric Invocations of AWS/Lambda with FunctionName = Resource = orders, which counts all of them.

The lines import

    "github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
    "github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
    "github.com/aws/constructs-go/constructs/v10"
    "github.com/aws/jsii-runtime-go"
    "github.com/dualarch/dualarch/constructs/dualarch"

1 function can be adopted, 1 cannot
`, stdout)

	status, _, stderr = dualarch(t, "adopt", "--function", "Edge", "old/Shop.template.yaml")
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	_, stdout, _ = dualarch(t, "adopt", "--json", "--function", "Edge", "old/Shop.template.yaml")
	require.Equal(t, `{
  "functions": [
    {
      "name": "Shop/Edge",
      "stack": "Shop",
      "logicalId": "Edge",
      "today": {
        "packageType": "Zip",
        "runtime": "go1.x",
        "architecture": "x86_64",
        "memorySize": 128,
        "timeout": 3
      },
      "notAdopted": "its runtime go1.x runs on x86_64 only: provided.al2023"
    }
  ]
}
`, stdout)
}

func TestAdoptDiff(t *testing.T) {
	inFolder(t, shops)
	status, stdout, stderr := dualarch(t, "adopt", "--diff", "old/Shop.template.yaml", "new/Shop.template.yaml")
	require.Equal(t, exitFound, status)
	require.Empty(t, stderr)
	require.Equal(t, `Shop
  EFFECT   RESOURCE     TYPE                   LOSES               WHY
  deleted  Shop/Orders  AWS::Lambda::Function  address, log group  the new template has no Orders: its ARN, versions and aliases go; callers that have them, in no template perhaps, fail; its log group /aws/lambda/orders is orphaned: it stays, and nobody writes to it
  deleted  Shop/Url     AWS::Lambda::Url       address             the new template has no Url: its address goes: the next one has another

2 would be lost or fail; 1 replacement without a loss: --verbose lists them
`, stdout)
	_, stdout, _ = dualarch(t, "adopt", "--verbose", "--diff", "old/Shop.template.yaml", "new/Shop.template.yaml")
	require.Contains(t, stdout, "  deleted  Shop/Version  AWS::Lambda::Version   nothing             the new template has no Version: ")

	status, stdout, _ = dualarch(t, "adopt", "--diff", "old/Shop.template.yaml", "old/Shop.template.yaml")
	require.Zero(t, status)
	require.Equal(t, "nothing would be lost\n", stdout)

	status, stdout, _ = dualarch(t, "adopt", "--json", "--diff", "old/Shop.template.yaml", "new/Shop.template.yaml")
	require.Equal(t, exitFound, status)
	require.Equal(t, `{
  "losses": 2,
  "findings": [
    {
      "effect": "deleted",
      "stack": "Shop",
      "resource": "Shop/Orders",
      "logicalId": "Orders",
      "type": "AWS::Lambda::Function",
      "reason": "the new template has no Orders",
      "consequence": "its ARN, versions and aliases go; callers that have them, in no template perhaps, fail; its log group /aws/lambda/orders is orphaned: it stays, and nobody writes to it",
      "loses": [
        "address",
        "log group"
      ]
    },
    {
      "effect": "deleted",
      "stack": "Shop",
      "resource": "Shop/Url",
      "logicalId": "Url",
      "type": "AWS::Lambda::Url",
      "reason": "the new template has no Url",
      "consequence": "its address goes: the next one has another",
      "loses": [
        "address"
      ]
    },
    {
      "effect": "deleted",
      "harmless": true,
      "stack": "Shop",
      "resource": "Shop/Version",
      "logicalId": "Version",
      "type": "AWS::Lambda::Version",
      "reason": "the new template has no Version",
      "consequence": "each change of a function publishes a new version; callers that have this one by its number fail"
    }
  ]
}
`, stdout)
}

// What only the deployment knows is not said to stay.
func TestAdoptDiffOfMacros(t *testing.T) {
	const loop = "  'Fn::ForEach::Topics': [Name, [%s], {'Topic${Name}': {Type: AWS::SNS::Topic}}]\n"
	inFolder(t, map[string]string{
		"old/Shop.template.yaml": "Resources:\n" + strings.ReplaceAll(loop, "%s", "a, b"),
		"new/Shop.template.yaml": "Resources:\n" + strings.ReplaceAll(loop, "%s", "a"),
	})
	status, stdout, _ := dualarch(t, "adopt", "--diff", "old/Shop.template.yaml", "new/Shop.template.yaml")
	require.Equal(t, exitFound, status)
	require.Contains(t, stdout, "not compared  Shop/Fn::ForEach::Topics")
	require.True(t, strings.HasSuffix(stdout, "\n1 cannot be compared\n"), stdout)

	status, stdout, _ = dualarch(t, "adopt", "--diff", "old/Shop.template.yaml", "old/Shop.template.yaml")
	require.Zero(t, status)
	require.Equal(t, "not compared: Fn::ForEach::Topics of the stack \"Shop\" is written alike in both; what it makes of the rest is only known at deployment\n\n"+
		"nothing would be lost of what was compared\n", stdout)
}

func TestAdoptUsageErrors(t *testing.T) {
	inFolder(t, shops)
	require.NoError(t, os.WriteFile("other.yaml", []byte("services: {}\n"), 0o644))
	require.NoError(t, os.WriteFile("queue.yaml", []byte("Resources: {Queue: {Type: AWS::SQS::Queue}}\n"), 0o644))
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"nowhere"}, "stat nowhere: no such file or directory"},
		{[]string{"other.yaml"}, "other.yaml: it is no CloudFormation template; give one, or a cdk.out"},
		{[]string{"queue.yaml"}, "queue.yaml: there is no Lambda function in it"},
		{[]string{"old"}, "old: there is no template in it; give a cdk.out, which cdk synth writes, or a template"},
		{[]string{"--function", "Order", filepath.Join("old", "Shop.template.yaml")}, `old/Shop.template.yaml: --function "Order": there is no such function; the functions are Shop/Edge, Shop/Orders`},
		{[]string{"--diff", "old", "nowhere"}, "old: there is no template in it; give a cdk.out, which cdk synth writes, or a template"},
		{[]string{"--diff", "--function", "a", "b", "c"}, "if any flags in the group [diff function] are set none of the others can be; [diff function] were all set"},
	} {
		status, stdout, stderr := dualarch(t, append([]string{"adopt"}, test.args...)...)
		require.Equal(t, exitUsage, status, test.args)
		require.Empty(t, stdout, test.args)
		require.Equal(t, "dualarch: "+test.want+"\n", stderr)
	}
	for want, args := range map[string][]string{
		"0 paths given; give a cdk.out or a template\n": {}, "2 paths given; give a cdk.out or a template\n": {"a", "b"},
		"1 path given; give two, OLD and NEW, each a cdk.out or a template\n": {"--diff", "a"},
	} {
		status, _, stderr := dualarch(t, append([]string{"adopt"}, args...)...)
		require.Equal(t, exitUsage, status)
		require.True(t, strings.HasPrefix(stderr, "dualarch: "+want), stderr)
	}
}

// What the pages tell a reader to type, on what they speak of.
func TestAdoptCommandsOfThePages(t *testing.T) {
	commands := append(pages.Commands(t, "dualarch adopt "), pages.Spans(t, "dualarch adopt --")...)
	const template = `{"Resources": {"Orders": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "orders", "Runtime": "python3.12", "Handler": "a.b"}, "Metadata": {"aws:cdk:path": "Shop/Orders/Resource"}}}}`
	inFolder(t, map[string]string{"cdk.out/cdk.out": "{}", "cdk.out/Shop.template.json": template, "Shop.template.json": template})
	for _, command := range commands {
		words := strings.Fields(command)[1:]
		switch words[len(words)-1] { // the page names an option alone
		case "--diff":
			words = append(words, "Shop.template.json", "cdk.out")
		case "--elsewhere", "--json":
			words = append(words, "cdk.out")
		}
		status, stdout, stderr := dualarch(t, words...)
		require.Zero(t, status, "%s: %s", words, stderr)
		require.NotEmpty(t, stdout, words)
	}
}
