package answers

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// maxDifferences is how many places are looked for at which two answers differ. Two of 6 MB can differ in a million.
const maxDifferences = 64

// difference is a JSON pointer at which two answers differ, and what stands there in each.
type difference struct {
	pointer       string
	first, second any
}

// differences are the first places at which two answers differ.
type differences struct {
	unstable func(pointer string) bool // what does not count
	found    []difference
}

// compareAnswers lists where two answers differ, in the order of their pointers, but for what is unstable: the first
// maxDifferences. Lists of different lengths differ as a whole.
func compareAnswers(first, second *answerDocument, unstable func(pointer string) bool) []difference {
	if first.hash == second.hash {
		return nil
	}
	d := differences{unstable: unstable}
	if (first.envelope == nil) != (second.envelope == nil) {
		d.add("", first.content, second.content)
		return d.found
	}
	d.compare("", first.content, second.content)
	if first.envelope != nil {
		d.compare(EnvelopePrefix, first.envelope, second.envelope)
	}
	return d.found
}

func (d *differences) add(pointer string, first, second any) {
	if !d.unstable(pointer) {
		d.found = append(d.found, difference{pointer, first, second})
	}
}

func (d *differences) compare(pointer string, first, second any) {
	if len(d.found) == maxDifferences {
		return
	}
	switch a := first.(type) {
	case map[string]any:
		if b, ok := second.(map[string]any); ok {
			d.compareMembers(pointer, a, b)
			return
		}
	case []any:
		if b, ok := second.([]any); ok && len(a) == len(b) {
			for i := range a {
				d.compare(pointer+"/"+strconv.Itoa(i), a[i], b[i])
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
	d.add(pointer, first, second)
}

func (d *differences) compareMembers(pointer string, a, b map[string]any) {
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
		d.compare(pointer+"/"+escape.Replace(name), first, second)
	}
}

func sameNumber(a, b json.Number) bool { return string(canonical(a)) == string(canonical(b)) }
