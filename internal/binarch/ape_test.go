package binarch

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

const (
	apeMagic = "MZqFpD='\n\n"
	apeX86   = apeMagic + "if [ \"$m\" = x86_64 ]; then\nprintf '\\177ELF\\2\\1\\1\\11\\0\\0\\0\\0\\0\\0\\0\\0\\2\\0>\\0' >&7\nfi\n"
	apeBoth  = apeX86 + "if [ \"$m\" = aarch64 ]; then\nprintf '\\177ELF\\2\\1\\1\\11\\0\\0\\0\\0\\0\\0\\0\\0\\2\\0\\267\\0' >&7\nfi\n"
)

func TestReadAPE(t *testing.T) {
	for _, test := range []struct {
		name, file string
		want       File
	}{
		{"both architectures", apeBoth, File{}},
		{"no header in the script", apeMagic, File{}},
		{"older toolchains' x86_64", apeX86, File{Format: APE, OS: Linux, Architectures: []Architecture{X8664}, Role: Program}},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, APE, sniff([]byte(test.file)))
			got, err := readAPE(strings.NewReader(test.file))
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(test.want, got))
		})
	}
}
