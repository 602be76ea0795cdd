package main

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLinesOfTheCLIAreShownAsTheyEnd(t *testing.T) {
	var out strings.Builder
	cli := &cliOutput{out: &out}
	for _, step := range []struct{ written, shown string }{
		{"DualArchDemo: deploy", ""},
		{"ing...\n\n  \nDualArchDemo |  1/9 | CREATE", "    DualArchDemo: deploying...\n"},
		{"_COMPLETE \r\nlast", "    DualArchDemo |  1/9 | CREATE_COMPLETE\n"},
	} {
		out.Reset()
		n, err := io.WriteString(cli, step.written)
		require.NoError(t, err)
		require.Equal(t, len(step.written), n)
		require.Equal(t, step.shown, out.String())
	}
	_, err := io.WriteString(&cliOutput{out: failing{}}, "line\n")
	require.ErrorIs(t, err, errFull)
}

var errFull = errors.New("full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
