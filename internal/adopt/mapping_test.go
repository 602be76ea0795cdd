package adopt

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shop is an app of CDK's with a function, an alias, a queue and mappings.
func shop(mappings ...string) string {
	return `  Orders: {Type: AWS::Lambda::Function, Properties: {Runtime: nodejs22.x, Handler: a.b, Code: {ZipFile: x}, Role: 'arn:aws:iam::123456789012:role/orders'}, Metadata: {'aws:cdk:path': Shop/Orders/Resource}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Orders, Name: live}, Metadata: {'aws:cdk:path': Shop/Orders/Live/Resource}}
  Queue: {Type: AWS::SQS::Queue, Metadata: {'aws:cdk:path': Shop/Queue/Resource}}
` + strings.Join(mappings, "")
}

// mapped is a mapping of a construct, with the logical id that CDK makes.
func mapped(path, function, properties string) string {
	return fmt.Sprintf("  %s: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: %s, %s}, Metadata: {'aws:cdk:path': '%s/Resource'}}\n",
		logicalIDOf(path), function, properties, path)
}

// logicalIDOf is the id of a construct's resource in a stack of the app.
func logicalIDOf(path string) string { return cdkID(strings.Split(path+"/Resource", "/")[1:]) }

// squeezed has single spaces, where gofmt aligns.
func squeezed(text string) string { return regexp.MustCompile(`[ \t]+`).ReplaceAllString(text, " ") }

// A mapping keeps its id by itself only if its path is the one that the event source makes below the function.
func TestWhichMappingsKeepTheirIds(t *testing.T) {
	const queue, cluster = "EventSourceArn: !GetAtt Queue.Arn", "EventSourceArn: 'arn:aws:kafka:eu-west-1:123456789012:cluster/a/b', Topics: [orders], StartingPosition: LATEST"
	for name, test := range map[string]struct{ path, function, properties, key string }{
		"an event source of the function's":         {"Shop/Orders/SqsEventSource:ShopQueue2BB62074", "!Ref Orders", queue, ""},
		"an event source of the alias's":            {"Shop/Orders/Live/SqsEventSource:ShopQueue2BB62074", "!Ref Live", queue, "Shop/Queue"},
		"addEventSourceMapping":                     {"Shop/Orders/Jobs", "!Ref Orders", queue, "Shop/Queue"},
		"addEventSourceMapping of the alias":        {"Shop/Orders/Live/Jobs", "!Ref Live", queue, "Shop/Queue"},
		"another source's name":                     {"Shop/Orders/SqsEventSource:ShopOther12345678", "!Ref Orders", queue, "Shop/Queue"},
		"another kind's name":                       {"Shop/Orders/DynamoDBEventSource:ShopQueue2BB62074", "!Ref Orders", queue, "Shop/Queue"},
		"a construct of its own":                    {"Shop/Jobs", "!Ref Orders", queue, "Shop/Queue"},
		"an imported queue":                         {"Shop/Orders/SqsEventSource:ShopImported12345678", "!Ref Orders", "EventSourceArn: !ImportValue Queue", ""},
		"an imported queue, of the alias":           {"Shop/Orders/Live/SqsEventSource:ShopImported12345678", "!Ref Live", "EventSourceArn: !ImportValue Queue", "SqsEventSource:ShopImported12345678"},
		"a topic":                                   {"Shop/Orders/KafkaEventSource:" + cdkID([]string{"Shop", "Orders"}) + "orders", "!Ref Orders", cluster, ""},
		"a topic of the alias's":                    {"Shop/Orders/Live/KafkaEventSource:" + cdkID([]string{"Shop", "Orders", "Live"}) + "orders", "!Ref Live", cluster, "orders"},
		"a topic by addEventSourceMapping":          {"Shop/Orders/orders", "!Ref Orders", cluster, "orders"},
		"a queue by its ARN, addEventSourceMapping": {"Shop/Orders/Jobs", "!Ref Orders", "EventSourceArn: 'arn:aws:sqs:eu-west-1:123456789012:jobs'", "arn:aws:sqs:eu-west-1:123456789012:jobs"},
	} {
		t.Run(name, func(t *testing.T) {
			f := written(t, shop(mapped(test.path, test.function, test.properties)))[0]
			if test.key == "" {
				require.NotContains(t, f.Go.Text, "EventSources")
				return
			}
			require.Contains(t, squeezed(f.Go.Text), fmt.Sprintf("EventSources: map[string]string{\n %q: %q,\n }", test.key, logicalIDOf(test.path)))
		})
	}
	overridden := strings.Replace(mapped("Shop/Orders/SqsEventSource:ShopQueue2BB62074", "!Ref Orders", queue), "OrdersSqs", "Other", 1)
	require.Contains(t, squeezed(written(t, shop(overridden))[0].Go.Text), `"Shop/Queue": "Other`)
}

