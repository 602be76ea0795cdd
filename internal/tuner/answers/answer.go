package answers

import (
	"encoding/json"
	"strconv"
	"strings"
)

// answerDocument is a function's answer in the form in which it is compared. An answer in the form that
// API Gateway expects, with JSON in the string "body", is compared by what that holds; what is around it
// (status code, headers) comes under pointers that begin with "response:".
type answerDocument struct {
	content  any
	envelope map[string]any // nil where there is none
	status   float64
	hash     string
	size     int // about how many bytes of memory it takes
}

// EnvelopePrefix stands before pointers into what is around a body.
const EnvelopePrefix = "response:"

// absent is the type of nothing: a member that is not there.
type absent struct{}

var nothing any = absent{}

// readAnswer reads an answer without what the pointers point to.
func readAnswer(body []byte, ignore []string) *answerDocument {
	d := parseAnswer(body, ignore)
	text := canonical(d.content)
	if d.envelope != nil {
		text = appendCanonical(append(text, EnvelopePrefix...), d.envelope)
	}
	d.hash, d.size = shortHash(text), memoryOf(d.content)+memoryOf(d.envelope)
	return d
}

func parseAnswer(body []byte, ignore []string) *answerDocument {
	if !json.Valid(body) {
		return &answerDocument{content: digestText(string(body))}
	}
	var inBody, inEnvelope [][]string
	for _, pointer := range ignore {
		if inside, ok := strings.CutPrefix(pointer, EnvelopePrefix); ok {
			inEnvelope = append(inEnvelope, tokens(inside))
		} else {
			inBody = append(inBody, tokens(pointer))
		}
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil || members == nil {
		return &answerDocument{content: condense(body, 0, inBody)}
	}
	d := &answerDocument{}
	if status := members["statusCode"]; len(status) > 0 && status[0] != '"' {
		d.status, _ = strconv.ParseFloat(string(status), 64) // 0 unless it is a number
	}
	var text string
	if json.Unmarshal(members["body"], &text) != nil || !json.Valid([]byte(text)) {
		d.content = condense(body, 0, inBody)
		return d
	}
	d.content, d.envelope = condense([]byte(text), 0, inBody), map[string]any{}
	for name, member := range members {
		if below, ignored := inside(inEnvelope, name); name != "body" && !ignored {
			d.envelope[name] = condense(member, 1, below)
		}
	}
	return d
}

// tokens returns the reference tokens of a JSON pointer.
func tokens(pointer string) []string {
	steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, s := range steps {
		steps[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(s)
	}
	return steps
}

// inside returns what pointers point to inside a member, and whether one of them points to the member itself.
func inside(pointers [][]string, name string) (below [][]string, itself bool) {
	for _, p := range pointers {
		switch {
		case p[0] != name:
		case len(p) == 1:
			return nil, true
		default:
			below = append(below, p[1:])
		}
	}
	return below, false
}
