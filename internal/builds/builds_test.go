package builds

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDescriptionsTellBuildsApart(t *testing.T) {
	both := Describe([]Build{{"x86_64", "code 8c9caa1d8a64"}, {"arm64", "code 5f2b90c1d4e3"}})
	require.Equal(t, "x86_64 code 8c9caa1d8a64, arm64 code 5f2b90c1d4e3", both)
	parsed := map[string]string{"x86_64": "code 8c9caa1d8a64", "arm64": "code 5f2b90c1d4e3"}
	require.Equal(t, parsed, parse(both))
	require.Equal(t, parsed, parse("Takes orders ("+both+")"))
	require.Equal(t, parsed, parse("Takes orders (all, x86_64 code 1) ("+both+")"), "the last ones count")
	require.Equal(t, map[string]string{"arm64": "image v42"}, parse("arm64 image v42"))
	for _, other := range []string{"", "Takes orders", "code 8c9caa1d8a64", "x86_64", "Takes orders (arm64 code 1) today"} {
		require.Nil(t, parse(other), other)
	}
}

func TestSameCode(t *testing.T) {
	for _, test := range []struct {
		before, after string
		want          bool
	}{
		{"x86_64 code a, arm64 code b", "Takes orders (x86_64 code a, arm64 code b)", true},
		{"x86_64 code a, arm64 code b", "arm64 code b", true},
		{"x86_64 code a, arm64 code b", "x86_64 code a, arm64 code c", false},
		{"x86_64 code a", "arm64 code b", false},
		{"Takes orders", "x86_64 code a, arm64 code b", false},
		{"", "", false},
	} {
		require.Equal(t, test.want, Same(test.before, test.after), "%q, %q", test.before, test.after)
	}
}
