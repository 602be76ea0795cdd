package execution

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/price"
)

// Whatever a step returned: what is shown of it is in range.
func FuzzProgress(f *testing.F) {
	f.Add(`{"round": {"number": 2, "phase": "confirm"}, "counts": {"invocations": 41, "unsampled": {"cost": 1e-6}}, "samples": ""}`)
	f.Add(`{"round": 7}`)
	f.Add(`{"samples": "x"}`)
	f.Fuzz(func(t *testing.T, output string) {
		var p Progress
		p.read(output, price.Terms{}, "eu-west-1")
		require.GreaterOrEqual(t, p.Sizes, 0)
	})
}
