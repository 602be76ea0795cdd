package verdicts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func TestGoLines(t *testing.T) {
	two, one := golden(t, "prime"), golden(t, "foreign")
	for name, test := range map[string]struct {
		output string
		want   []string
	}{
		"to the other architecture": {two, []string{"Primary: awslambda.Architecture_ARM_64(),", "Arm64: &dualarch.SiblingOptions{MemorySize: jsii.Number(1024)},"}},
		"within the architecture":   {strings.Replace(two, "\"change\",\n    \"architecture\": \"arm64\"", `"change", "architecture": "x86_64"`, 1), []string{"X86: &dualarch.SiblingOptions{MemorySize: jsii.Number(1024)},"}},
		"one function":              {one, []string{"MemorySize: jsii.Number(1024),"}},
		"nothing":                   {strings.Replace(two, `"change"`, `"keep"`, 1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := Read("file", []byte(test.output))
			require.NoError(t, err)
			require.Equal(t, test.want, GoLines(all[0].Output))
			today, known := Today(all[0].Output)
			require.True(t, known)
			require.Equal(t, tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}, today)
		})
	}
}
