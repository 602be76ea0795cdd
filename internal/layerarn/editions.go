package layerarn

// edition is one row of the table: a product with one layer an architecture, or with
// one layer for both. {} in a name stands for what the names have in common, a
// language or a version.
type edition struct {
	product string
	// accounts that publish it. Default: any, since the account is another one in each
	// region and the name says enough.
	accounts []string
	// x86 and arm64 are the layers' names, or both is the one layer's.
	x86, arm64, both string
	// sameVersions is true where a release has the same version number in both layers.
	sameVersions bool
	// bootstrap is true if the layer has what Lambda starts on provided.*.
	bootstrap bool
	// perhaps is true where some layers have no native files.
	perhaps bool
	// regions where the editions come from different accounts.
	regions map[string]accountPair
	// source says where it is documented, and when that was read.
	source string
}

// accountPair are the accounts of the two editions in one region.
type accountPair struct{ x86, arm64 string }

// Sources, all read on 2026-11-25. Facts about accounts and versions of AWS's own
// layers were compared with the tables in CDK's region-info, version 2.270.0.
const (
	insightsDocs   = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights-extension-versions.html"
	secretsDocs    = "https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html"
	appConfigDocs  = "https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-lambda-extensions-versions.html"
	adotDocs       = "https://github.com/aws-observability/aws-otel-lambda"
	fisDocs        = "https://docs.aws.amazon.com/fis/latest/userguide/actions-lambda-extension-arns.html"
	powertoolsDocs = "https://docs.aws.amazon.com/powertools/python/latest/getting-started/install"
	typescriptDocs = "https://docs.aws.amazon.com/powertools/typescript/latest/getting-started/lambda-layers"
	pandasDocs     = "https://aws-sdk-pandas.readthedocs.io/en/stable/layers.html"
	adapterDocs    = "https://awslabs.github.io/aws-lambda-web-adapter/getting-started/zip-packages.html"
	otelDocs       = "https://github.com/open-telemetry/opentelemetry-lambda"
	datadogDocs    = "https://docs.datadoghq.com/serverless/"
	newRelicDocs   = "https://layers.newrelic-external.com"
	dynatraceDocs  = "https://docs.dynatrace.com/managed/dynatrace-api/environment-api/deployment/oneagent/get-arns-for-lambda-layers"
	elasticDocs    = "https://github.com/elastic/apm-aws-lambda/releases"
	nodeAgentDocs  = "https://github.com/elastic/apm-agent-nodejs/releases"
	javaAgentDocs  = "https://github.com/elastic/apm-agent-java/releases"
	splunkDocs     = "https://github.com/signalfx/lambda-layer-versions"
	honeycombDocs  = "https://docs.honeycomb.io/integrations/aws/lambda/honeycomb-lambda-extension"
	sumoDocs       = "https://github.com/SumoLogic/sumologic-lambda-extensions/releases"
	coralogixDocs  = "https://coralogix.com/docs"
	pyroscopeDocs  = "https://github.com/grafana/pyroscope-lambda-extension/releases"
	rotelDocs      = "https://github.com/rotel-dev/rotel-lambda-extension/releases"
	vaultDocs      = "https://developer.hashicorp.com/vault/docs/platform/aws/lambda-extension"
	brefDocs       = "https://runtimes.bref.sh"
	klayersDocs    = "https://github.com/keithrozario/Klayers"
)

