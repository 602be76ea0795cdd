package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/verdicts"
)

// Whatever a file of verdicts holds: what is shown steers no terminal, a comment has no markup, link or mention of its
// own, and what is written is read again.
func FuzzVerdictIsShown(f *testing.F) {
	prime := goldenOutput(f, "prime")
	hostile := "<b>\x1b[2J\u202e @team www.x.y http://x **a** `c` | #1\n- x"
	failed := `{"executionArn":"e","status":"FAILED","error":"E","cause":"` + strings.NewReplacer("\x1b", `\u001b`, "\n", `\n`).Replace(hostile) + `","input":"{\"target\":\"@a\"}"}`
	for _, seed := range []string{prime, "[" + prime + "," + prime + "]", failed, `[` + failed + `,` + prime + `]`, strings.Replace(prime, "all of it", "<script>@all", 1)} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := verdicts.Read("file", data)
		if err != nil {
			return
		}
		functions := verdicts.ByFunction(all)
		var shown bytes.Buffer
		require.NoError(t, writeVerdicts(&shown, functions))
		require.NoError(t, writeHistory(&shown, functions))
		for _, r := range shown.String() {
			require.True(t, r == '\n' || unicode.IsPrint(r), "%q in %q", r, shown.String())
		}
		comment := markdown(functions)
		require.NotContains(t, comment, "<")
		require.NotContains(t, comment, "@")
		require.NotContains(t, comment, "://")
		require.NotRegexp(t, `(?i)www\.`, comment)

		text, err := documents(all)
		require.NoError(t, err)
		ours := 0
		for _, v := range all {
			if v.Peer == nil {
				ours++
			}
		}
		if ours == 0 {
			return
		}
		again, err := verdicts.Read("again", text)
		require.NoError(t, err, "%s", text)
		require.Len(t, again, ours)
	})
}
