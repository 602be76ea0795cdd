package simulation

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/rounds"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// World plays rounds without AWS: each sandbox has a host factor, each call noise of its own, both
// lognormal, and the first call of a sandbox is cold.
type World struct {
	Random *rand.Rand
	// Mean is a configuration's duration in ms.
	Mean func(c tuning.Configuration) float64
	// Host and Noise are the standard deviations of the logarithms.
	Host, Noise float64
	// Init is how long initialisation takes, in ms.
	Init     float64
	Failures []tuning.Failure
	// Payloads are factors on the duration, by payload. Default: all alike.
	Payloads []float64
	// Sandboxes is how many an exploring round spreads each configuration over.
	Sandboxes int
}

// Finished is what a run leaves for Verdict.
type Finished struct {
	Samples  []tuning.Sample
	Failures []tuning.Failure
	Rounds   []run.Round
}

// Run plays a run from its first round to its last.
func (w World) Run(t testing.TB, in input.Input, j run.Journal) Finished {
	var f Finished
	s := run.State{Journal: j}
	for round, more := rounds.Next(in, s, nil); more; round, more = rounds.Next(in, s, f.Samples) {
		require.Less(t, len(f.Rounds), 40, "the run does not end")
		s.Round = round
		f.Rounds = append(f.Rounds, round)
		for _, m := range round.Measurements {
			if failure, hopeless := explore.RuledOut(m.Configuration, w.Failures); hopeless {
				if failure.Configuration == m.Configuration {
					f.Failures = append(f.Failures, failure)
				}
				continue
			}
			for sandbox := range max(round.Sandboxes, w.Sandboxes) {
				f.Samples = append(f.Samples, w.sandbox(in, round, m, sandbox)...)
			}
		}
		s.Failures = f.Failures
	}
	return f
}

func (w World) sandbox(in input.Input, round run.Round, m tuning.Measurement, sandbox int) []tuning.Sample {
	calls := m.Samples
	if round.Phase == run.PhaseExplore && w.Sandboxes > 1 {
		calls /= w.Sandboxes
	}
	if run.CountsWarmOnly(in, round) {
		calls++
	}
	host := math.Exp(w.Host * w.Random.NormFloat64())
	order, onTop := input.PayloadOrder(in.Payloads), 0
	if round.Phase == run.PhaseConfirm {
		order = input.ConfirmingOrder(in.Payloads, m.Samples)
	}
	if run.CountsWarmOnly(in, round) {
		onTop = 1
	}
	samples := make([]tuning.Sample, calls)
	for i := range samples {
		payload, factor := order[max(0, i-onTop)%len(order)], 1.0
		if w.Payloads != nil {
			factor = w.Payloads[payload]
		}
		s := tuning.Sample{
			Configuration: m.Configuration, Sandbox: run.FirstSandbox(round) + sandbox, Cold: i == 0 || in.OnlyColdStarts,
			Payload: payload, Confirming: round.Phase == run.PhaseConfirm, MaxMemoryUsed: 70, Source: tuning.LogTail,
			Duration: hundred(w.Mean(m.Configuration) * factor * host * math.Exp(w.Noise*w.Random.NormFloat64())),
		}
		if s.Cold {
			s.InitDuration = hundred(w.Init * host)
		}
		s.BilledDuration = math.Ceil(hundred(s.Duration + s.InitDuration))
		samples[i] = s
	}
	return samples
}

func hundred(v float64) float64 { return math.Round(v*100) / 100 }
