package answers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/tuning"
)

const (
	// maxValue is how many bytes of a value a difference shows.
	maxValue = 300
	// maxDifference is how many bytes the words for a difference take.
	maxDifference = 1000
)

// example describes a difference.
func (r *Comparison) example(d difference, hashed bool) string {
	where := shownPointer(r.pointer(d))
	if where == "" {
		where = "the whole answer"
	}
	if r.HideValues || hashed {
		return where + " differs"
	}
	return jsontext.Truncate(fmt.Sprintf("%s: %s answered %s, %s answered %s", where, tuning.X86, excerpt(d.first), tuning.Arm, excerpt(d.second)), maxDifference)
}

// Result returns what was found; nil if nothing was to be compared.
func (r *Comparison) Result() *tuning.ResponseComparison {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if why := r.notCompared(); why != "" {
		return &tuning.ResponseComparison{NotCompared: why}
	}
	if !r.Enabled {
		return nil
	}
	c := &tuning.ResponseComparison{Compared: r.Compared, Alike: r.Compared, Unstable: shownPointers(r.Unstable)}
	for _, p := range r.Patterns {
		at := slices.IndexFunc(p.Pointers, func(pointer string) bool { return !covered(pointer, r.Unstable) })
		if at < 0 && !p.More {
			continue // what differed has turned out to differ within one function
		}
		c.Alike -= p.Count
		switch {
		case c.FirstDifference != "":
		case r.First != nil:
			c.FirstDifference = r.First.Text
		case at >= 0:
			c.FirstDifference = shownPointer(p.Pointers[at]) + " differs"
		default:
			c.FirstDifference = "in more places than are listed"
		}
	}
	return c
}

// notCompared says why nothing was compared; "" if something was, or nothing had to be.
func (r *Comparison) notCompared() string {
	answered := func(a tuning.Architecture) bool {
		return slices.ContainsFunc(r.Hashes, func(h AnswerHash) bool { return h.Architecture == a })
	}
	switch {
	case !r.Enabled:
		return r.NotCompared
	case slices.Contains(r.Unstable, ""), r.Compared == 0 && r.Varying:
		return "a function's own answers differ as a whole from call to call"
	case r.Compared > 0:
		return ""
	case answered(tuning.X86) && answered(tuning.Arm):
		return "no payload got two answers of each function, and one alone does not tell what differs by chance"
	case answered(tuning.X86), answered(tuning.Arm):
		return "only one of the functions answered"
	}
	return "neither of the functions answered without an error"
}

func excerpt(value any) string {
	switch v := value.(type) {
	case absent:
		return "nothing"
	case digest:
		return v.String()
	case map[string]any, []any:
		value = readable(v)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil {
		return "something else"
	}
	return jsontext.Truncate(strings.TrimSpace(b.String()), maxValue)
}

// readable replaces what JSON does not have by words.
func readable(value any) any {
	switch v := value.(type) {
	case map[string]any:
		shown := map[string]any{}
		for name, member := range v {
			shown[name] = readable(member)
		}
		return shown
	case []any:
		shown := make([]any, len(v))
		for i, element := range v {
			shown[i] = readable(element)
		}
		return shown
	case digest:
		return v.String()
	case absent:
		return "ignored"
	}
	return value
}
