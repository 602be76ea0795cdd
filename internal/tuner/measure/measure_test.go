package measure

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// Each version is asked for the samples that the round wants of its own configuration and sandbox, less those
// that it has given.
func TestPendingSamples(t *testing.T) {
	asked := func(a tuning.Architecture, size, samples int) tuning.Measurement {
		return tuning.Measurement{Configuration: tuning.Configuration{Architecture: a, MemorySize: size}, Samples: samples}
	}
	published := func(a tuning.Architecture, size, sandbox, measured int) run.PublishedVersion {
		return run.PublishedVersion{Configuration: tuning.Configuration{Architecture: a, MemorySize: size}, Sandbox: sandbox, Measured: measured}
	}
	arm, x86 := tuning.Arm, tuning.X86
	for name, test := range map[string]struct {
		in       input.Input
		round    run.Round
		versions []run.PublishedVersion
		want     map[string][]int // by architecture, memory size and sandbox
	}{
		"one size, a number for each architecture": {
			round:    run.Round{Number: 1, Phase: run.PhaseExplore, Measurements: []tuning.Measurement{asked(arm, 512, 8), asked(x86, 512, 2)}},
			versions: []run.PublishedVersion{published(arm, 512, 0, 0), published(x86, 512, 0, 0)},
			want:     map[string][]int{"arm64 512 0": {0, 1, 2, 3, 4, 5, 6, 7}, "x86_64 512 0": {0, 1}},
		},
		"the other way round": {
			round:    run.Round{Number: 1, Phase: run.PhaseExplore, Measurements: []tuning.Measurement{asked(x86, 512, 2), asked(arm, 512, 3)}},
			versions: []run.PublishedVersion{published(x86, 512, 0, 0), published(arm, 512, 0, 0)},
			want:     map[string][]int{"x86_64 512 0": {0, 1}, "arm64 512 0": {0, 1, 2}},
		},
		"a number for each size": {
			round:    run.Round{Number: 3, Phase: run.PhaseExplore, Measurements: []tuning.Measurement{asked(arm, 512, 1), asked(arm, 1024, 3)}},
			versions: []run.PublishedVersion{published(arm, 512, 0, 0), published(arm, 1024, 0, 0)},
			want:     map[string][]int{"arm64 512 0": {0}, "arm64 1024 0": {0, 1, 2}},
		},
		"the rest of a round": {
			round:    run.Round{Number: 1, Phase: run.PhaseExplore, Measurements: []tuning.Measurement{asked(arm, 512, 4), asked(x86, 512, 3)}},
			versions: []run.PublishedVersion{published(arm, 512, 0, 3), published(x86, 512, 0, 3)},
			want:     map[string][]int{"arm64 512 0": {3}, "x86_64 512 0": nil},
		},
		"confirming: each sandbox begins at 0": {
			round:    run.Round{Number: 2, Phase: run.PhaseConfirm, Sandboxes: 2, Measurements: []tuning.Measurement{asked(arm, 512, 3), asked(x86, 512, 2)}},
			versions: []run.PublishedVersion{published(arm, 512, 0, 1), published(x86, 512, 0, 0), published(arm, 512, 1, 0), published(x86, 512, 1, 0)},
			want:     map[string][]int{"arm64 512 0": {1, 2}, "x86_64 512 0": {0, 1}, "arm64 512 1": {0, 1, 2}, "x86_64 512 1": {0, 1}},
		},
		"only cold starts: a version a sample": {
			in:       input.Input{OnlyColdStarts: true},
			round:    run.Round{Number: 1, Phase: run.PhaseExplore, Measurements: []tuning.Measurement{asked(arm, 512, 2), asked(x86, 512, 1)}},
			versions: []run.PublishedVersion{published(arm, 512, 0, 0), published(x86, 512, 0, 0), published(arm, 512, 1, 0)},
			want:     map[string][]int{"arm64 512 0": {0}, "x86_64 512 0": {0}, "arm64 512 1": {1}},
		},
		"a version that the round does not ask for": {
			round:    run.Round{Number: 1, Phase: run.PhaseExplore, Measurements: []tuning.Measurement{asked(arm, 512, 2)}},
			versions: []run.PublishedVersion{published(arm, 512, 0, 0), published(x86, 512, 0, 0)},
			want:     map[string][]int{"arm64 512 0": {0, 1}, "x86_64 512 0": nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMeasuring(&cloud.Session{}, test.in, &run.State{Round: test.round, Versions: test.versions}, nil)
			got := map[string][]int{}
			for i, v := range m.versions {
				key := fmt.Sprintf("%s %d %d", v.Architecture, v.MemorySize, test.versions[i].Sandbox)
				got[key] = nil
				for number, _, ok := m.tally.Take(v, time.Hour); ok; number, _, ok = m.tally.Take(v, time.Hour) {
					got[key] = append(got[key], number)
				}
			}
			require.Equal(t, test.want, got)
		})
	}
}
