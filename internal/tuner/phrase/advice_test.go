package phrase

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAmounts(t *testing.T) {
	for v, want := range map[float64]string{
		7: "7", 1000: "1,000", 12_345.4: "12,345", 999_999.4: "999,999", 999_999.6: "1 million", 3e6: "3 million", 2.5e9: "2.5 billion",
	} {
		require.Equal(t, want, amount(v))
	}
}
