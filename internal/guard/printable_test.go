package guard

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPrintable(t *testing.T) {
	for given, want := range map[string]string{
		"lib/a.so": "lib/a.so", "naïve 文.so": "naïve 文.so", "": "",
		"\x1b[31mred": `\u001b[31mred`, "a\nERROR b\t": `a\u000aERROR b\u0009`, "\u202egnp.exe": `\u202egnp.exe`,
		"\x9b31m": `\x9b31m`, "\u009b31m": `\u009b31m`, "half\xc3": `half\xc3`, "\ufffd": "\ufffd",
	} {
		require.Equal(t, want, Printable(given))
	}
	require.Equal(t, "a\n\tb\\u001b\\u000d", PrintableText("a\n\tb\x1b\r"))
}

func TestPrintableError(t *testing.T) {
	first, second := errors.New("a\nb: no such file"), fmt.Errorf("c: %w", errors.New("\x1bd"))
	require.Equal(t, `a\u000ab: no such file`, PrintableError(first))
	require.Equal(t, "a\\u000ab: no such file\nc: \\u001bd", PrintableError(errors.Join(first, second)))
	require.Equal(t, `both: a\u000ab: no such file, c: \u001bd`, PrintableError(fmt.Errorf("both: %w, %w", first, second)))
}
