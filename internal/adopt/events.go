package adopt

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
)

// mapping is an event source mapping of the function.
type mapping struct {
	id string
	cfn.Resource
	source *source // nil if no event source of CDK's is known for it
	// of is the source's resource, "" if the template does not have it.
	of string
	// key is the one of AdoptOptions.EventSources, "" if there is none to tell.
	key     string
	inPlace bool // the construct's path makes its id
}

// source is a kind of event source, by the type of the resource that is read.
type source struct {
	constructor, kind, name string
	properties              map[string]func(*writer, any) (field, expression string)
}

var sources = map[string]*source{
	"AWS::SQS::Queue":            {"SqsEventSource", "awssqs.IQueue", "queue", polled(nil)},
	"AWS::DynamoDB::Table":       {"DynamoEventSource", "awsdynamodb.ITable", "table", polled(streamed)},
	"AWS::Kinesis::Stream":       {"KinesisEventSource", "awskinesis.IStream", "stream", polled(streamed)},
	"AWS::DynamoDB::GlobalTable": {"DynamoEventSource", "awsdynamodb.ITable", "table", polled(streamed)},
}

// polled are the properties of all mappings that these sources have options for, with those of more.
func polled(more map[string]func(*writer, any) (field, expression string)) map[string]func(*writer, any) (field, expression string) {
	all := map[string]func(*writer, any) (string, string){
		"BatchSize":                      func(_ *writer, v any) (string, string) { return "BatchSize", goNumber(v) },
		"Enabled":                        func(_ *writer, v any) (string, string) { return "Enabled", goBool(v) },
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
	}
	if more != nil {
		delete(all, "ScalingConfig")
	}
	maps.Copy(all, more)
	return all
}

// streamed are the properties of mappings that read a stream.
var streamed = map[string]func(*writer, any) (field, expression string){
	"StartingPosition": func(_ *writer, v any) (string, string) {
		text, _ := v.(string)
		if !slices.Contains([]string{"TRIM_HORIZON", "LATEST"}, text) {
			return "", ""
		}
		return "StartingPosition", "awslambda.StartingPosition_" + text
	},
	"BisectBatchOnFunctionError": func(_ *writer, v any) (string, string) { return "BisectBatchOnError", goBool(v) },
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

// unlessForever leaves out -1, which is the default: forever.
func unlessForever(field string, expression func(any) string) func(*writer, any) (string, string) {
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
		all = append(all, m)
	}
	return all
}

// eventSource adds an event source, or says that the app has to.
func (w *writer) eventSource(m mapping) {
	what := m.of
	if what == "" {
		what = w.in.Name(m.id)
	}
	if m.source == nil {
		w.note("the event source of %s: give fn.AddEventSource the source that the app has today", what)
		return
	}
	name := w.parameter(m.source.name, m.source.kind, "the source "+what)
	var fields []string
	for _, property := range slices.Sorted(maps.Keys(m.Properties)) {
		if property == "FunctionName" || property == "EventSourceArn" || property == "Tags" {
			continue
		}
		var field, expression string
		if write := m.source.properties[property]; write != nil {
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
		props = fmt.Sprintf("&awslambdaeventsources.%sProps{\n%s,\n}", m.source.constructor, strings.Join(fields, ",\n"))
	}
	w.call(fmt.Sprintf("fn.AddEventSource(awslambdaeventsources.New%s(%s, %s))", m.source.constructor, name, props), "")
}
