package adopt

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/printable"
)

var day = time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)

// functions returns those of an app or a template.
func functions(t testing.TB, path string, options Options) []Function {
	t.Helper()
	app, err := cfn.Open(path)
	require.NoError(t, err)
	options.Now = day
	found, err := Functions(app, options)
	require.NoError(t, err)
	return found
}

// written is functions of a template that is given.
func written(t testing.TB, text string) []Function {
	t.Helper()
	path := filepath.Join(t.TempDir(), "Shop.template.yaml")
	require.NoError(t, os.WriteFile(path, []byte("Resources:\n"+text), 0o644))
	return functions(t, path, Options{})
}

// Everything that is said of the functions of an app. The lines compile, which test/snapshots shows.
func TestFunctionsOfAnApp(t *testing.T) {
	for name, options := range map[string]Options{"shop": {}, "elsewhere": {Names: []string{"Orders", "ApiPricesC2492D72"}, Elsewhere: true}} {
		found := functions(t, "testdata/shop", options)
		file := filepath.Join("testdata", name+".txt")
		var b strings.Builder
		for _, f := range found {
			if f.Go != nil {
				b.WriteString(f.Go.Text + "\n")
				f.Go.Text = "above"
			}
			text, err := json.MarshalIndent(f, "", "  ")
			require.NoError(t, err)
			b.Write(append(text, '\n', '\n'))
		}
		if os.Getenv("UPDATE_SNAPS") == "always" {
			require.NoError(t, os.WriteFile(file, []byte(b.String()), 0o644))
			continue
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(want), b.String(), "renew it with UPDATE_SNAPS=always")
	}
}

func TestNamesOfFunctions(t *testing.T) {
	for _, name := range []string{"Shop/Orders", "Orders", "OrdersA9B65338", "orders"} {
		found := functions(t, "testdata/shop", Options{Names: []string{name}})
		require.Len(t, found, 1, name)
		require.Equal(t, "Shop/Orders", found[0].Name)
	}
	app, err := cfn.Open("testdata/shop")
	require.NoError(t, err)
	_, err = Functions(app, Options{Names: []string{"Order", "Viewer"}})
	require.EqualError(t, err, `--function "Order": there is no such function; the functions are Far/Old, Shop/Api/Prices, `+
		`Shop/BucketNotificationsHandler050a0587b7544547bf325f094a3db834, Shop/Orders, Shop/Viewer, Shop/Where`)
	_, err = Functions([]cfn.Assembly{{{Resources: map[string]cfn.Resource{}}}}, Options{})
	require.EqualError(t, err, "there is no Lambda function in it")
}

func TestFunctionsThatAreNotAdopted(t *testing.T) {
	const function = "  Fn: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Handler: a.b, Code: {ZipFile: x}%s}, Metadata: {'aws:cdk:path': %s}}\n"
	fn := func(properties, path string) string {
		return strings.Replace(strings.Replace(function, "%s", properties, 1), "%s", path, 1)
	}
	for text, want := range map[string]string{
		fn("", "Shop/Fn/Resource"): "",
		fn(", Role: !GetAtt Role.Arn", "Shop/Fn/Resource") + "  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: [{Principal: {Service: edgelambda.amazonaws.com}}]}}}\n": "Lambda@Edge uses it, which runs on x86_64 only; keep it an awslambda.Function",
		fn("", "Shop/Fn/Resource") + "  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Fn}}\n" +
			"  D: {Type: AWS::CloudFront::Distribution, Properties: {DistributionConfig: {DefaultCacheBehavior: {LambdaFunctionAssociations: [{LambdaFunctionARN: !Ref V}]}}}}\n": "Lambda@Edge uses it, which runs on x86_64 only; keep it an awslambda.Function",
		fn("", "Shop/Provider/framework-onEvent/Resource"): "CDK makes it for a custom resource; it is none of the app's own functions",
		fn("", "Shop/Custom::Thing/Handler"):               "CDK makes it for a custom resource; it is none of the app's own functions",
		fn("", "Shop/Orders/Default/Resource"):             "it is the serving function of a DualArchFunction already",
		fn("", "Shop/Orders/X86/Resource") + strings.Replace(fn("", "Shop/Orders/Arm64/Resource"), "  Fn:", "  Fn2:", 1): "it is a sibling of a DualArchFunction already",
		fn(", CapacityProviderConfig: {}", "Shop/Fn/Resource"):                                                           "a capacity provider runs it, whose instances have one architecture",
		fn(", Architectures: !Ref A", "Shop/Fn/Resource"):                                                                "its architecture is only known when it is deployed; write it into the template, x86_64 or arm64, and deploy that first",
		fn(", Architectures: [riscv]", "Shop/Fn/Resource"):                                                               `its architecture is "riscv", which Lambda does not have`,
		"  Fn: {Type: AWS::Serverless::Function, Properties: {CodeUri: .}}\n":                                            "SAM makes the function when it is deployed; give the template that it made: aws cloudformation get-template --template-stage Processed",
		strings.Replace(fn("", "Shop/Fn/Resource"), "nodejs22.x", "python3.7", 1):                                        "its runtime python3.7 runs on x86_64 only: python3.13",
	} {
		got := written(t, text)[0]
		if strings.HasPrefix(want, "its runtime") {
			require.Regexp(t, `^its runtime python3\.7 runs on x86_64 only: .+`, got.NotAdopted)
			continue
		}
		require.Equal(t, want, got.NotAdopted, text)
		require.Equal(t, want == "", got.Go != nil)
	}
}

