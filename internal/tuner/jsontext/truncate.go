package jsontext

import (
	"unicode/utf8"

	"github.com/dualarch/dualarch/internal/printable"
)

// Truncate returns what others wrote (an error's message, a name in an answer) in one printable line that takes at most
// limit bytes in JSON: it must neither steer a reader's terminal nor make the state outgrow Step Functions.
func Truncate(text string, limit int) string { return truncate(printable.Line(text), limit) }

// TruncateLines is Truncate for several lines.
func TruncateLines(text string, limit int) string { return truncate(printable.Text(text), limit) }

// truncate cuts a text at a character's boundary.
func truncate(text string, limit int) string {
	size, end := 0, 0
	for i := 0; i < len(text); {
		r, width := utf8.DecodeRuneInString(text[i:])
		i += width
		size += inJSON(r)
		if size > limit {
			return text[:end] + "…"
		}
		if size <= limit-len("…") {
			end = i
		}
	}
	return text
}

// inJSON returns the most bytes that a character takes in JSON as encoding/json writes it.
func inJSON(r rune) int {
	switch {
	case r == '"', r == '\\', r == '\n', r == '\r', r == '\t':
		return 2
	case r < ' ', r == '<', r == '>', r == '&', r == '\u2028', r == '\u2029', r == utf8.RuneError:
		return 6
	}
	return utf8.RuneLen(r)
}
