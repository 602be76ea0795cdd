package layerarn

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
)

const x86, arm = binarch.X8664, binarch.Arm64

func TestLookup(t *testing.T) {
	tests := []struct {
		arn, product string
		architecture binarch.Architecture
		remedy       string
	}{
		{"arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:53", "AWS Lambda Insights", x86,
			"use the newest version of arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension-Arm64: its versions are numbered on their own, see " + insightsDocs},
		{"arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension-Arm64:20", "AWS Lambda Insights", arm,
			"use the newest version of arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension: its versions are numbered on their own, see " + insightsDocs},
		{"arn:aws:lambda:il-central-1:459530977127:layer:LambdaInsightsExtension:5", "AWS Lambda Insights", x86,
			"use the newest version of arn:aws:lambda:il-central-1:066549572091:layer:LambdaInsightsExtension-Arm64: its versions are numbered on their own, see " + insightsDocs},
		{"arn:aws-us-gov:lambda:us-gov-west-1:198461476570:layer:LambdaInsightsExtension-Arm64:25", "AWS Lambda Insights", arm,
			"use the newest version of arn:aws-us-gov:lambda:us-gov-west-1:751350123760:layer:LambdaInsightsExtension: its versions are numbered on their own, see " + insightsDocs},
		{"arn:aws-cn:lambda:cn-north-1:488211338238:layer:LambdaInsightsExtension:25", "AWS Lambda Insights", x86,
			"use the newest version of arn:aws-cn:lambda:cn-north-1:488211338238:layer:LambdaInsightsExtension-Arm64: its versions are numbered on their own, see " + insightsDocs},
		{"arn:aws:lambda:us-east-1:177933569100:layer:AWS-Parameters-and-Secrets-Lambda-Extension:11", "the AWS Parameters and Secrets extension", x86,
			"use the newest version of arn:aws:lambda:us-east-1:177933569100:layer:AWS-Parameters-and-Secrets-Lambda-Extension-Arm64: its versions are numbered on their own, see " + secretsDocs},
		{"arn:aws:lambda:eu-west-1:434848589818:layer:AWS-AppConfig-Extension-Arm64:46", "the AWS AppConfig extension", arm,
			"use the newest version of arn:aws:lambda:eu-west-1:434848589818:layer:AWS-AppConfig-Extension: its versions are numbered on their own, see " + appConfigDocs},
		{"arn:aws:lambda:us-east-1:901920570463:layer:aws-otel-java-wrapper-amd64-ver-1-32-0:3", "AWS Distro for OpenTelemetry", x86,
			"use the newest version of arn:aws:lambda:us-east-1:901920570463:layer:aws-otel-java-wrapper-arm64-ver-1-32-0: its versions are numbered on their own, see " + adotDocs},
		{"arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:27", "Powertools for AWS Lambda (Python)", x86,
			"use arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-arm64:27"},
		{"arn:aws-cn:lambda:cn-north-1:498634801083:layer:AWSLambdaPowertoolsPythonV3-python313-arm64:18", "Powertools for AWS Lambda (Python)", arm,
			"use arn:aws-cn:lambda:cn-north-1:498634801083:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:18"},
		{"arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV2:78", "Powertools for AWS Lambda (Python)", x86,
			"use arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV2-Arm64:78"},
		{"arn:aws:lambda:us-east-1:094274105915:layer:AWSLambdaPowertoolsTypeScriptV2:44", "Powertools for AWS Lambda (TypeScript)", "", ""},
		{"arn:aws:lambda:eu-west-1:336392948345:layer:AWSSDKPandas-Python312:26", "AWS SDK for pandas", x86,
			"use arn:aws:lambda:eu-west-1:336392948345:layer:AWSSDKPandas-Python312-Arm64:26"},
		{"arn:aws:lambda:ap-east-1:839552336658:layer:AWSSDKPandas-Python310:5", "AWS SDK for pandas", x86,
			"use the newest version of arn:aws:lambda:ap-east-1:839552336658:layer:AWSSDKPandas-Python310-Arm64: its versions are numbered on their own, see " + pandasDocs},
		{"arn:aws-us-gov:lambda:us-gov-east-1:002406178527:layer:Datadog-Extension:92", "the Datadog extension", x86,
			"use arn:aws-us-gov:lambda:us-gov-east-1:002406178527:layer:Datadog-Extension-ARM:92"},
		{"arn:aws:lambda:us-east-1:464622532012:layer:Datadog-Python312-ARM:117", "the Datadog library for Python", arm,
			"use arn:aws:lambda:us-east-1:464622532012:layer:Datadog-Python312:117"},
		{"arn:aws:lambda:us-east-1:770693421928:layer:Klayers-p311-google-cloud-bigquery:22", "Klayers", x86,
			"use the newest version of arn:aws:lambda:us-east-1:770693421928:layer:Klayers-p311-arm64-google-cloud-bigquery: its versions are numbered on their own, see " + klayersDocs},
		{"arn:aws:lambda:us-east-1:451483290750:layer:NewRelicNodeJS20XARM64:11", "New Relic", arm,
			"use the newest version of arn:aws:lambda:us-east-1:451483290750:layer:NewRelicNodeJS20X: its versions are numbered on their own, see " + newRelicDocs},
		{"arn:aws:lambda:us-east-1:451483290750:layer:NewRelicPython312ARM64-slim:11", "New Relic", arm,
			"use the newest version of arn:aws:lambda:us-east-1:451483290750:layer:NewRelicPython312-slim: its versions are numbered on their own, see " + newRelicDocs},
		{"arn:aws:lambda:us-east-1:451483290750:layer:NewRelicPython312-slim:11", "New Relic", x86,
			"use the newest version of arn:aws:lambda:us-east-1:451483290750:layer:NewRelicPython312ARM64-slim: its versions are numbered on their own, see " + newRelicDocs},
		{"arn:aws:lambda:us-east-1:657959507023:layer:Dynatrace_OneAgent_1_327_10_20251022-122302_with_collector_nodejs_x86:1", "Dynatrace OneAgent", x86,
			"use the newest version of arn:aws:lambda:us-east-1:657959507023:layer:Dynatrace_OneAgent_1_327_10_20251022-122302_with_collector_nodejs_arm: its versions are numbered on their own, see " + dynatraceDocs},
		{"arn:aws:lambda:us-west-2:873528684822:layer:arm-php-85:12", "Bref", arm,
			"use the newest version of arn:aws:lambda:us-west-2:873528684822:layer:php-85: its versions are numbered on their own, see " + brefDocs},
		// A region-agnostic stack, as CDK's Go bindings spell it and as a template does.
		{"arn:${Token[AWS.Partition.3]}:lambda:${Token[AWS.Region.4]}:753240598075:layer:LambdaAdapterLayerX86:26", "AWS Lambda Web Adapter", x86,
			"use arn:${AWS::Partition}:lambda:${AWS::Region}:753240598075:layer:LambdaAdapterLayerArm64:26"},
		{"arn:aws:lambda:${AWS::Region}:184161586896:layer:opentelemetry-collector-amd64-0_18_0:1", "the OpenTelemetry collector", x86,
			"use arn:aws:lambda:${AWS::Region}:184161586896:layer:opentelemetry-collector-arm64-0_18_0:1"},
	}
	for _, test := range tests {
		t.Run(test.arn, func(t *testing.T) {
			l, ok := Lookup(test.arn)
			require.True(t, ok)
			require.Equal(t, test.product, l.Product)
			require.Equal(t, test.architecture, l.Architecture)
			require.Equal(t, test.remedy, l.Remedy())
		})
	}
}

