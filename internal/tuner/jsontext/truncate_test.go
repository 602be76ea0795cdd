package jsontext

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestBounded(t *testing.T) {
	for name, test := range map[string]struct {
		text  string
		limit int
		want  string
	}{
		"short":             {"ab", 10, "ab"},
		"just":              {"abcdefghij", 10, "abcdefghij"},
		"too long":          {"abcdefghijk", 10, "abcdefg…"},
		"umlauts":           {"äääääää", 10, "äää…"},
		"escaped":           {"<<<", 12, "<…"},
		"quotes":            {`""""""`, 10, `"""…`},
		"not UTF-8":         {"a\xff\xff\xff", 12, `a\xff\x…`},
		"nothing at all":    {"", 3, ""},
		"larger than ample": {strings.Repeat("€", 100), 11, "€€…"},
	} {
		require.Equal(t, test.want, Truncate(test.text, test.limit), name)
	}
}

func FuzzBounded(f *testing.F) {
	f.Add("a<\u2028\x00\xffü€𝄞", 20)
	f.Add("\ufffd\ufffd\ufffd", 12)
	f.Fuzz(func(t *testing.T, text string, limit int) {
		if limit < 3 || limit > 10_000 {
			return
		}
		got := Truncate(text, limit)
		encoded, err := json.Marshal(got)
		require.NoError(t, err)
		require.LessOrEqual(t, len(encoded)-2, limit)
		if utf8.ValidString(text) {
			require.True(t, utf8.ValidString(got), "%q", got)
		}
	})
}
