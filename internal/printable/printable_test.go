package printable

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLineAndText(t *testing.T) {
	const given = "a\x1b[31m\nb\t\u202ec\x9b\u200bd é…日"
	require.Equal(t, `a\u001b[31m\u000ab\u0009\u202ec\x9b\u200bd é…日`, Line(given))
	require.Equal(t, "a\\u001b[31m\nb\t\\u202ec\\x9b\\u200bd é…日", Text(given))
	require.Equal(t, "plain", Line("plain"))
}
