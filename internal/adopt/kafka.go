package adopt

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// managedKafka reads a topic of Amazon MSK.
var managedKafka = &source{"ManagedKafkaEventSource", "", "", kafka(map[string]option{
	"EventSourceArn": func(w *writer, v any) (string, string) {
		if what := w.comment(v); what != "" {
			return "ClusterArn", w.parameter("clusterArn", "*string", "the ARN of the cluster "+what)
		}
		return "ClusterArn", goString(v)
	},
	"AmazonManagedKafkaEventSourceConfig": consumerGroup,
	"SourceAccessConfigurations": func(w *writer, v any) (string, string) {
		if access, known := accessOf(v); known && len(access) == 1 && access["SASL_SCRAM_512_AUTH"] != nil {
			return "Secret", w.secret("secret", access["SASL_SCRAM_512_AUTH"])
		}
		return "", ""
	},
}), "", []string{"kafka:DescribeCluster", "kafka:GetBootstrapBrokers", "kafka:ListScramSecrets"}}

// ownKafka reads a topic of a cluster that somebody runs.
var ownKafka = &source{"SelfManagedKafkaEventSource", "", "", kafka(map[string]option{
	"SelfManagedEventSource": func(_ *writer, v any) (string, string) {
		var parts []string
		for _, server := range bootstrapServers(v) {
			parts = append(parts, goString(server))
		}
		return "BootstrapServers", "&[]*string{" + strings.Join(parts, ", ") + "}"
	},
	"SelfManagedKafkaEventSourceConfig": consumerGroup,
	"SourceAccessConfigurations":        ownAccess,
}), "", nil}

// kafka are the properties of mappings of both kinds, with those of one.
func kafka(more map[string]option) map[string]option {
	all := polled(streamed)
	delete(all, "ParallelizationFactor")
	delete(all, "TumblingWindowInSeconds")
	maps.Copy(all, map[string]option{
		"Topics":                  func(_ *writer, v any) (string, string) { return "Topic", goString(v.([]any)[0]) }, // findKafka
		"ProvisionedPollerConfig": pollers,
		"LoggingConfig": func(w *writer, v any) (string, string) {
			level, _ := only(v, "SystemLogLevel")
			return oneOf("LogLevel", "awslambda.EventSourceMappingLogLevel_", "INFO", "DEBUG", "WARN")(w, level)
		},
		"DestinationConfig": func(w *writer, v any) (string, string) {
			failed, _ := only(v, "OnFailure")
			destination, _ := only(failed, "Destination")
			if text, is := destination.(string); is && strings.HasPrefix(text, "kafka://") {
				return "OnFailure", "awslambdaeventsources.NewKafkaDlq(" + goString(strings.TrimPrefix(text, "kafka://")) + ")"
			}
			return streamed["DestinationConfig"](w, v)
		},
	})
	maps.Copy(all, more)
	return all
}

// findKafka finds out whether a mapping reads one topic of a cluster that CDK's event sources can read. It goes by its
// topic, because such a cluster has no construct.
func (w *writer) findKafka(m *mapping) {
	_, isOwn := m.Properties["SelfManagedEventSource"]
	if isOwn {
		m.source = ownKafka
	}
	if m.source != ownKafka && m.source != managedKafka {
		return
	}
	m.bind = ""
	topics, _ := m.Properties["Topics"].([]any)
	if len(topics) != 1 {
		m.source = nil
		return
	}
	topic, is := topics[0].(string)
	servers := bootstrapServers(m.Properties["SelfManagedEventSource"])
	if !is || isOwn && (len(servers) == 0 || !m.hasOwnAccess()) {
		m.source = nil
		return
	}
	m.key = topic
	switch {
	case isOwn:
		m.bind = clusterID(servers, topic)
	case w.ConstructPath() != "":
		m.bind = "KafkaEventSource:" + uniqueID(w.ConstructPath()) + topic
	}
}

