package input

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPayloadOrder(t *testing.T) {
	tests := map[string]struct {
		samples []int
		want    []int
	}{
		"none":        {nil, []int{0}},
		"one":         {[]int{3}, []int{0, 0, 0}},
		"alternating": {[]int{2, 2}, []int{0, 1, 0, 1}},
		"one to four": {[]int{1, 4}, []int{1, 1, 0, 1, 1}},
		"one unused":  {[]int{2, 0, 2}, []int{0, 2, 0, 2}},
	}
	for name, test := range tests {
		var payloads []WeightedPayload
		for _, n := range test.samples {
			payloads = append(payloads, WeightedPayload{Samples: n})
		}
		require.Equal(t, test.want, PayloadOrder(payloads), name)
	}
}

func TestConfirmingOrder(t *testing.T) {
	for name, test := range map[string]struct {
		weights []int
		samples int
		want    []int
	}{
		"one":                        {[]int{10}, 5, []int{0, 0, 0, 0, 0}},
		"each once, then by weight":  {[]int{8, 1, 1}, 5, []int{0, 1, 2, 0, 0}},
		"as many as samples":         {[]int{2, 2, 2, 2, 2}, 5, []int{0, 1, 2, 3, 4}},
		"more than samples":          {[]int{1, 1, 5, 1, 4, 1}, 3, []int{2, 4, 0}},
		"more samples than invoked":  {[]int{1, 1}, 5, []int{0, 1, 0, 1, 0}},
		"none, from a missing input": {nil, 2, []int{0, 0}},
	} {
		var payloads []WeightedPayload
		for _, n := range test.weights {
			payloads = append(payloads, WeightedPayload{Samples: n})
		}
		require.Equal(t, test.want, ConfirmingOrder(payloads, test.samples), name)
	}
}
