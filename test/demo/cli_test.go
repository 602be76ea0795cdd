package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLinesOfTheCLIAreShownAsTheyEnd(t *testing.T) {
	var out strings.Builder
	cli := newCLIOutput(&out)
	now := time.Now()
	cli.now = func() time.Time { return now }
	for _, step := range []struct {
		after          time.Duration
		written, shown string
	}{
		{0, "DualArchDemo: deploy", ""},
		{0, "ing...\n\n  \nDualArchDemo |  1/9 | 2:04 PM | CREATE", "    DualArchDemo: deploying...\n"},
		{0, "_IN_PROGRESS \r\nDualArchDemo |  2/9 | 2:04 PM | CREATE_COMPLETE\n", "    DualArchDemo |  1/9 | 2:04 PM | CREATE_IN_PROGRESS\n"},
		{999 * time.Millisecond, "DualArchDemo |  3/9 | 2:04 PM | CREATE_COMPLETE\nno event\n", "    no event\n"},
		{time.Millisecond, "DualArchDemo |  44 | 2:04 PM | DELETE_COMPLETE\n", "    DualArchDemo |  44 | 2:04 PM | DELETE_COMPLETE\n"},
		{0, "DualArchDemo |  45 | 2:04 PM | DELETE_COMPLETE\nlast", ""},
	} {
		now = now.Add(step.after)
		out.Reset()
		n, err := io.WriteString(cli, step.written)
		require.NoError(t, err)
		require.Equal(t, len(step.written), n)
		require.Equal(t, step.shown, out.String())
	}
	_, err := io.WriteString(newCLIOutput(failing{}), "line\n")
	require.ErrorIs(t, err, errFull)
}

var errFull = errors.New("full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
