package tuning

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/dualarch/dualarch/tuning/explore"
)

const (
	// maxReference is the largest answer, in bytes, that is kept in memory to compare others with.
	maxReference = 64 << 10
	// What the state carries is bounded: so many pointers a pattern, patterns, pointers that differ within
	// one function, and bytes of a pointer.
	maxPointers      = 8
	maxPatterns      = 8
	maxUnstable      = 30
	maxPointerLength = 120
	// maxValue is how many characters of a value a difference shows.
	maxValue = 100
)

// Responses compare what the two functions answer to identical payloads. An answer is compared with the
// other function's first answer to that payload, and with the function's own first, since what differs
// there (a time, a random id) says nothing about architecture. The state carries no answers: only JSON
// pointers at which they differed, how often, and for each a first example of at most a few hundred
// bytes. The first answers themselves live in the memory of one Measure and are found anew by the next.
type Responses struct {
	Enabled     bool     `json:"enabled,omitempty"`
	NotCompared string   `json:"notCompared,omitempty"` // why, where the input would have it
	HideValues  bool     `json:"hideValues,omitempty"`
	Ignore      []string `json:"ignore,omitempty"`
	// Answers counts all, ErrorStatuses those with a statusCode of 400 or more.
	Answers       int `json:"answers,omitempty"`
	ErrorStatuses int `json:"errorStatuses,omitempty"`
	// Compared counts the answers that were compared with the other function's.
	Compared int `json:"compared,omitempty"`
	// Unstable are pointers at which a function's own answers differ.
	Unstable []string `json:"unstable,omitempty"`
	// Patterns count the sets of pointers at which the functions' answers differed.
	Patterns []Pattern `json:"patterns,omitempty"`
	// Examples say, for a pointer, how the answers differed there first.
	Examples []Example `json:"examples,omitempty"`

	mu         sync.Mutex
	references map[reference]*answerDocument
}

// Pattern is a set of JSON pointers at which answers differed, and how often just these did. One that
// has More differs elsewhere too.
type Pattern struct {
	Pointers []string `json:"pointers,omitempty"`
	More     bool     `json:"more,omitempty"`
	Count    int      `json:"count"`
}

// Example is the first difference seen at a pointer.
type Example struct {
	Pointer string `json:"pointer"`
	Text    string `json:"text"`
}

type reference struct {
	architecture explore.Architecture
	payload      int
}

// NewResponses starts a comparison as the input asks for it. Error statuses are counted in any case.
func NewResponses(in Input) *Responses {
	r := &Responses{HideValues: in.DisablePayloadLogs, Ignore: in.CompareResponses.Ignore}
	switch {
	case !in.CompareResponses.Enabled:
	case in.PreProcessorARN != "":
		r.NotCompared = "the pre-processor gives each invocation a payload of its own"
	default:
		r.Enabled = true
	}
	return r
}

// Add takes one answer to the payload with the given index; answers that are errors of the function
// do not belong here. It is safe for concurrent use.
func (r *Responses) Add(a explore.Architecture, payload int, body []byte) {
	document := readAnswer(body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Answers++
	if document.status >= 400 {
		r.ErrorStatuses++
	}
	if !r.Enabled {
		return
	}
	if r.references == nil {
		r.references = map[reference]*answerDocument{}
	}
	if own := r.references[reference{a, payload}]; own == nil {
		r.references[reference{a, payload}] = document
	} else {
		found, _ := r.differences(own, document)
		for _, d := range found {
			if !covered(d.pointer, r.Unstable) && len(r.Unstable) < maxUnstable {
				r.Unstable = append(r.Unstable, d.pointer)
			}
		}
	}
	for _, other := range []explore.Architecture{explore.X86, explore.Arm} {
		if first := r.references[reference{other, payload}]; other != a && first != nil {
			r.Compared++
			found, more := r.differences(first, document)
			r.record(other, a, found, more)
		}
	}
}

// differences are those at pointers that the input does not ignore.
func (r *Responses) differences(first, second *answerDocument) (found []difference, more bool) {
	all := compareAnswers(first, second)
	for _, d := range all {
		if covered(d.pointer, r.Ignore) {
			continue
		}
		if len(found) == maxPointers {
			return found, true
		}
		if len(d.pointer) > maxPointerLength {
			d.pointer = strings.ToValidUTF8(d.pointer[:maxPointerLength], "") + "…"
		}
		found = append(found, d)
	}
	return found, false
}

// record counts a comparison's differences and keeps an example of each.
func (r *Responses) record(a, b explore.Architecture, found []difference, more bool) {
	if len(found) == 0 {
		return
	}
	pointers := make([]string, len(found))
	for i, d := range found {
		pointers[i] = d.pointer
		known := slices.ContainsFunc(r.Examples, func(e Example) bool { return e.Pointer == d.pointer })
		if !known && len(r.Examples) < maxPointers {
			r.Examples = append(r.Examples, Example{Pointer: d.pointer, Text: r.example(a, b, d)})
		}
	}
	for i, p := range r.Patterns {
		last := i == maxPatterns-1
		if last || p.More == more && slices.Equal(p.Pointers, pointers) {
			r.Patterns[i].Count++
			return
		}
	}
	if len(r.Patterns) == maxPatterns-1 {
		// The last place is for everything that is not listed.
		pointers, more = nil, true
	}
	r.Patterns = append(r.Patterns, Pattern{Pointers: pointers, More: more, Count: 1})
}

func (r *Responses) example(a, b explore.Architecture, d difference) string {
	where := d.pointer
	if where == "" {
		where = "the whole answer"
	}
	if r.HideValues {
		return where + " differs"
	}
	return fmt.Sprintf("%s: %s answered %s, %s answered %s", where, a, excerpt(d.first), b, excerpt(d.second))
}

// Result is what was found; nil where nothing was to be compared.
func (r *Responses) Result() *ResponseComparison {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.Enabled {
		if r.NotCompared == "" {
			return nil
		}
		return &ResponseComparison{NotCompared: r.NotCompared}
	}
	c := &ResponseComparison{Compared: r.Compared, Alike: r.Compared, Unstable: r.Unstable}
	if slices.Contains(r.Unstable, "") {
		return &ResponseComparison{NotCompared: "a function's own answers differ as a whole from call to call"}
	}
	for _, p := range r.Patterns {
		if p.More || slices.ContainsFunc(p.Pointers, func(pointer string) bool { return !covered(pointer, r.Unstable) }) {
			c.Alike -= p.Count
		}
	}
	for _, e := range r.Examples {
		if c.Alike < c.Compared && !covered(e.Pointer, r.Unstable) {
			c.FirstDifference = e.Text
			break
		}
	}
	return c
}

// covered says whether a pointer is one of others, or below one.
func covered(pointer string, others []string) bool {
	return slices.ContainsFunc(others, func(o string) bool {
		return pointer == o || strings.HasPrefix(pointer, o+"/")
	})
}

func excerpt(value any) string {
	if value == nothing {
		return "nothing"
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil {
		return "something else"
	}
	text := []rune(strings.TrimSpace(b.String()))
	if len(text) > maxValue {
		return string(text[:maxValue]) + "…"
	}
	return string(text)
}
