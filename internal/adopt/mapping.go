package adopt

import (
	"bytes"
	"crypto/md5" // CDK makes ids of it
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/cfn"
	"github.com/dualarch/dualarch/internal/guard"
)

// mapping is an event source mapping of the function.
type mapping struct {
	id string
	cfn.Resource
	source *source // nil if the mapping is written as it is, because CDK has no event source for it or another one has its place
	// granted is what the role needs if the mapping is written as it is, nil if that is unknown.
	granted *source
	// of is the source's resource, "" if the template does not have it.
	of string
	// key is the one of AdoptOptions.EventSources, "" if there is none to tell.
	key string
	// bind is the id that the event source's bind gives the mapping's construct below the function, "" if only the app knows it.
	bind    string
	inPlace bool // the construct's path makes its id
}

// findMappings returns the event source mappings of the function and of the alias that is adopted.
func (w *writer) findMappings() []mapping {
	var all []mapping
	for _, id := range w.owned("AWS::Lambda::EventSourceMapping", "FunctionName") {
		m := mapping{id: id, Resource: w.in.Resources[id]}
		if alias := w.aliasOf(m.Properties["FunctionName"]); alias != "" && alias != w.alias {
			w.note("the event source mapping %s leads to the alias %s: keep both in the app as they are", w.in.Name(id), w.in.Name(alias))
			continue
		}
		w.findSource(&m)
		w.findPlace(&m)
		all = append(all, m)
	}
	return w.distinct(all)
}

// aliasOf returns the alias that a value means, "" if it means the function itself.
func (s *subject) aliasOf(value any) string {
	text, _ := guard.Flat(value)
	for _, id := range s.aliases {
		name, isText := s.in.Resources[id].Properties["Name"].(string)
		if s.refersTo(value, id) || isText && strings.HasSuffix(text, ":"+name) {
			return id
		}
	}
	return ""
}

// findSource finds the kind of event source: by the resource that is read, by the id that CDK gives a mapping's construct,
// or by the service in the source's ARN.
func (w *writer) findSource(m *mapping) {
	arn := m.Properties["EventSourceArn"]
	for _, target := range w.assembly.Targets(w.in, arn) {
		if known := sources[target.Resource().Type]; known != nil {
			m.source, m.of = known, target.In.Name(target.ID)
			m.bind = known.bind(target.Resource().ConstructPath())
		} else if m.of == "" {
			m.of = target.In.Name(target.ID)
		}
	}
	if m.source == nil {
		if m.source = sourceOfConstruct(lastID(m.ConstructPath())); m.source != nil {
			m.of, m.bind = "", lastID(m.ConstructPath())
		}
	}
	if text, is := guard.Flat(arn); is && m.source == nil && m.of == "" {
		m.source = sourceOfARN(text)
	}
	w.findKafka(m)
}

// findPlace finds out whether the mapping keeps its id by itself, and the key by which it gets it otherwise.
func (w *writer) findPlace(m *mapping) {
	own := w.ConstructPath()
	m.inPlace = own != "" && m.bind != "" && m.ConstructPath() == own+"/"+m.bind && hasOwnID(m.Resource, m.id)
	arn, isText := m.Properties["EventSourceArn"].(string)
	switch {
	case m.source == nil || m.key != "": // it keeps its id without a key, or is of Kafka
	case m.of != "":
		m.key = m.of
	case m.bind != "":
		m.key = m.bind
	case isText:
		m.key = arn
	default:
		m.source, m.granted = nil, m.source // nothing would tell the construct which mapping is meant
	}
}

// distinct settles which of the mappings get the event source that CDK makes but once.
func (w *writer) distinct(all []mapping) []mapping {
	// What has its place keeps it.
	slices.SortStableFunc(all, func(a, b mapping) int { return rank(a) - rank(b) })
	var kept []mapping
	for _, m := range all {
		same := func(other mapping) bool { return m.source != nil && other.source != nil && m.place() == other.place() }
		switch i := slices.IndexFunc(kept, same); {
		case i < 0:
		case !sameSource(kept[i], m): // another cluster's topic of the same name
			m.source, m.granted, m.key = nil, m.source, ""
		default:
			w.note("the event source mapping %s reads the same source as %s, and Lambda allows one of them for an alias; it is not in the lines: keep it as a construct of its own, on fn.Serving()",
				w.in.Name(m.id), w.in.Name(kept[i].id))
			continue
		}
		kept = append(kept, m)
	}
	topics := map[string]int{}
	for _, m := range kept {
		topics[m.key]++
	}
	for i, m := range kept {
		if m.source == ownKafka && topics[m.key] > 1 {
			kept[i].key = m.bind
		}
	}
	slices.SortFunc(kept, func(a, b mapping) int { return strings.Compare(a.id, b.id) })
	return kept
}

func rank(m mapping) int {
	if m.inPlace {
		return 0
	}
	return 1
}

// place names the place below the function that the event source takes.
func (m mapping) place() string {
	if m.bind != "" {
		return m.bind
	}
	return m.source.constructor + " " + m.key
}

func sameSource(a, b mapping) bool {
	return goAny(a.Properties["EventSourceArn"]) == goAny(b.Properties["EventSourceArn"])
}

func lastID(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// bind returns the id of the mapping that a source at that path gets.
func (s *source) bind(path string) string {
	if path == "" || s.prefix == "" {
		return ""
	}
	return s.prefix + ":" + uniqueID(path)
}

// uniqueID is Names.nodeUniqueId of a construct, whose path is that from the app.
func uniqueID(path string) string { return cdkID(strings.Split(path, "/")) }

// sourceOfConstruct returns the kind of the event source that gives a mapping's construct such an id, nil if none does.
func sourceOfConstruct(id string) *source {
	prefix, _, is := strings.Cut(id, ":")
	switch {
	case !is:
		return nil
	case prefix == "KafkaEventSource":
		return managedKafka
	}
	for _, s := range sources {
		if s.prefix == prefix {
			return s
		}
	}
	return nil
}

var placeholder = regexp.MustCompile(`\$\{[^}]*\}`)

// sourceOfARN returns the kind of a source by its ARN, nil if CDK has no event source for it.
func sourceOfARN(arn string) *source {
	parts := strings.SplitN(placeholder.ReplaceAllString(arn, "x"), ":", 6) // arn:partition:service:region:account:resource
	if len(parts) < 6 || parts[0] != "arn" {
		return nil
	}
	switch resource := parts[5]; {
	case parts[2] == "sqs":
		return sources["AWS::SQS::Queue"]
	case parts[2] == "dynamodb" && strings.Contains(resource, "/stream/"):
		return sources["AWS::DynamoDB::Table"]
	case parts[2] == "kinesis" && strings.Contains(resource, "/consumer/"):
		return sources["AWS::Kinesis::StreamConsumer"]
	case parts[2] == "kinesis":
		return sources["AWS::Kinesis::Stream"]
	case parts[2] == "kafka":
		return managedKafka
	}
	return nil
}

// clusterID is the id that CDK gives the mapping of a topic of one's own cluster: aws-cdk-lib 2.276.0,
// aws-lambda-event-sources/lib/kafka.ts.
func clusterID(servers []any, topic string) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(servers) != nil {
		return ""
	}
	sum := md5.Sum(bytes.TrimSpace(text.Bytes()))
	return "KafkaEventSource:" + hex.EncodeToString(sum[:]) + ":" + topic
}
