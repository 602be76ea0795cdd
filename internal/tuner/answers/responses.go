package answers

import (
	"slices"
	"strings"
	"sync"

	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/tuning"
)

const (
	// maxKept bounds the answers that are kept to compare others with, in bytes of memory; of further ones the hash is
	// kept.
	maxKept = 24 << 20
	// largeAnswer is from how many bytes on answers are read and compared one at a time.
	largeAnswer = 16 << 10
	// What the state carries is bounded: the pointers of a pattern, the patterns, the pointers that differ within one
	// function, the hashes of first answers, and the bytes of a pointer.
	maxPointers      = 8
	maxPatterns      = 5
	maxUnstable      = 24
	maxHashes        = 16
	maxPointerLength = 100
	// MaxResponses is what all of that takes in the state, in bytes.
	MaxResponses = 8_600
)

// Comparison compares what the two functions answer to identical payloads. Each function's answers are compared with
// each other first: what differs there (a time, a random id) says nothing about architecture. Only once both have
// answered a payload twice are they compared with each other. The state carries no answers: only JSON pointers at which
// they differed, how often, the first difference in at most 1 KB, and hashes of first answers. The first answers
// themselves stay in the memory of one Measure call.
type Comparison struct {
	Enabled     bool     `json:"enabled,omitempty"`
	NotCompared string   `json:"notCompared,omitempty"` // why, where the input would have it
	HideValues  bool     `json:"hideValues,omitempty"`
	Ignore      []string `json:"-"` // the input's, with each Measure anew
	// Answers counts all, ErrorStatuses those with a statusCode of 400 or more.
	Answers       int `json:"answers,omitempty"`
	ErrorStatuses int `json:"errorStatuses,omitempty"`
	// Compared counts the comparisons of one function's answers with the other's.
	Compared int `json:"compared,omitempty"`
	// Unstable are pointers at which a function's own answers differ.
	Unstable []string `json:"unstable,omitempty"`
	// Varying reports whether a function's own answers differ in more places than can be told.
	Varying bool `json:"varying,omitempty"`
	// Patterns count the sets of pointers at which the functions' answers differed.
	Patterns []Pattern `json:"patterns,omitempty"`
	// First is the first difference seen at a pointer that is not Unstable.
	First *Example `json:"first,omitempty"`
	// Hashes are those of the first answers: they tell the next Measure call whether a function still gives the same
	// answers.
	Hashes []AnswerHash `json:"hashes,omitempty"`

	large sync.Mutex // held for the whole of a large answer
	mu    sync.Mutex
	pairs map[int]*pair // by payload
	kept  int           // bytes
}

// Pattern is a set of JSON pointers at which answers differed, and how often just these did. One that
// has More differs elsewhere too.
type Pattern struct {
	Pointers []string `json:"pointers,omitempty"`
	More     bool     `json:"more,omitempty"`
	Count    int      `json:"count"`
}

// Example is a difference seen at a pointer, in words.
type Example struct {
	Pointer string `json:"pointer"`
	Text    string `json:"text"`
}

// AnswerHash is the hash of a function's first answer to a payload: two bytes, which tell whether another is the same and
// excuse one in 65,536 guesses at what it is.
type AnswerHash struct {
	Architecture tuning.Architecture `json:"architecture"`
	Payload      int                 `json:"payload"`
	Hash         string              `json:"hash"`
}

// pair are both functions' answers to one payload.
type pair struct {
	sides map[tuning.Architecture]*side
	begun *answerDocument // the latest that was the first of its function
	met   bool            // the first answers have been compared
}

// side is one function's first answer to a payload, and what its others say of it.
type side struct {
	first   *answerDocument
	hashed  bool // only its hash is kept
	checked bool // a second answer has been compared with it
	varies  bool // that differed where it cannot be told
}

// Options say whether answers are compared, and how.
type Options struct {
	Compare bool
	// PayloadsDiffer reports that a pre-processor gives each invocation a payload of its own.
	PayloadsDiffer bool
	HideValues     bool     // differences are told without what stands there
	Ignore         []string // JSON pointers
}

// New starts a comparison. Error statuses are counted in any case.
func New(o Options) *Comparison {
	r := &Comparison{HideValues: o.HideValues, Ignore: o.Ignore}
	switch {
	case !o.Compare:
	case o.PayloadsDiffer:
		r.NotCompared = "the pre-processor gives each invocation a payload of its own"
	default:
		r.Enabled = true
	}
	return r
}

