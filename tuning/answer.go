package tuning

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// answerDocument is a function's answer in the form in which it is compared. An answer in the form that
// API Gateway expects, with JSON in the string "body", is compared by what that holds; what is around it
// (status code, headers) comes under pointers that begin with "response:".
type answerDocument struct {
	content  any
	envelope map[string]any // nil where there is none
	status   float64
}

// envelopePrefix stands before pointers into what is around a body.
const envelopePrefix = "response:"

// absent is the type of nothing: a member that is not there.
type absent struct{}

var nothing any = absent{}

func readAnswer(body []byte) *answerDocument {
	if len(body) > maxReference {
		return &answerDocument{content: fmt.Sprintf("%d bytes, SHA-256 %x", len(body), sha256.Sum256(body))}
	}
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

// difference is a JSON pointer at which two answers differ, and what stands there in each.
type difference struct {
	pointer       string
	first, second any
}

// compareAnswers lists where two answers differ, in the order of their pointers. Lists of different
// lengths differ as a whole.
func compareAnswers(first, second *answerDocument) []difference {
	if (first.envelope == nil) != (second.envelope == nil) {
		return []difference{{"", first.content, second.content}}
	}
	var found []difference
	compareValues("", first.content, second.content, &found)
	if first.envelope != nil {
		compareValues(envelopePrefix, first.envelope, second.envelope, &found)
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

func sameNumber(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, errX := a.Float64()
	y, errY := b.Float64()
	return errX == nil && errY == nil && x == y
}
