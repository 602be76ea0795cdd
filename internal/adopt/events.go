package adopt

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/printable"
)

// source is a kind of event source, by the type of the resource that is read. Without a kind the constructor takes no
// construct.
type source struct {
	constructor, kind, name string
	properties              map[string]option
	// prefix begins the construct id of the mapping that CDK makes, "" if the topic does.
	prefix string
	// actions are what the role needs on the source. (aws-cdk-lib 2.276.0: the grants of the event sources)
	actions []string
}

// option writes a property of a mapping as a field of the event source's props. Without a field it is left out, as by
// default if there is an expression.
type option func(w *writer, value any) (field, expression string)

var sources = map[string]*source{
	"AWS::SQS::Queue": {
		"SqsEventSource", "awssqs.IQueue", "queue", polled(nil), "SqsEventSource",
		[]string{"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage"},
	},
	"AWS::DynamoDB::Table":       tableStream,
	"AWS::DynamoDB::GlobalTable": tableStream,
	"AWS::Kinesis::Stream": {
		"KinesisEventSource", "awskinesis.IStream", "stream", polled(streamed), "KinesisEventSource",
		[]string{"kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"},
	},
	"AWS::Kinesis::StreamConsumer": {
		"KinesisConsumerEventSource", "awskinesis.IStreamConsumer", "consumer", polled(streamed), "KinesisConsumerEventSource",
		[]string{"kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"},
	},
	"AWS::MSK::Cluster":           managedKafka,
	"AWS::MSK::ServerlessCluster": managedKafka,
}

var tableStream = &source{
	"DynamoEventSource", "awsdynamodb.ITable", "table", polled(streamed), "DynamoDBEventSource",
	[]string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"},
}

// knownBool is an option that is only given if the template says which.
func knownBool(name string) option {
	return func(_ *writer, v any) (string, string) {
		if text, is := goBool(v); is {
			return name, text
		}
		return "", ""
	}
}

// polled are the properties of all mappings that these sources have options for, with those of more.
func polled(more map[string]option) map[string]option {
	all := map[string]option{
		"BatchSize":                      func(_ *writer, v any) (string, string) { return "BatchSize", goNumber(v) },
		"Enabled":                        knownBool("Enabled"),
		"MaximumBatchingWindowInSeconds": func(_ *writer, v any) (string, string) { return "MaxBatchingWindow", goSeconds(v) },
		"FunctionResponseTypes": func(_ *writer, v any) (string, string) {
			if list, is := v.([]any); is && len(list) == 1 && list[0] == "ReportBatchItemFailures" {
				return "ReportBatchItemFailures", "jsii.Bool(true)"
			}
			return "", ""
		},
		"ScalingConfig": func(_ *writer, v any) (string, string) {
			if most, is := only(v, "MaximumConcurrency"); is {
				return "MaxConcurrency", goNumber(most)
			}
			return "", ""
		},
		"FilterCriteria": filters,
		"KmsKeyArn": func(w *writer, v any) (string, string) {
			return "FilterEncryption", w.parameter("filterKey", "awskms.IKey", "the key of the filters: "+w.named(v))
		},
		"MetricsConfig": metrics,
	}
	if more != nil {
		delete(all, "ScalingConfig")
	}
	maps.Copy(all, more)
	return all
}

// streamed are the properties of mappings that read a stream.
var streamed = map[string]option{
	"StartingPosition":           oneOf("StartingPosition", "awslambda.StartingPosition_", "TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"),
	"StartingPositionTimestamp":  func(_ *writer, v any) (string, string) { return "StartingPositionTimestamp", goNumber(v) },
	"BisectBatchOnFunctionError": knownBool("BisectBatchOnError"),
	"ParallelizationFactor":      func(_ *writer, v any) (string, string) { return "ParallelizationFactor", goNumber(v) },
	"TumblingWindowInSeconds":    func(_ *writer, v any) (string, string) { return "TumblingWindow", goSeconds(v) },
	"MaximumRetryAttempts":       unlessForever("RetryAttempts", goNumber),
	"MaximumRecordAgeInSeconds":  unlessForever("MaxRecordAge", goSeconds),
	"DestinationConfig": func(w *writer, v any) (string, string) {
		if failed, is := only(v, "OnFailure"); is {
			return "OnFailure", w.parameter("onFailure", "awslambda.IEventSourceDlq", "where records go that fail: "+w.named(failed))
		}
		return "", ""
	},
}

// oneOf writes one of CDK's constants.
func oneOf(field, prefix string, known ...string) option {
	return func(_ *writer, v any) (string, string) {
		text, _ := v.(string)
		if !slices.Contains(known, text) {
			return "", ""
		}
		return field, prefix + strings.ToUpper(text)
	}
}

func metrics(_ *writer, v any) (field, expression string) {
	list, _ := only(v, "Metrics")
	all, isList := list.([]any)
	if !isList {
		return "", ""
	}
	constants := map[any]string{"EventCount": "EVENT_COUNT", "ErrorCount": "ERROR_COUNT", "KafkaMetrics": "KAFKA_METRICS"}
	var parts []string
	for _, one := range all {
		if constants[one] == "" {
			return "", ""
		}
		parts = append(parts, "awslambda.MetricType_"+constants[one])
	}
	return "MetricsConfig", "&awslambda.MetricsConfig{Metrics: &[]awslambda.MetricType{" + strings.Join(parts, ", ") + "}}"
}