// CDK's ids, as it made them.
func TestCDKIds(t *testing.T) {
	for id, path := range map[string]string{
		"OrdersA9B65338":                                    "Orders/Resource",
		"OrdersServiceRoleF2087E22":                         "Orders/ServiceRole/Resource",
		"CheckedSqsEventSourceServingQueue2FE61ABD2DD3C006": "Checked/SqsEventSource:ServingQueue2FE61ABD/Resource",
		"Checked102CEAF8":                                   "Checked/Default/Resource",
		"Plain":                                             "Plain",
	} {
		require.Equal(t, id, cdkID(strings.Split(path, "/")))
	}
}

// A template without a word of CDK's: the ids are given.
func TestATemplateThatIsNotCDKs(t *testing.T) {
	f := written(t, `  OrdersFunction:
    Type: AWS::Lambda::Function
    Properties: {Runtime: provided.al2, Handler: bootstrap, Code: {S3Bucket: a, S3Key: b}, MemorySize: "256", Role: arn:aws:iam::123456789012:role/orders}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref OrdersFunction, EventSourceArn: !GetAtt Queue.Arn}
  Queue: {Type: AWS::SQS::Queue}
`)[0]
	require.Equal(t, `// adoptOrdersFunction makes Shop/OrdersFunction (OrdersFunction) the serving function of a DualArchFunction. The app gives it:
//   - scope: Shop
//   - source: the folder of its main package
//   - role: its role: "arn:aws:iam::123456789012:role/orders"
//   - queue: the source Shop/Queue
func adoptOrdersFunction(scope constructs.Construct, source *string, role awsiam.IRole, queue awssqs.IQueue) dualarch.DualArchFunction {
	fn := dualarch.NewDualArchFunction(scope, jsii.String("OrdersFunction"), &dualarch.DualArchFunctionProps{
		Code: dualarch.GoCode(source, nil),
		Function: &awslambda.FunctionOptions{
			MemorySize: jsii.Number(256),
			Role:       role,
		},
		Primary: awslambda.Architecture_X86_64(), // what it runs on today
		Serving: &dualarch.ServingOptions{
			Adopt: &dualarch.AdoptOptions{
				Function: jsii.String("OrdersFunction"),
				EventSources: map[string]string{
					"Shop/Queue": "Mapping",
				},
			},
		},
		Api: &dualarch.ApiOptions{Disabled: jsii.Bool(true)}, // it has callers of its own
	})
	fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))
	return fn
}
`, f.Go.Text)
	require.Equal(t, []string{
		`Serving.Adopt.Function: "OrdersFunction"`, `Serving.Adopt.EventSources: "Mapping" for "Shop/Queue"`,
	}, f.Stays)
	require.Contains(t, f.Changes, "its runtime becomes provided.al2023")
}

