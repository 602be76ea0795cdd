package input

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dualarch/dualarch/internal/printable"
)

// Error lists everything that is wrong with an execution's input.
type Error struct {
	Problems []Problem
}

// Problem is one thing that is wrong with an input.
type Problem struct {
	Path    string // such as $.powerValues[2]
	Given   string // what stands there, shortened
	Allowed string // what may stand there
}

func (p Problem) String() string {
	return fmt.Sprintf("%s: given %s; allowed: %s", p.Path, p.Given, p.Allowed)
}

func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return "the input cannot be used: " + strings.Join(lines, "\n")
}

// problems collects what is wrong.
type problems []Problem

func (p *problems) add(path, given, allowed string, args ...any) {
	*p = append(*p, Problem{Path: printable.Line(path), Given: printable.Line(given), Allowed: fmt.Sprintf(allowed, args...)})
}

func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return &Error{Problems: p}
}

// maxShown keeps an error readable where somebody gave a page of JSON.
const maxShown = 60

// shown returns a value as it is given in the input, shortened.
func shown(raw json.RawMessage) string {
	text := []rune(strings.Join(strings.Fields(string(raw)), " "))
	if len(text) > maxShown {
		return string(text[:maxShown]) + "…"
	}
	return string(text)
}
