package adopt

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/printable"
)

// mapping is an event source mapping of the function.
type mapping struct {
	id string
	cfn.Resource
	source *source // nil if CDK has no event source for it
	// of is the source's resource, "" if the template does not have it.
	of string
	// key is the one of AdoptOptions.EventSources, "" if there is none to tell.
	key     string
	inPlace bool // the construct's path makes its id
}

// source is a kind of event source, by the type of the resource that is read. Without a kind the constructor takes no
// construct.
type source struct {
	constructor, kind, name string
	properties              map[string]option
}

// option writes a property of a mapping as a field of the event source's props. Without a field it is left out, as by
// default if there is an expression.
type option func(w *writer, value any) (field, expression string)

var sources = map[string]*source{
	"AWS::SQS::Queue":              {"SqsEventSource", "awssqs.IQueue", "queue", polled(nil)},
	"AWS::DynamoDB::Table":         {"DynamoEventSource", "awsdynamodb.ITable", "table", polled(streamed)},
	"AWS::Kinesis::Stream":         {"KinesisEventSource", "awskinesis.IStream", "stream", polled(streamed)},
	"AWS::Kinesis::StreamConsumer": {"KinesisConsumerEventSource", "awskinesis.IStreamConsumer", "consumer", polled(streamed)},
	"AWS::DynamoDB::GlobalTable":   {"DynamoEventSource", "awsdynamodb.ITable", "table", polled(streamed)},
	"AWS::MSK::Cluster":            managedKafka,
	"AWS::MSK::ServerlessCluster":  managedKafka,
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

// findMappings returns the function's event source mappings.
func (w *writer) findMappings() []mapping {
	var all []mapping
	for _, id := range w.owned("AWS::Lambda::EventSourceMapping", "FunctionName") {
		m := mapping{id: id, Resource: w.in.Resources[id]}
		for _, target := range w.assembly.Targets(w.in, m.Properties["EventSourceArn"]) {
			m.source, m.of = sources[target.Resource().Type], target.In.Name(target.ID)
		}
		path := m.ConstructPath()
		m.inPlace = strings.HasPrefix(path, w.ConstructPath()+"/") && w.ConstructPath() != "" && hasOwnID(m.Resource, id)
		m.key = m.of
		if m.key == "" && path != "" {
			m.key = path[strings.LastIndex(path, "/")+1:]
		}
		m.findKafka()
		if m.source == nil {
			m.key = "" // it keeps its id without that
		}
		all = append(all, m)
	}
	return all
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

// mappingAsItIs writes a mapping that CDK has no event source for (Amazon MQ, Amazon DocumentDB), or whose source the
// template does not say, property by property: with the alias, and the id that it has.
func (w *writer) mappingAsItIs(m mapping, what string) {
	path := m.ConstructPath()
	if path != "" && !strings.HasPrefix(path, w.ConstructPath()+"/") {
		w.note("the event source mapping %s is a construct of its own: keep it, and give it fn.LiveServing() for the function", path)
		return
	}
	name := w.variable("mapping")
	w.line("// The mapping of %s: CDK has no event source for it.", printable.Line(what))
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
}