// Event sources of a template that is not CDK's: of Kafka by topic, and as they are if CDK has no event source for them.
func TestEventSourcesThatAreNotCDKs(t *testing.T) {
	const function = "  Orders: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Handler: a.b, Code: {ZipFile: x}, Role: arn:aws:iam::123456789012:role/orders}}\n"
	const cluster = "arn:aws:kafka:eu-central-1:123456789012:cluster/shop/2f5b8a0c"
	nothing := []string{"the lines grant nothing for the event source mapping Shop/Mapping: keep what the app grants the role for it"}
	for name, test := range map[string]struct {
		mapping   string
		lines     []string
		adopts    string // by which key its id is given
		parameter string
		notes     []string
	}{
		"a topic of Amazon MSK": {
			"EventSourceArn: '" + cluster + "', Topics: [orders], StartingPosition: LATEST, Tags: [{Key: a, Value: b}]",
			[]string{"fn.AddEventSource(awslambdaeventsources.NewManagedKafkaEventSource(&awslambdaeventsources.ManagedKafkaEventSourceProps{", `ClusterArn: jsii.String("` + cluster + `"),`, `Topic: jsii.String("orders"),`},
			"orders", "", nil,
		},
		"a schema registry": {
			"EventSourceArn: '" + cluster + "', Topics: [orders], StartingPosition: LATEST, AmazonManagedKafkaEventSourceConfig: {ConsumerGroupId: a, SchemaRegistryConfig: {}}",
			[]string{"NewManagedKafkaEventSource("}, "orders", "",
			[]string{"Shop/Mapping: AmazonManagedKafkaEventSourceConfig of the mapping is set today and is not in the lines; give the event source the option that the app has today"},
		},
		"switched by a condition": {
			"EventSourceArn: '" + cluster + "', Topics: [orders], StartingPosition: LATEST, Enabled: !If [Prod, true, false]",
			[]string{"NewManagedKafkaEventSource("}, "orders", "",
			[]string{"Shop/Mapping: Enabled of the mapping is set today and is not in the lines; give the event source the option that the app has today"},
		},
		"two topics": {
			"EventSourceArn: '" + cluster + "', Topics: [orders, refunds], StartingPosition: LATEST",
			[]string{`mapping.OverrideLogicalId(jsii.String("Mapping"))`, `mapping.AddPropertyOverride(jsii.String("Topics"), []any{"orders", "refunds"})`}, "", "", nothing,
		},
		"a cluster of one's own": {
			"SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: ['a:9092']}}, Topics: [orders], StartingPosition: LATEST, SourceAccessConfigurations: [{Type: SASL_SCRAM_256_AUTH, URI: !Ref Secret}]",
			[]string{`BootstrapServers: &[]*string{jsii.String("a:9092")},`, "Secret: secret,", "AuthenticationMethod: awslambdaeventsources.AuthenticationMethod_SASL_SCRAM_256_AUTH,"},
			"orders", "secret: the secret Shop/Secret", nil,
		},
		"a cluster without authentication": {
			"SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: ['a:9092']}}, Topics: [orders], StartingPosition: LATEST",
			[]string{`mapping.AddPropertyOverride(jsii.String("SelfManagedEventSource"), map[string]any{"Endpoints": map[string]any{"KafkaBootstrapServers": []any{"a:9092"}}})`}, "", "", nothing,
		},
		"a broker": {
			"EventSourceArn: !GetAtt Broker.Arn, Queues: [orders]",
			[]string{"// The mapping of Shop/Broker: CDK has no event source for it.", `mapping.AddPropertyOverride(jsii.String("EventSourceArn"), sourceArn)`, `mapping.AddPropertyOverride(jsii.String("Queues"), []any{"orders"})`},
			"", "sourceArn: the ARN of Shop/Broker", nothing,
		},
		"a queue of another stack": {
			"EventSourceArn: !ImportValue Queue", []string{`mapping.AddPropertyOverride(jsii.String("EventSourceArn"), map[string]any{"Fn::ImportValue": "Queue"})`}, "", "", nothing,
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := written(t, function+"  Secret: {Type: AWS::SecretsManager::Secret}\n  Broker: {Type: AWS::AmazonMQ::Broker}\n"+
				"  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Orders, "+test.mapping+"}}\n")[0]
			text := regexp.MustCompile(" +").ReplaceAllString(f.Go.Text, " ") // as gofmt aligns it
			for _, line := range test.lines {
				require.Contains(t, text, line)
			}
			if test.adopts != "" {
				require.Contains(t, text, fmt.Sprintf("%q: \"Mapping\",", test.adopts))
			} else {
				require.NotContains(t, text, "EventSources: map")
			}
			require.Contains(t, text, test.parameter)
			require.Subset(t, f.Notes, test.notes)
			for _, note := range f.Notes {
				require.True(t, slices.Contains(test.notes, note) || !strings.Contains(note, "apping"), note)
			}
		})
	}
	own := written(t, function+"  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Orders, EventSourceArn: 'arn:aws:mq:a:b:broker:c'}, Metadata: {'aws:cdk:path': Shop/Mapping/Resource}}\n")[0]
	require.Contains(t, own.Notes, "the event source mapping Shop/Mapping is a construct of its own: keep it, and give it fn.LiveServing() for the function")
	require.NotContains(t, own.Go.Text, "Mapping")
}

