package printable

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns a text in one line, with \u001b for a character that could steer a terminal or break the line, or that
// cannot be seen (a direction's override), and \x9b for a byte that is no text.
func Line(s string) string { return printable(s, "") }

// Text is Line for several lines.
func Text(s string) string { return printable(s, "\n\t") }

func printable(s, allowed string) string {
	var b strings.Builder
	changed := false
	for rest := s; rest != ""; {
		r, width := utf8.DecodeRuneInString(rest)
		first := rest[0]
		rest = rest[width:]
		switch {
		case r == utf8.RuneError && width == 1:
			fmt.Fprintf(&b, `\x%02x`, first)
		case !unicode.IsPrint(r) && !strings.ContainsRune(allowed, r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
			continue
		}
		changed = true
	}
	if !changed {
		return s
	}
	return b.String()
}
