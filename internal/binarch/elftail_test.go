package binarch

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Libraries of Fedora and Red Hat, such as numpy's libgfortran, carry symbols compressed with xz. They hold no
// files.
func TestSymbolsForDebuggersAreNoArchive(t *testing.T) {
	xz := "\xfd7zXZ\x00" + strings.Repeat("\x00", 8<<10)
	folder := files{
		"debug.so":   string(elfSpec{comment: xz, section: ".gnu_debugdata"}.build()),
		"payload.so": string(elfSpec{comment: xz, section: ".payload"}.build()),
	}.folder(t)
	report, err := Check(t.Context(), folder, []Target{{Architecture: X8664}}, Options{})
	require.NoError(t, err)
	require.Equal(t, []Finding{{Rule: NotChecked, Severity: Info, Path: "payload.so", Reason: "an xz archive in a program, which is not opened"}}, report.Findings)
}
