package mark

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

// Lambda's own hash of a configuration says only that nothing has changed: it is another one at each memory
// size. What it may not cover is compared all the same.
func TestAlike(t *testing.T) {
	base := cloud.FunctionConfiguration{Fingerprint: "f", CodeSHA256: "c", Environment: "e", ConfigSHA256: "h", MemorySize: 512}
	for name, test := range map[string]struct {
		change func(*cloud.FunctionConfiguration)
		want   bool
	}{
		"another size":                   {func(c *cloud.FunctionConfiguration) { c.MemorySize, c.ConfigSHA256 = 1024, "h2" }, true},
		"no hash":                        {func(c *cloud.FunctionConfiguration) { c.ConfigSHA256 = "" }, true},
		"a field that AWS sends now too": {func(c *cloud.FunctionConfiguration) { c.Fingerprint = "f2" }, true},
		"that, and another size":         {func(c *cloud.FunctionConfiguration) { c.Fingerprint, c.ConfigSHA256 = "f2", "h2" }, false},
		"a change, and no hash":          {func(c *cloud.FunctionConfiguration) { c.Fingerprint, c.ConfigSHA256 = "f2", "" }, false},
		"code":                           {func(c *cloud.FunctionConfiguration) { c.CodeSHA256 = "c2" }, false},
		"environment":                    {func(c *cloud.FunctionConfiguration) { c.Environment = "e2" }, false},
	} {
		changed := base
		test.change(&changed)
		require.Equal(t, test.want, SameExceptSize(base, changed), name)
		require.Equal(t, test.want, SameExceptSize(changed, base), name)
	}
	none := cloud.FunctionConfiguration{Fingerprint: "f"}
	require.False(t, SameExceptSize(none, cloud.FunctionConfiguration{Fingerprint: "f2"}), "no hash is no equal hash")
}
