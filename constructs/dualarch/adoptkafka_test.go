package dualarch_test

import (
	"crypto/md5"
	"encoding/hex"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambdaeventsources"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// adoptOrdersTopics makes an app with three clusters that each have a topic orders, and a queue that it imports.
func adoptOrdersTopics(t *testing.T, ids map[string]string) awscdk.Stack {
	t.Helper()
	stack := newStack(t)
	fn := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code: hello, Primary: awslambda.Architecture_X86_64(), Api: noApi, PowerTuning: noTuning,
		Serving: &dualarch.ServingOptions{Only: jsii.Bool(true), Deployment: allAtOnce, Adopt: &dualarch.AdoptOptions{EventSources: ids}},
	})
	fn.AddEventSource(awslambdaeventsources.NewManagedKafkaEventSource(&awslambdaeventsources.ManagedKafkaEventSourceProps{
		ClusterArn: jsii.String("arn:aws:kafka:us-east-1:123456789012:cluster/shop/a"), Topic: jsii.String("orders"), StartingPosition: awslambda.StartingPosition_LATEST,
	}))
	secret := awssecretsmanager.NewSecret(stack, jsii.String("Secret"), nil)
	for _, server := range []string{"a:9092", "b:9092"} {
		fn.AddEventSource(awslambdaeventsources.NewSelfManagedKafkaEventSource(&awslambdaeventsources.SelfManagedKafkaEventSourceProps{
			BootstrapServers: jsii.Strings(server), Topic: jsii.String("orders"), StartingPosition: awslambda.StartingPosition_LATEST, Secret: secret,
		}))
	}
	fn.AddEventSource(awslambdaeventsources.NewSqsEventSource(awssqs.Queue_FromQueueArn(stack, jsii.String("Imported"), jsii.String(importedQueue)), nil))
	return stack
}

const importedQueue = "arn:aws:sqs:us-east-1:123456789012:imported"

// clusterMapping is the construct id of the mapping of a cluster's topic orders, as CDK makes it of the servers.
func clusterMapping(server string) string {
	sum := md5.Sum([]byte(`["` + server + `"]`))
	return "KafkaEventSource:" + hex.EncodeToString(sum[:]) + ":orders"
}

// Clusters that have a topic of one name are told apart by the construct ids of their mappings.
func TestTopicsOfOneNameAreAdoptedByCluster(t *testing.T) {
	template := synth(t, adoptOrdersTopics(t, map[string]string{
		"orders": "Managed", clusterMapping("a:9092"): "ClusterA", clusterMapping("b:9092"): "ClusterB", importedQueue: "Queue1",
	}))
	mappings := template.ofType("AWS::Lambda::EventSourceMapping")
	servers := func(id string) any {
		return mappings[id]["SelfManagedEventSource"].(properties)["Endpoints"].(properties)["KafkaBootstrapServers"]
	}
	require.Len(t, mappings, 4)
	require.Equal(t, "arn:aws:kafka:us-east-1:123456789012:cluster/shop/a", mappings["Managed"]["EventSourceArn"])
	require.Equal(t, []any{"a:9092"}, servers("ClusterA"))
	require.Equal(t, []any{"b:9092"}, servers("ClusterB"))
	require.Equal(t, importedQueue, mappings["Queue1"]["EventSourceArn"])
}

func TestATopicOfSeveralClustersIsRefused(t *testing.T) {
	stack := adoptOrdersTopics(t, map[string]string{"orders": "Mapping1"})
	require.Contains(t, recovered(t, func() { awscdk.App_Of(stack).Synth(nil) }),
		`Demo/Hello: Serving.Adopt.EventSources["orders"]: "Mapping1" was given, and "KafkaEventSource:DemoHello5F11BFE2orders", "`+clusterMapping("a:9092")+`", "`+clusterMapping("b:9092")+
			`" are event sources of that topic: give the id of the mapping's construct, one of these`)
}
