package keyname

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOf(t *testing.T) {
	for target, want := range map[string]string{
		"Prime":        "Prime",
		"my_func-2.1":  "my_func-2.1",
		"Shop/Orders":  "Shop!2fOrders",
		"Größe\n":      "Gr!c3!b6!c3!9fe!0a",
		"..":           "!2e.",
		"a!2fb":        "a!212fb",
		"\x1b[31m\xff": "!1b!5b31m!ff",
	} {
		require.Equal(t, want, Of(target))
	}
	long := strings.Repeat("x", 300)
	require.Len(t, Of(long), longest)
	require.NotEqual(t, Of(long), Of(long+"y"))
}

func FuzzOf(f *testing.F) {
	f.Add("Shop/Orders", "Shop!2fOrders")
	f.Add("é", "e")
	f.Fuzz(func(t *testing.T, a, b string) {
		written := Of(a)
		require.Regexp(t, `^[A-Za-z0-9_.!-]*$`, written)
		require.LessOrEqual(t, len(written), longest)
		require.Equal(t, a == b, written == Of(b))
	})
}