func TestUnknownARNs(t *testing.T) {
	for _, arn := range []string{
		"", "LambdaInsightsExtension", "${Token[TOKEN.123]}",
		"arn:aws:lambda:eu-west-1:123456789012:layer:my-layer:1",
		"arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension",
		"arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:latest",
		"arn:aws:lambda:eu-west-1:580247275435:layer:${Token[TOKEN.7]}:2",
		"arn:aws:lambda:eu-west-1:${Token[AWS.AccountId.2]}:layer:LambdaInsightsExtension:2",
		"arn:aws:lambda:eu-west-1:123456789012:function:LambdaInsightsExtension:2",
		// A name that the table was made too early for.
		"arn:aws:lambda:us-east-1:451483290750:layer:NewRelicPython312ARM64-tiny:1",
		// The same name in an account that is not the vendor's can be anything.
		"arn:aws:lambda:eu-west-1:123456789012:layer:php-83:2",
	} {
		_, ok := Lookup(arn)
		require.False(t, ok, arn)
	}
}

func TestCheck(t *testing.T) {
	const datadog = "arn:aws:lambda:eu-west-1:464622532012:layer:Datadog-Extension:92"
	f, wrong := Check(datadog, binarch.Target{Architecture: arm, Runtime: "python3.13"})
	require.True(t, wrong)
	require.Equal(t, binarch.Error, f.Severity)
	require.Equal(t, "arn:aws:lambda:eu-west-1:464622532012:layer:Datadog-Extension:92: built for x86_64, deployed to arm64 python3.13: "+
		"it is the x86_64 edition of the Datadog extension; use arn:aws:lambda:eu-west-1:464622532012:layer:Datadog-Extension-ARM:92", f.String())
	f, wrong = Check("arn:aws:lambda:us-east-1:770693421928:layer:Klayers-p312-requests:9", binarch.Target{Architecture: arm})
	require.True(t, wrong)
	require.Equal(t, binarch.Warning, f.Severity)
	require.Equal(t, "arn:aws:lambda:us-east-1:770693421928:layer:Klayers-p312-requests:9: built for x86_64, deployed to arm64: "+
		"it is the x86_64 edition of Klayers, which only runs there if it has no native files; use the newest version of "+
		"arn:aws:lambda:us-east-1:770693421928:layer:Klayers-p312-arm64-requests: its versions are numbered on their own, see https://github.com/keithrozario/Klayers", f.String())
	for arn, architecture := range map[string]binarch.Architecture{
		datadog: x86,
		"arn:aws:lambda:us-east-1:094274105915:layer:AWSLambdaPowertoolsTypeScriptV2:44": arm,
		"arn:aws:lambda:eu-west-1:123456789012:layer:my-layer:1":                         arm,
	} {
		_, wrong = Check(arn, binarch.Target{Architecture: architecture})
		require.False(t, wrong, arn)
	}
}