// The template does not have the source: its kind is known by the mapping's construct or by the ARN, and its grants stay.
func TestSourcesThatTheTemplateDoesNotHave(t *testing.T) {
	const arn = "arn:aws:%s:eu-west-1:123456789012:%s"
	for name, test := range map[string]struct {
		path, source string
		lines        []string
	}{
		"a queue by import":      {"SqsEventSource:ShopQ12345678", "!ImportValue Q", []string{"queue awssqs.IQueue", "fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(queue, nil))"}},
		"a table by a parameter": {"DynamoDBEventSource:ShopT12345678", "!Ref StreamArn", []string{"table awsdynamodb.ITable", "awslambdaeventsources.NewDynamoEventSource(table, "}},
		"a table of a resource":  {"DynamoDBEventSource:ShopT12345678", "!GetAtt Custom.StreamArn", []string{"table awsdynamodb.ITable", "awslambdaeventsources.NewDynamoEventSource(table, "}},
		"a stream by import":     {"KinesisEventSource:ShopS12345678", "!ImportValue S", []string{"stream awskinesis.IStream", "awslambdaeventsources.NewKinesisEventSource(stream, "}},
		"a consumer by import":   {"KinesisConsumerEventSource:ShopC12345678", "!ImportValue C", []string{"consumer awskinesis.IStreamConsumer", "awslambdaeventsources.NewKinesisConsumerEventSource(consumer, "}},
		"a cluster by import":    {"KafkaEventSource:ShopOrders12345678orders", "!ImportValue K, Topics: [orders]", []string{`ClusterArn: awscdk.Fn_ImportValue(jsii.String("K")),`, "NewManagedKafkaEventSource("}},
		"a queue by its ARN":     {"Jobs", fmt.Sprintf(arn, "sqs", "jobs"), []string{"NewSqsEventSource(queue, "}},
		"a table by its ARN":     {"Jobs", fmt.Sprintf(arn, "dynamodb", "table/t/stream/2026"), []string{"NewDynamoEventSource(table, "}},
		"a stream by its ARN":    {"Jobs", fmt.Sprintf(arn, "kinesis", "stream/s"), []string{"NewKinesisEventSource(stream, "}},
		"a consumer by its ARN":  {"Jobs", fmt.Sprintf(arn, "kinesis", "stream/s/consumer/c:1"), []string{"NewKinesisConsumerEventSource(consumer, "}},
		"a cluster by its ARN":   {"Jobs", fmt.Sprintf(arn, "kafka", "cluster/a/b") + ", Topics: [orders]", []string{"NewManagedKafkaEventSource("}},
		"a queue by a joined ARN": {"Jobs", "!Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs'", []string{
			"// The mapping of Shop/Orders/Jobs: no event source of CDK's keeps its id.", `mapping.OverrideLogicalId(jsii.String("OrdersJobs`,
			`fn.Role().AddToPrincipalPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{`, `Actions: jsii.Strings("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", `,
			`Resources: &[]*string{awscdk.Token_AsString(map[string]any{"Fn::Sub": "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:jobs"}, nil)},`,
		}},
		"a stream by a joined ARN": {"Jobs", "!Join [':', [arn, !Ref 'AWS::Partition', dynamodb, !Ref 'AWS::Region', '1', table/t/stream/x]]", []string{
			`Actions: jsii.Strings("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),`, `Actions: jsii.Strings("dynamodb:ListStreams"),`,
		}},
		"a cluster by a joined ARN, two topics": {"Jobs", "!Sub 'arn:${AWS::Partition}:kafka:eu-west-1:1:cluster/a/b', Topics: [a, b]", []string{
			"// The mapping of Shop/Orders/Jobs: CDK has no event source for it.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			f := written(t, shop(mapped("Shop/Orders/"+test.path, "!Ref Orders", "StartingPosition: LATEST, EventSourceArn: "+test.source), "  Custom: {Type: Custom::Replica}\n"))[0]
			for _, line := range test.lines {
				require.Contains(t, squeezed(strings.Replace(f.Go.Text, `StartingPosition: awslambda.StartingPosition_LATEST`, "", 1)), strings.Replace(line, ", nil))", ", ", 1))
			}
		})
	}
}

