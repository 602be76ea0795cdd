package jsontext

import "unicode/utf8"

// Truncate cuts a text so that it takes at most so many bytes in JSON, at the border of a character: what
// others wrote (an error's message, a name in an answer) must not make the state outgrow Step Functions.
func Truncate(text string, limit int) string {
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

// inJSON is how many bytes a character takes in JSON as encoding/json writes it, at most.
func inJSON(r rune) int {
	switch {
	case r == '"', r == '\\', r == '\n', r == '\r', r == '\t':
		return 2
	case r < ' ', r == '<', r == '>', r == '&', r == '\u2028', r == '\u2029', r == utf8.RuneError:
		return 6
	}
	return utf8.RuneLen(r)
}