var editions = []edition{
	// AWS.
	{product: "AWS Lambda Insights", x86: "LambdaInsightsExtension", arm64: "LambdaInsightsExtension-Arm64",
		regions: map[string]accountPair{
			"ap-southeast-4": {"158895979263", "605207715842"},
			"ca-west-1":      {"946466191631", "761377655185"},
			"il-central-1":   {"459530977127", "066549572091"},
			"us-gov-east-1":  {"122132214140", "198461476570"},
			"us-gov-west-1":  {"751350123760", "198461476570"},
		}, source: insightsDocs},
	{product: "the AWS Parameters and Secrets extension", x86: "AWS-Parameters-and-Secrets-Lambda-Extension",
		arm64: "AWS-Parameters-and-Secrets-Lambda-Extension-Arm64", source: secretsDocs},
	{product: "the AWS AppConfig extension", x86: "AWS-AppConfig-Extension", arm64: "AWS-AppConfig-Extension-Arm64", source: appConfigDocs},
	// Seven of its 1,012 pairs have layer version 1 in one edition and 2 in the other.
	{product: "AWS Distro for OpenTelemetry", accounts: []string{"901920570463"}, x86: "aws-otel-{}-amd64-ver-{}", arm64: "aws-otel-{}-arm64-ver-{}", source: adotDocs},
	{product: "the AWS Fault Injection Service extension", x86: "aws-fis-extension-x86_64", arm64: "aws-fis-extension-arm64", source: fisDocs},
	{product: "Powertools for AWS Lambda (Python)", x86: "AWSLambdaPowertoolsPythonV3-{}-x86_64", arm64: "AWSLambdaPowertoolsPythonV3-{}-arm64", sameVersions: true, source: powertoolsDocs},
	{product: "Powertools for AWS Lambda (Python)", x86: "AWSLambdaPowertoolsPythonV2", arm64: "AWSLambdaPowertoolsPythonV2-Arm64", sameVersions: true, source: powertoolsDocs},
	{product: "Powertools for AWS Lambda (TypeScript)", both: "AWSLambdaPowertoolsTypeScriptV2", source: typescriptDocs},
	// Elsewhere, in ap-east-1 for one, the editions were numbered on their own.
	{product: "AWS SDK for pandas", accounts: []string{"336392948345"}, x86: "AWSSDKPandas-{}", arm64: "AWSSDKPandas-{}-Arm64", sameVersions: true, source: pandasDocs},
	{product: "AWS SDK for pandas", x86: "AWSSDKPandas-{}", arm64: "AWSSDKPandas-{}-Arm64", source: pandasDocs},
	{product: "AWS Lambda Web Adapter", x86: "LambdaAdapterLayerX86", arm64: "LambdaAdapterLayerArm64", sameVersions: true, bootstrap: true, source: adapterDocs},

	// OpenTelemetry.
	{product: "the OpenTelemetry collector", accounts: []string{"184161586896"}, x86: "opentelemetry-collector-amd64-{}", arm64: "opentelemetry-collector-arm64-{}", sameVersions: true, source: otelDocs},

	// Vendors, in the order of the alphabet. Datadog's second account is the one in GovCloud.
	{product: "Bref", accounts: []string{"534081306603", "873528684822"}, x86: "php-{}", arm64: "arm-php-{}", bootstrap: true, source: brefDocs},
	{product: "Coralogix", accounts: []string{"625240141681"}, x86: "coralogix-{}-x86_64", arm64: "coralogix-{}-arm64", sameVersions: true, source: coralogixDocs},
	{product: "the Datadog extension", accounts: []string{"464622532012", "002406178527"}, x86: "Datadog-Extension", arm64: "Datadog-Extension-ARM", sameVersions: true, source: datadogDocs},
	{product: "the Datadog library for Python", accounts: []string{"464622532012", "002406178527"}, x86: "Datadog-Python{}", arm64: "Datadog-Python{}-ARM", sameVersions: true, source: datadogDocs},
	{product: "the Datadog library for .NET", accounts: []string{"464622532012", "002406178527"}, x86: "dd-trace-dotnet", arm64: "dd-trace-dotnet-ARM", sameVersions: true, source: datadogDocs},
	{product: "Dynatrace OneAgent", accounts: []string{"657959507023"}, x86: "Dynatrace_OneAgent_{}_x86", arm64: "Dynatrace_OneAgent_{}_arm", source: dynatraceDocs},
	{product: "Dynatrace OneAgent", accounts: []string{"725887861453", "657959507023"}, x86: "Dynatrace_OneAgent_{}", arm64: "Dynatrace_OneAgent_{}_arm", source: dynatraceDocs},
	{product: "the Elastic APM extension", accounts: []string{"267093732750"}, x86: "elastic-apm-extension-ver-{}-x86_64", arm64: "elastic-apm-extension-ver-{}-arm64", sameVersions: true, source: elasticDocs},
	{product: "the Elastic APM agent for Node.js", accounts: []string{"267093732750"}, both: "elastic-apm-node-ver-{}", source: nodeAgentDocs},
	{product: "the Elastic APM agent for Java", accounts: []string{"267093732750"}, both: "elastic-apm-java-ver-{}", source: javaAgentDocs},
	{product: "the HashiCorp Vault extension", accounts: []string{"634166935893"}, x86: "vault-lambda-extension", arm64: "vault-lambda-extension-arm64", source: vaultDocs},
	{product: "the Honeycomb extension", accounts: []string{"702835727665"}, x86: "honeycomb-lambda-extension-x86_64-{}", arm64: "honeycomb-lambda-extension-arm64-{}", sameVersions: true, source: honeycombDocs},
	{product: "Klayers", accounts: []string{"770693421928"}, x86: "Klayers-p{}-{}", arm64: "Klayers-p{}-arm64-{}", perhaps: true, source: klayersDocs},
	{product: "New Relic", accounts: []string{"451483290750"}, x86: "NewRelic{}-slim", arm64: "NewRelic{}ARM64-slim", source: newRelicDocs},
	{product: "New Relic", accounts: []string{"451483290750"}, x86: "NewRelic{}", arm64: "NewRelic{}ARM64", source: newRelicDocs},
	{product: "the Pyroscope extension", accounts: []string{"489437247049"}, x86: "pyroscope-lambda-extension-x86_64", arm64: "pyroscope-lambda-extension-arm64", sameVersions: true, source: pyroscopeDocs},
	{product: "the Rotel extension", accounts: []string{"418653438961"}, x86: "rotel-extension-amd64", arm64: "rotel-extension-arm64", sameVersions: true, source: rotelDocs},
	{product: "Splunk OpenTelemetry", accounts: []string{"254067382080"}, x86: "splunk-apm", arm64: "splunk-apm-arm", source: splunkDocs},
	{product: "the Sumo Logic extension", accounts: []string{"956882708938"}, x86: "sumologic-extension-amd64", arm64: "sumologic-extension-arm64", sameVersions: true, source: sumoDocs},
}