// Clusters that have a topic of one name stay apart.
func TestTopicsOfOneName(t *testing.T) {
	const own = "SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: ['%s:9092']}}, Topics: [orders], SourceAccessConfigurations: [{Type: BASIC_AUTH, URI: !Ref Secret}]"
	const managed = "EventSourceArn: 'arn:aws:kafka:eu-west-1:123456789012:cluster/%s/1', Topics: [orders]"
	mapping := func(id, properties, of string) string {
		return "  " + id + ": {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Orders, " + fmt.Sprintf(properties, of) + "}}\n"
	}
	f := written(t, shop(mapping("OwnA", own, "a"), mapping("OwnB", own, "b"), mapping("ManagedA", managed, "a"), mapping("ManagedB", managed, "b"), "  Secret: {Type: AWS::SecretsManager::Secret}\n"))[0]
	text := squeezed(f.Go.Text)
	require.Contains(t, text, `EventSources: map[string]string{
 "KafkaEventSource:a7837949c3d5bbedf2e01a15e1aa2b49:orders": "OwnA",
 "KafkaEventSource:b2026bf110820eedb8fc41e7d72da12f:orders": "OwnB",
 "orders": "ManagedA",
 }`)
	require.Equal(t, 1, strings.Count(text, "NewManagedKafkaEventSource("), "CDK gives both one id")
	require.Equal(t, 2, strings.Count(text, "NewSelfManagedKafkaEventSource("))
	require.Contains(t, text, `mapping.OverrideLogicalId(jsii.String("ManagedB"))`)
	require.Contains(t, text, `Actions: jsii.Strings("kafka:DescribeCluster", "kafka:GetBootstrapBrokers", "kafka:ListScramSecrets"),
 Resources: &[]*string{jsii.String("arn:aws:kafka:eu-west-1:123456789012:cluster/b/1")},`)
	require.Contains(t, text, `awsiam.ManagedPolicy_FromAwsManagedPolicyName(jsii.String("service-role/AWSLambdaMSKExecutionRole"))`)

	// The one that is in place keeps the place, whatever the order.
	inPlace := mapped("Shop/Orders/KafkaEventSource:"+cdkID([]string{"Shop", "Orders"})+"orders", "!Ref Orders", fmt.Sprintf(managed, "b"))
	text = squeezed(written(t, shop(mapping("ManagedA", managed, "a"), inPlace))[0].Go.Text)
	require.Contains(t, text, `ClusterArn: jsii.String("arn:aws:kafka:eu-west-1:123456789012:cluster/b/1"),`)
	require.Contains(t, text, `mapping.OverrideLogicalId(jsii.String("ManagedA"))`)
	require.NotContains(t, text, "EventSources")
}

// Two mappings of one source would be one, and those of other aliases stay theirs.
func TestMappingsThatStayWhereTheyAre(t *testing.T) {
	const queue = "EventSourceArn: !GetAtt Queue.Arn"
	f := written(t, shop(mapped("Shop/Orders/SqsEventSource:ShopQueue2BB62074", "!Ref Orders", queue), mapped("Shop/Orders/Live/SqsEventSource:ShopQueue2BB62074", "!Ref Live", queue)))[0]
	require.Equal(t, 1, strings.Count(f.Go.Text, "NewSqsEventSource("))
	require.NotContains(t, f.Go.Text, "EventSources")
	require.Contains(t, f.Notes, "the event source mapping Shop/Orders/Live/SqsEventSource:ShopQueue2BB62074 reads the same source as Shop/Orders/SqsEventSource:ShopQueue2BB62074, and Lambda allows one of them for an alias; it is not in the lines: keep it as a construct of its own, on fn.Serving()")

	f = written(t, shop("  Beta: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Orders, Name: beta}}\n  Rule: {Type: AWS::Events::Rule, Properties: {Targets: [{Arn: !Ref Live}, {Arn: !Ref Live}]}}\n",
		mapped("Shop/Beta/Jobs", "!Ref Beta", queue)))[0]
	require.NotContains(t, f.Go.Text, "NewSqsEventSource(")
	require.Contains(t, f.Notes, "the event source mapping Shop/Beta/Jobs leads to the alias Shop/Beta: keep both in the app as they are")
}

func TestElsewhereAllIdsAreGiven(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Shop.template.yaml")
	require.NoError(t, os.WriteFile(path, []byte("Resources:\n"+shop(mapped("Shop/Orders/SqsEventSource:ShopImported12345678", "!Ref Orders", "EventSourceArn: !ImportValue Queue"))), 0o644))
	text := functions(t, path, Options{Elsewhere: true})[0].Go.Text
	require.Contains(t, text, `"SqsEventSource:ShopImported12345678": "OrdersSqsEventSourceShopImported12345678`)
}

// Sources that push are moved by what the app gives them to.
func TestCallersThatPush(t *testing.T) {
	f := written(t, shop("  Subscription: {Type: AWS::SNS::Subscription, Properties: {Endpoint: !GetAtt Orders.Arn}}\n"+
		"  Bucket: {Type: AWS::S3::Bucket, Properties: {NotificationConfiguration: {LambdaConfigurations: [{Function: !GetAtt Orders.Arn}]}}}\n"+
		"  Notifications: {Type: Custom::S3BucketNotifications, Properties: {NotificationConfiguration: {LambdaFunctionConfigurations: [{LambdaFunctionArn: !GetAtt Orders.Arn}]}}}\n"))[0]
	require.Len(t, f.Callers, 3)
	for _, caller := range f.Callers {
		require.Equal(t, "moves to the alias at the first deployment if fn.AddEventSource or fn.LiveServing() leads it there; with fn.Serving() it stays on $LATEST, which each deployment changes at once", caller.Then)
	}
}
