package answers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// answerDocument is a function's answer in the form in which it is compared. An answer in the form that
// API Gateway expects, with JSON in the string "body", is compared by what that holds; what is around it
// (status code, headers) comes under pointers that begin with "response:".
type answerDocument struct {
	content  any
	envelope map[string]any // nil where there is none
	status   float64
	hash     string
	size     int // about how many bytes it takes
}

// EnvelopePrefix stands before pointers into what is around a body.
const EnvelopePrefix = "response:"

// absent is the type of nothing: a member that is not there.
type absent struct{}

var nothing any = absent{}

// oneLargeAnswer answers are read one at a time: as Go values they take several times their bytes.
var oneLargeAnswer sync.Mutex

const largeAnswer = 256 << 10 // bytes

// readAnswer reads an answer without what the pointers point to.
func readAnswer(body []byte, ignore []string) *answerDocument {
	if len(body) > largeAnswer {
		oneLargeAnswer.Lock()
		defer oneLargeAnswer.Unlock()
	}
	d := parseAnswer(body)
	for _, pointer := range ignore {
		if inEnvelope, ok := strings.CutPrefix(pointer, EnvelopePrefix); !ok {
			d.content = without(d.content, tokens(pointer))
		} else if d.envelope != nil {
			without(d.envelope, tokens(inEnvelope))
		}
	}
	d.content = digestLarge(d.content, 0)
	for name, value := range d.envelope {
		d.envelope[name] = digestLarge(value, 1)
	}
	text := canonical(d.content)
	if d.envelope != nil {
		text = appendCanonical(append(text, EnvelopePrefix...), d.envelope)
	}
	d.hash, d.size = shortHash(text), len(text)
	return d
}

func parseAnswer(body []byte) *answerDocument {
	content, ok := parseJSON(body)
	if !ok {
		return &answerDocument{content: string(body)}
	}
	d := &answerDocument{content: content}
	members, isObject := content.(map[string]any)
	if !isObject {
		return d
	}
	if number, isNumber := members["statusCode"].(json.Number); isNumber {
		d.status, _ = number.Float64()
	}
	text, isText := members["body"].(string)
	if inner, isJSON := parseJSON([]byte(text)); isText && isJSON {
		delete(members, "body")
		d.content, d.envelope = inner, members
	}
	return d
}

func parseJSON(text []byte) (value any, ok bool) {
	if !json.Valid(text) {
		return nil, false
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return value, decoder.Decode(&value) == nil
}

// tokens returns the reference tokens of a JSON pointer.
func tokens(pointer string) []string {
	steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, s := range steps {
		steps[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(s)
	}
	return steps
}

// without takes out of a value what a pointer points to. An element of a list leaves its place.
func without(value any, steps []string) any {
	switch v := value.(type) {
	case map[string]any:
		if member, ok := v[steps[0]]; ok && len(steps) > 1 {
			v[steps[0]] = without(member, steps[1:])
		} else {
			delete(v, steps[0])
		}
	case []any:
		i, err := strconv.Atoi(steps[0])
		if err != nil || i < 0 || i >= len(v) {
			break
		}
		if v[i] = nothing; len(steps) > 1 {
			v[i] = without(v[i], steps[1:])
		}
	}
	return value
}

// difference is a JSON pointer at which two answers differ, and what stands there in each.
type difference struct {
	pointer       string
	first, second any
}

// compareAnswers lists where two answers differ, in the order of their pointers. Lists of different
// lengths differ as a whole.
func compareAnswers(first, second *answerDocument) []difference {
	if first.hash == second.hash {
		return nil
	}
	if (first.envelope == nil) != (second.envelope == nil) {
		return []difference{{"", first.content, second.content}}
	}
	var found []difference
	compareValues("", first.content, second.content, &found)
	if first.envelope != nil {
		compareValues(EnvelopePrefix, first.envelope, second.envelope, &found)
	}
	return found
}

func compareValues(pointer string, first, second any, found *[]difference) {
	switch a := first.(type) {
	case map[string]any:
		if b, ok := second.(map[string]any); ok {
			compareMembers(pointer, a, b, found)
			return
		}
	case []any:
		if b, ok := second.([]any); ok && len(a) == len(b) {
			for i := range a {
				compareValues(fmt.Sprintf("%s/%d", pointer, i), a[i], b[i], found)
			}
			return
		}
	case json.Number:
		if b, ok := second.(json.Number); ok && sameNumber(a, b) {
			return
		}
	default:
		switch second.(type) {
		case map[string]any, []any:
		default:
			if first == second {
				return
			}
		}
	}
	*found = append(*found, difference{pointer, first, second})
}

func compareMembers(pointer string, a, b map[string]any, found *[]difference) {
	names := map[string]bool{}
	for name := range a {
		names[name] = true
	}
	for name := range b {
		names[name] = true
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	for _, name := range slices.Sorted(maps.Keys(names)) {
		first, second := nothing, nothing
		if v, ok := a[name]; ok {
			first = v
		}
		if v, ok := b[name]; ok {
			second = v
		}
		compareValues(pointer+"/"+escape.Replace(name), first, second, found)
	}
}

func sameNumber(a, b json.Number) bool { return string(canonical(a)) == string(canonical(b)) }
