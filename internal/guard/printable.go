package guard

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns a text in one line, with \u001b for a character that could steer a terminal or break the
// line and \x9b for a byte that is no text. Names of files, and what packages say of themselves, are anybody's.
func Printable(s string) string { return printable(s, "") }

// PrintableText is Printable for several lines.
func PrintableText(s string) string { return printable(s, "\n\t") }

// PrintableError is Printable for an error, and for each one that errors.Join has put together.
func PrintableError(err error) string {
	var parts []string
	if joined, is := err.(interface{ Unwrap() []error }); is {
		for _, part := range joined.Unwrap() {
			parts = append(parts, PrintableError(part))
		}
		if errors.Join(joined.Unwrap()...).Error() == err.Error() {
			return strings.Join(parts, "\n")
		}
	}
	return Printable(err.Error())
}

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
