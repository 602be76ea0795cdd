package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A tuner of one function, which no construct owns, takes {}.
func TestTuneTheOnlyFunction(t *testing.T) {
	for _, args := range [][]string{{}, {"--target", x86Function}, {"--all"}} {
		s := newStub(t, &stub{function: x86Function})
		inFolder(t, nil)
		status, _, stderr := tune(t.Context(), nil, append(args, "--yes", "--out", "verdict.json")...)
		require.Zero(t, status, stderr)
		require.Equal(t, []string{`{}`}, s.inputs)
		require.Contains(t, stderr, x86Function+": started "+executionARN(1)+"\n")
	}
	newStub(t, &stub{function: x86Function})
	status, _, stderr := tune(t.Context(), nil, "--target", "Orders", "--yes")
	require.Equal(t, exitUsage, status)
	require.Contains(t, stderr, `dualarch: --target "Orders": there is none of that name; there are: `+x86Function+"\n")
}