// Add takes one answer to the payload with the given index; answers that are errors of the function
// do not belong here. It is safe for concurrent use.
func (r *Comparison) Add(a tuning.Architecture, payload int, body []byte) {
	if len(body) > largeAnswer {
		r.large.Lock()
		defer r.large.Unlock()
	}
	document := readAnswer(body, r.Ignore)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Answers++
	if document.status >= 400 {
		r.ErrorStatuses++
	}
	if !r.Enabled {
		return
	}
	p := r.pairs[payload]
	if p == nil {
		p = &pair{sides: map[tuning.Architecture]*side{}}
		if r.pairs == nil {
			r.pairs = map[int]*pair{}
		}
		r.pairs[payload] = p
	}
	if own := p.sides[a]; own == nil {
		p.sides[a], p.begun = r.begin(a, payload, document), document
	} else {
		r.check(own, document)
	}
	r.meet(p, a, document)
}

// begin takes a function's first answer to a payload in this Measure.
func (r *Comparison) begin(a tuning.Architecture, payload int, document *answerDocument) *side {
	s := &side{first: document}
	known := slices.IndexFunc(r.Hashes, func(h AnswerHash) bool { return h.Architecture == a && h.Payload == payload })
	if known >= 0 {
		s.checked = r.Hashes[known].Hash == document.hash[:2*shownHash]
	} else if len(r.Hashes) < maxHashes {
		r.Hashes = append(r.Hashes, AnswerHash{a, payload, document.hash[:2*shownHash]})
	}
	if r.kept += document.size; r.kept > maxKept {
		r.kept -= document.size
		s.first, s.hashed = &answerDocument{hash: document.hash}, true
	}
	return s
}

// check compares a function's answer with its own first.
func (r *Comparison) check(own *side, document *answerDocument) {
	own.checked = true
	if own.first.hash == document.hash {
		return
	}
	if own.hashed {
		own.varies, r.Varying = true, true
		return
	}
	for _, d := range compareAnswers(own.first, document, r.unstable) {
		pointer := r.pointer(d)
		switch {
		case covered(pointer, r.Unstable):
		case len(r.Unstable) == maxUnstable:
			own.varies, r.Varying = true, true
			return
		default:
			r.Unstable = append(r.Unstable, pointer)
			if r.First != nil && covered(r.First.Pointer, r.Unstable) {
				r.First = nil
			}
		}
	}
}

// meet compares an answer with the other function's first, once both have been checked against
// themselves. The first time their first answers stand for all that came before.
func (r *Comparison) meet(p *pair, a tuning.Architecture, document *answerDocument) {
	x86, arm := p.sides[tuning.X86], p.sides[tuning.Arm]
	if x86 == nil || arm == nil || !x86.checked || !arm.checked || x86.varies || arm.varies {
		return
	}
	if !p.met {
		p.met = true
		r.compare(x86.first, arm.first, x86.hashed || arm.hashed)
		if p.begun == document {
			return
		}
	}
	if a == tuning.X86 {
		r.compare(document, arm.first, arm.hashed)
	} else {
		r.compare(x86.first, document, x86.hashed)
	}
}

// compare counts a comparison of the two functions, and where they differed. Hashes only tell that they differ.
func (r *Comparison) compare(x86, arm *answerDocument, hashed bool) {
	r.Compared++
	if x86.hash == arm.hash {
		return
	}
	all := []difference{{"", digest{}, digest{}}}
	if !hashed {
		all = compareAnswers(x86, arm, r.unstable)
	}
	var pattern Pattern
	for _, d := range all {
		pointer := r.pointer(d)
		if covered(pointer, r.Unstable) {
			continue
		}
		if len(pattern.Pointers) == maxPointers {
			pattern.More = true
			break
		}
		pattern.Pointers = append(pattern.Pointers, pointer)
		if r.First == nil {
			r.First = &Example{Pointer: pointer, Text: r.example(d, hashed)}
		}
	}
	if len(pattern.Pointers) > 0 {
		r.record(pattern)
	}
}

// record counts a pattern.
func (r *Comparison) record(pattern Pattern) {
	for i, p := range r.Patterns {
		last := i == maxPatterns-1
		if last || p.More == pattern.More && slices.Equal(p.Pointers, pattern.Pointers) {
			r.Patterns[i].Count++
			return
		}
	}
	if len(r.Patterns) == maxPatterns-1 {
		// The last place is for everything that is not listed.
		pattern = Pattern{More: true}
	}
	pattern.Count = 1
	r.Patterns = append(r.Patterns, pattern)
}

// pointer returns a difference's pointer as the state carries it.
func (r *Comparison) pointer(d difference) string {
	pointer := d.pointer
	if r.HideValues {
		pointer = concealed(pointer)
	}
	return jsontext.Truncate(pointer, maxPointerLength)
}

// unstable reports whether what stands at a pointer differs within one function.
func (r *Comparison) unstable(pointer string) bool {
	if r.HideValues {
		pointer = concealed(pointer)
	}
	return covered(pointer, r.Unstable)
}

// covered reports whether a pointer is one of others, or below one.
func covered(pointer string, others []string) bool {
	return slices.ContainsFunc(others, func(o string) bool {
		return pointer == o || strings.HasPrefix(pointer, o+"/")
	})
}
