package tuning

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTrimmedMeanIsThePeers(t *testing.T) {
	for _, test := range []struct {
		values []float64
		share  float64
		want   float64
	}{
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 100}, 0.2, 5.5},   // 2 off each end
		{[]float64{100, 1, 2, 3, 4}, 0.2, 3},                    // 1 off each end, whatever the order
		{[]float64{100, 1, 2, 3, 4}, 0, 22},                     // none
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 0.4, 6},  // 4.4 rounds down to 4
		{[]float64{1, 2, 3, 50}, 0.2, 14},                       // 0.8 rounds down to none
		{[]float64{35, 48.8, 20, 35.7, 35.1, 35.2}, 0.2, 35.25}, // 1 off each end
		{nil, 0.2, 0},
	} {
		require.InDelta(t, test.want, TrimmedMean(test.values, test.share), 1e-9, "%v at %v", test.values, test.share)
	}
}
