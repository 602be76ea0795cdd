package trial

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func call(sandbox, payload int, ms float64) tuning.Sample {
	return tuning.Sample{Sandbox: sandbox, Payload: payload, Duration: ms, BilledDuration: math.Ceil(ms), Cost: ms / 1000, Confirming: true}
}

func TestEachSandboxIsOneValue(t *testing.T) {
	cold := call(0, 0, 900)
	cold.Cold = true
	samples := []tuning.Sample{cold, call(7, 0, 10), call(3, 0, 20.5), call(7, 0, 30)}
	require.Equal(t, Trial{Costs: []float64{0.02, 0.0205}, Durations: []float64{20, 20.5}, Billed: []float64{20, 21}}, Of(samples, map[int]float64{0: 1}))
	require.Equal(t, Trial{}, Of(nil, nil))
}

func TestPayloadsCountByTheirShares(t *testing.T) {
	samples := []tuning.Sample{call(0, 0, 10), call(0, 1, 100)}
	require.InDelta(t, 0.9*10+0.1*100, Of(samples, map[int]float64{0: 9, 1: 1}).Durations[0], 1e-9)
	require.InDelta(t, 55, Of(samples, nil).Durations[0], 1e-9, "alike where nothing is known of shares")
}

// What calls differ by within sandboxes is noise; what sandboxes differ by is not, nor what payloads do.
func TestNoiseIsWhatCallsDifferBy(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var samples []tuning.Sample
	for sandbox := range 400 {
		host := math.Exp(0.3 * r.NormFloat64())
		for payload, ms := range []float64{100, 300} {
			for range 3 {
				samples = append(samples, call(sandbox, payload, host*ms*(1+0.1*r.NormFloat64())))
			}
		}
	}
	var first []tuning.Sample
	for _, s := range samples {
		if s.Payload == 0 {
			first = append(first, s)
		}
	}
	require.InEpsilon(t, 0.01, Noise(first, map[int]float64{0: 1}), 0.1)
	require.InEpsilon(t, 0.01*(0.25*0.25+0.75*0.75), Noise(samples, map[int]float64{0: 1, 1: 1}), 0.1, "of a mean of both payloads")
	require.InEpsilon(t, 0.01*(0.5*0.5+0.5*0.5), Noise(samples, map[int]float64{0: 3, 1: 1}), 0.1, "both count for as much")
	require.Zero(t, Noise([]tuning.Sample{call(0, 0, 1), call(1, 0, 2)}, map[int]float64{0: 1}), "one call each tells nothing")
	require.Zero(t, Noise([]tuning.Sample{call(0, 0, 0), call(0, 0, 0)}, map[int]float64{0: 1}))
}