// The binary says which package it is.
func TestAGoBinary(t *testing.T) {
	own, err := os.Executable() // a Go program
	require.NoError(t, err)
	program, err := os.ReadFile(own)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "asset.aaa"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "asset.aaa", "bootstrap"), program, 0o755))
	template := filepath.Join(dir, "Shop.template.json")
	require.NoError(t, os.WriteFile(template, []byte(`{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "provided.al2023", "Code": {"S3Key": "aaa.zip"}}, "Metadata": {"aws:asset:path": "asset.aaa"}}}}`), 0o644))
	f := functions(t, template, Options{})[0]
	require.Contains(t, f.Go.Text, `Code:    dualarch.GoCode(jsii.String("internal/adopt.test"), nil),`)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "asset.aaa", "bootstrap"), []byte("\x7fELF of another language"), 0o755))
	require.Contains(t, functions(t, template, Options{})[0].Go.Text, "dualarch.AssetCodePerArchitecture(x86Source, arm64Source, awslambda.Runtime_PROVIDED_AL2023(), ")
}

// Whatever a template holds, the lines are Go, and nothing steers a reader's terminal.
func FuzzFunctions(f *testing.F) {
	text, err := os.ReadFile("testdata/shop/Shop.template.json")
	require.NoError(f, err)
	f.Add(string(text))
	f.Add("Resources:\n  A-b: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {\"`\\n\\u2028*/\": !Sub '${A}'}}, New: [!Ref A, 1e99, null]}, Metadata: {'aws:cdk:path': \"a/\\n//x\"}}\n")
	f.Add("Resources:\n  F: {Type: AWS::Lambda::Function}\n  K: {Type: AWS::MSK::Cluster}\n" +
		"  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: !Ref K, Topics: [\"a\\n\"], SourceAccessConfigurations: [{Type: SASL_SCRAM_512_AUTH, URI: 1}], ProvisionedPollerConfig: {MinimumPollers: x}}}\n" +
		"  N: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: [1, !Ref K]}}, Topics: [b], SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: []}, {Type: VPC_SUBNET, URI: s}, {Type: VPC_SECURITY_GROUP, URI: g}]}}\n" +
		"  O: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: 'arn:aws:mq:', \"Q\\n*/\": [{}]}}\n")
	f.Add("Resources:\n  type: {Type: AWS::Lambda::Function, Properties: {Code: {ImageUri: a@b}, LoggingConfig: {LogFormat: 1}, VpcConfig: {A: 1}, Layers: [1]}}\n")
	f.Add("Resources:\n" + shop(mapped("Shop/Orders/Live/Jobs", "!Join ['', [!Ref Orders, \":live\"]]", "EventSourceArn: !Sub 'arn:${A}:kinesis:a:b:stream/c'"),
		"  Url: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref Orders, Qualifier: live, Cors: [1], \"A\\n\": !Ref Live}}\n",
		"  Async: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref Orders, Qualifier: live, DestinationConfig: {OnSuccess: {Destination: [!Ref Queue]}}}}\n"))
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "Shop.template")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		app, err := cfn.Open(path)
		if err != nil {
			return
		}
		for _, elsewhere := range []bool{false, true} {
			found, err := Functions(app, Options{Now: day, Elsewhere: elsewhere})
			if err != nil {
				return
			}
			for _, one := range found {
				if one.Go != nil { // that it is Go was found out when it was formatted
					require.Equal(t, one.Go.Text, printable.Text(one.Go.Text))
				}
			}
		}
	})
}
