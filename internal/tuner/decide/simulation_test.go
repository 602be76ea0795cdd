package decide

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// simulation plays rounds without AWS: each sandbox has a host factor, each call noise of its own, both
// lognormal, and the first call of a sandbox is cold.
type simulation struct {
	random *rand.Rand
	// mean is a configuration's duration in ms.
	mean func(c tuning.Configuration) float64
	// host and noise are the standard deviations of the logarithms.
	host, noise float64
	// init is how long initialisation takes, in ms.
	init     float64
	failures []tuning.Failure
	// payloads are factors on the duration, by payload. Default: all alike.
	payloads []float64
	// sandboxes is how many an exploring round spreads each configuration over.
	sandboxes int
}

// finished is what a run leaves for Verdict.
type finished struct {
	samples  []tuning.Sample
	failures []tuning.Failure
	rounds   []run.Round
}

func (w simulation) run(t testing.TB, in input.Input, j run.Journal) finished {
	var f finished
	s := run.State{Journal: j}
	for round, more := NextRound(in, s, nil); more; round, more = NextRound(in, s, f.samples) {
		require.Less(t, len(f.rounds), 40, "the run does not end")
		s.Round = round
		f.rounds = append(f.rounds, round)
		for _, m := range round.Measurements {
			if failure, hopeless := explore.RuledOut(m.Configuration, w.failures); hopeless {
				if failure.Configuration == m.Configuration {
					f.failures = append(f.failures, failure)
				}
				continue
			}
			for sandbox := range max(round.Sandboxes, w.sandboxes) {
				f.samples = append(f.samples, w.sandbox(in, round, m, sandbox)...)
			}
		}
		s.Failures = f.failures
	}
	return f
}

func (w simulation) sandbox(in input.Input, round run.Round, m tuning.Measurement, sandbox int) []tuning.Sample {
	calls := m.Samples
	if round.Phase == run.PhaseExplore && w.sandboxes > 1 {
		calls /= w.sandboxes
	}
	if run.CountsWarmOnly(in, round) {
		calls++
	}
	host := math.Exp(w.host * w.random.NormFloat64())
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
		if w.payloads != nil {
			factor = w.payloads[payload]
		}
		s := tuning.Sample{
			Configuration: m.Configuration, Sandbox: run.FirstSandbox(round) + sandbox, Cold: i == 0 || in.OnlyColdStarts,
			Payload: payload, Confirming: round.Phase == run.PhaseConfirm, MaxMemoryUsed: 70, Source: tuning.LogTail,
			Duration: hundred(w.mean(m.Configuration) * factor * host * math.Exp(w.noise*w.random.NormFloat64())),
		}
		if s.Cold {
			s.InitDuration = hundred(w.init * host)
		}
		s.BilledDuration = math.Ceil(hundred(s.Duration + s.InitDuration))
		samples[i] = s
	}
	return samples
}

func hundred(v float64) float64 { return math.Round(v*100) / 100 }

// cpuBound is a function that halves its duration with twice the memory up to one processor.
func cpuBound(at1769 float64) func(tuning.Configuration) float64 {
	return func(c tuning.Configuration) float64 {
		return at1769 * 1769 / math.Min(float64(c.MemorySize), 1769)
	}
}

// twoTargets has arm64 as the first target: what serves today, at 512 MB.
func twoTargets() (input.Input, run.Journal) {
	in := decoded()
	in.Functions, in.CompareResponses.Enabled = []string{armARN, x86ARN}, true
	return in, run.Journal{Targets: []run.Target{
		{Function: armARN, Architecture: tuning.Arm, MemorySize: 512, EphemeralStorage: 512, Today: run.Today{MemorySize: 512, Version: "3"}, Owned: true},
		{Function: x86ARN, Architecture: tuning.X86, MemorySize: 512, EphemeralStorage: 512, Today: run.Today{MemorySize: 512, Version: "3"}, Owned: true},
	}}
}

// oneTarget runs at 512 MB today.
func oneTarget() (input.Input, run.Journal) {
	return decoded(), run.Journal{Targets: []run.Target{
		{Function: foreignARN, Architecture: tuning.X86, MemorySize: 512, EphemeralStorage: 512, Today: run.Today{MemorySize: 512, Version: "$LATEST"}},
	}}
}
