package binarch

import (
	"debug/elf"
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

// Sections for debuggers stand behind what is loaded, in 32-bit files too.
func TestDebugSectionsAreNoDataBehindAProgram(t *testing.T) {
	symbols := strings.Repeat("symbols ", 1<<10)
	wide := elfSpec{comment: symbols, section: ".debug_info"}
	narrow := elfSpec{comment: symbols, section: ".debug_info", machine: elf.EM_386, narrow: true}
	big := elfSpec{comment: symbols, section: ".debug_info", machine: elf.EM_MIPS, narrow: true, big: true}
	data := strings.Repeat("data ", 1<<10)
	folder := files{
		"wide": string(wide.build()), "narrow": string(narrow.build()), "big": string(big.build()),
		"wide-and-data": string(wide.build()) + data, "narrow-and-data": string(narrow.build()) + data,
	}.folder(t)
	report, err := Check(t.Context(), folder, []Target{{Architecture: X8664}}, Options{})
	require.NoError(t, err)
	var unread []string
	for _, f := range report.Findings {
		if f.Rule == NotChecked {
			unread = append(unread, f.Path+": "+f.Reason)
		}
	}
	require.Equal(t, []string{
		"narrow-and-data: data behind a program, which is not opened",
		"wide-and-data: data behind a program, which is not opened",
	}, unread)
}