// Each row says of an ARN of either edition that the other edition is the right one,
// and back.
func TestEditionsAreEachOthers(t *testing.T) {
	for _, e := range editions {
		require.Regexp(t, `^https://\S+$`, e.source, e.product)
		account := "123456789012"
		if len(e.accounts) > 0 {
			account = e.accounts[0]
		}
		arn := func(name string) string {
			name = strings.ReplaceAll(name, "{}", "7")
			return "arn:aws:lambda:eu-west-1:" + account + ":layer:" + name + ":4"
		}
		if e.both != "" {
			l, ok := Lookup(arn(e.both))
			require.True(t, ok, e.both)
			require.Equal(t, Layer{ARN: arn(e.both), Product: e.product, Source: e.source}, l)
			continue
		}
		for _, pair := range []struct {
			name, other  string
			architecture binarch.Architecture
		}{{e.x86, e.arm64, x86}, {e.arm64, e.x86, arm}} {
			l, ok := Lookup(arn(pair.name))
			require.True(t, ok, pair.name)
			require.Equal(t, pair.architecture, l.Architecture, pair.name)
			require.Equal(t, e.product, l.Product)
			require.Equal(t, arn(pair.other), strings.TrimSuffix(l.Other, ":4")+":4")
			require.Equal(t, e.sameVersions, l.Exact)
		}
	}
}