func bootstrapServers(v any) []any {
	endpoints, _ := only(v, "Endpoints")
	servers, _ := only(endpoints, "KafkaBootstrapServers")
	list, _ := servers.([]any)
	return list
}

func consumerGroup(_ *writer, v any) (field, expression string) {
	if id, is := only(v, "ConsumerGroupId"); is {
		return "ConsumerGroupId", goString(id)
	}
	return "", ""
}

func pollers(_ *writer, v any) (field, expression string) {
	given, _ := v.(map[string]any)
	var fields []string
	for _, name := range slices.Sorted(maps.Keys(given)) {
		switch name {
		case "MaximumPollers", "MinimumPollers":
			fields = append(fields, name+": "+goNumber(given[name]))
		case "PollerGroupName":
			fields = append(fields, name+": "+goString(given[name]))
		default:
			return "", ""
		}
	}
	return "ProvisionedPollerConfig", "&awslambdaeventsources.ProvisionedPollerConfig{" + strings.Join(fields, ", ") + "}"
}

// accessOf returns how a cluster is reached, by type; known is false if that cannot be read.
func accessOf(v any) (access map[string][]any, known bool) {
	list, is := v.([]any)
	access = map[string][]any{}
	for _, one := range list {
		entry, _ := one.(map[string]any)
		kind, isText := entry["Type"].(string)
		if !isText || entry["URI"] == nil || len(entry) != 2 {
			return nil, false
		}
		access[kind] = append(access[kind], entry["URI"])
	}
	return access, is
}

// authentication are the types of secrets, in CDK's words.
var authentication = []string{"BASIC_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH", "SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH"}

// hasOwnAccess reports whether CDK's event source can reach the cluster so: with one secret or through a VPC.
func (m *mapping) hasOwnAccess() bool {
	access, known := accessOf(m.Properties["SourceAccessConfigurations"])
	secrets := 0
	for kind, values := range access {
		switch {
		case slices.Contains(authentication, kind):
			secrets += len(values)
		case kind == "VPC_SUBNET":
		case kind != "VPC_SECURITY_GROUP" && kind != "SERVER_ROOT_CA_CERTIFICATE" || len(values) != 1:
			return false
		}
	}
	inVPC := access["VPC_SUBNET"] != nil && access["VPC_SECURITY_GROUP"] != nil
	outside := access["VPC_SUBNET"] == nil && access["VPC_SECURITY_GROUP"] == nil
	return known && secrets <= 1 && (inVPC || outside && secrets == 1)
}

// ownAccess writes what hasOwnAccess has looked at: several fields, of which the first is returned as the field.
func ownAccess(w *writer, v any) (field, expression string) {
	access, _ := accessOf(v)
	var fields []string
	add := func(name, expression string) { fields = append(fields, name+": "+expression) }
	for _, kind := range authentication {
		if access[kind] != nil {
			add("Secret", w.secret("secret", access[kind]))
			add("AuthenticationMethod", "awslambdaeventsources.AuthenticationMethod_"+kind)
		}
	}
	if certificate := access["SERVER_ROOT_CA_CERTIFICATE"]; certificate != nil {
		add("RootCACertificate", w.secret("rootCertificate", certificate))
	}
	if subnets := access["VPC_SUBNET"]; subnets != nil {
		var names []string
		for _, one := range subnets {
			names = append(names, w.named(one))
		}
		what := strings.Join(names, ", ")
		add("Vpc", w.parameter("vpc", "awsec2.IVpc", "the VPC of "+what))
		add("VpcSubnets", w.parameter("subnets", "*awsec2.SubnetSelection", "the subnets "+what))
		add("SecurityGroup", w.parameter("securityGroup", "awsec2.ISecurityGroup", "the security group "+w.named(access["VPC_SECURITY_GROUP"][0])))
	}
	field, expression, _ = strings.Cut(strings.Join(fields, ",\n"), ": ")
	return field, expression
}

func (w *writer) secret(name string, uris []any) string {
	return w.parameter(name, "awssecretsmanager.ISecret", fmt.Sprintf("the secret %s", w.named(uris[0])))
}
