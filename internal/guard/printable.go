package guard

import (
	"errors"
	"strings"

	"github.com/dualarch/dualarch/internal/printable"
)

// Printable returns a text in one line as it can be shown to anybody: names of files, and what packages say of
// themselves, are anybody's.
func Printable(s string) string { return printable.Line(s) }

// PrintableText is Printable for several lines.
func PrintableText(s string) string { return printable.Text(s) }

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