// unlessForever leaves out -1, which is the default: forever.
func unlessForever(field string, expression func(any) string) option {
	return func(_ *writer, v any) (string, string) {
		if n, is := number(v); is && n < 0 {
			return "", "as by default"
		}
		return field, expression(v)
	}
}

func filters(_ *writer, v any) (field, expression string) {
	list, is := only(v, "Filters")
	all, isList := list.([]any)
	if !is || !isList {
		return "", ""
	}
	var parts []string
	for _, one := range all {
		pattern, is := only(one, "Pattern")
		text, isText := pattern.(string)
		if !is || !isText {
			return "", ""
		}
		parts = append(parts, "{\"pattern\": "+strconv.Quote(text)+"}")
	}
	return "Filters", "&[]*map[string]any{" + strings.Join(parts, ", ") + "}"
}

// eventSource adds an event source.
func (w *writer) eventSource(m mapping) {
	what := m.of
	if what == "" {
		what = w.in.Name(m.id)
	}
	if m.source == nil {
		w.mappingAsItIs(m, what)
		return
	}
	var arguments []string
	if m.source.kind != "" {
		arguments = append(arguments, w.parameter(m.source.name, m.source.kind, "the source "+what))
	}
	var fields []string
	for _, property := range slices.Sorted(maps.Keys(m.Properties)) {
		write := m.source.properties[property]
		if property == "FunctionName" || property == "Tags" || property == "EventSourceArn" && write == nil {
			continue
		}
		var field, expression string
		if write != nil {
			field, expression = write(w, m.Properties[property])
		}
		switch {
		case field != "":
			fields = append(fields, field+": "+expression)
		case expression == "":
			w.note("%s: %s of the mapping is set today and is not in the lines; give the event source the option that the app has today", what, property)
		}
	}
	props := "nil"
	if len(fields) > 0 {
		props = fmt.Sprintf("&awslambdaeventsources.%sProps{\n%s,\n}", strings.Replace(m.source.constructor, "KinesisConsumer", "Kinesis", 1), strings.Join(fields, ",\n"))
	}
	w.call(fmt.Sprintf("fn.AddEventSource(awslambdaeventsources.New%s(%s))", m.source.constructor, strings.Join(append(arguments, props), ", ")), "")
}

// mappingAsItIs writes a mapping that no event source of CDK's makes in its place (Amazon MQ, Amazon DocumentDB), or whose
// source the template does not say, property by property: with the alias, and the id that it has.
func (w *writer) mappingAsItIs(m mapping, what string) {
	path := m.ConstructPath()
	if path != "" && !w.isBelow(path) {
		w.note("the event source mapping %s is a construct of its own: keep it, and give it fn.LiveServing() for the function", path)
		return
	}
	why := "CDK has no event source for it."
	if m.granted != nil {
		why = "no event source of CDK's keeps its id."
	}
	name := w.variable("mapping")
	w.line("// The mapping of %s: %s", printable.Line(what), why)
	w.line("%s := awslambda.NewCfnEventSourceMapping(scope, jsii.String(%q), &awslambda.CfnEventSourceMappingProps{FunctionName: fn.LiveServing().FunctionName()})", name, m.id)
	w.line("%s.OverrideLogicalId(jsii.String(%q))", name, m.id)
	for _, property := range slices.Sorted(maps.Keys(m.Properties)) {
		value := m.Properties[property]
		if property == "FunctionName" {
			continue
		}
		expression := goAny(value)
		if property == "EventSourceArn" && m.of != "" {
			expression = w.parameter("sourceArn", "*string", "the ARN of "+m.of)
		}
		w.call(fmt.Sprintf("%s.AddPropertyOverride(jsii.String(%q), %s)", name, property, expression), w.comment(value))
	}
	if m.granted == nil {
		w.note("the lines grant nothing for the event source mapping %s: keep what the app grants the role for it", w.in.Name(m.id))
		return
	}
	w.grant(m)
}

// isBelow reports whether a construct stands below the function or the alias that is adopted, which the lines make anew.
func (w *writer) isBelow(path string) bool {
	alias := w.in.Resources[w.alias].ConstructPath()
	return strings.HasPrefix(path, w.ConstructPath()+"/") || alias != "" && strings.HasPrefix(path, alias+"/")
}

// grant allows the role to read a mapping's source, as the event source would.
func (w *writer) grant(m mapping) {
	arn := goString(m.Properties["EventSourceArn"])
	if m.of != "" {
		arn = w.parameter("sourceArn", "*string", "the ARN of "+m.of)
	}
	var actions []string
	for _, action := range m.granted.actions {
		actions = append(actions, strconv.Quote(action))
	}
	w.line("fn.Role().AddToPrincipalPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{\nActions: jsii.Strings(%s),\nResources: &[]*string{%s},\n}))", strings.Join(actions, ", "), arn)
	switch m.granted {
	case sources["AWS::Kinesis::StreamConsumer"]:
		w.note("the role also has to be allowed kinesis:DescribeStreamSummary and kinesis:ListShards on the stream of the consumer that %s reads", w.in.Name(m.id))
	case tableStream:
		w.line("fn.Role().AddToPrincipalPolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{\nActions: jsii.Strings(\"dynamodb:ListStreams\"),\nResources: jsii.Strings(\"*\"), // it knows no resource\n}))")
	case managedKafka:
		w.line("fn.Role().AddManagedPolicy(awsiam.ManagedPolicy_FromAwsManagedPolicyName(jsii.String(\"service-role/AWSLambdaMSKExecutionRole\")))")
	}
}
