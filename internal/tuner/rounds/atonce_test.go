package rounds_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/rounds"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
)

// explored is a run that is about to confirm: two configurations whose calls take a second.
func explored(t *testing.T) (input.Input, run.State, []tuning.Sample) {
	in, j, w := simulation.Architectures(0.1)
	for i := range j.Targets {
		j.Targets[i].Concurrency = 50
		j.Targets[i].LogGroup = "/aws/lambda/" + string(j.Targets[i].Architecture)
	}
	f := w.Run(t, in, j)
	state := run.State{Journal: j, Overhead: 12}
	var samples []tuning.Sample
	for _, r := range f.Rounds {
		if r.Phase == run.PhaseExplore {
			state.Round = r
		}
	}
	for _, s := range f.Samples {
		if !s.Confirming {
			samples = append(samples, s)
		}
	}
	return in, state, samples
}

// One version gives all sandboxes of a look if that many invocations at once surely run in as many sandboxes.
func TestOneVersionGivesSeveralSandboxes(t *testing.T) {
	type change = func(*input.Input, *run.State, []tuning.Sample)
	both := func(first, second change) change {
		return func(in *input.Input, s *run.State, all []tuning.Sample) {
			first(in, s, all)
			second(in, s, all)
		}
	}
	unlogged := func(_ *input.Input, s *run.State, _ []tuning.Sample) {
		for i := range s.Journal.Targets {
			s.Journal.Targets[i].LogGroup = ""
		}
	}
	filtered := func(_ *input.Input, s *run.State, _ []tuning.Sample) { s.Journal.Targets[1].SystemLogsFiltered = true }
	unknown := func(_ *input.Input, s *run.State, _ []tuning.Sample) { s.Overhead = 0 }
	early := func(_ *input.Input, s *run.State, _ []tuning.Sample) { s.Overhead = -20 }
	long := func(_ *input.Input, s *run.State, _ []tuning.Sample) { s.Overhead = 400 }
	short := func(_ *input.Input, _ *run.State, all []tuning.Sample) { all[1].Duration = 30 }
	for name, test := range map[string]struct {
		change change
		atOnce int
	}{
		"surely":                              {func(*input.Input, *run.State, []tuning.Sample) {}, 4},
		"surely, without logs":                {unlogged, 4},
		"nothing is known of the way":         {unknown, 4},
		"nor of the logs":                     {both(unknown, unlogged), 0},
		"answers come before the end":         {early, 4},
		"without logs":                        {both(early, unlogged), 0},
		"the way is long":                     {long, 4},
		"the way is long, reports filtered":   {both(long, filtered), 0},
		"one invocation was short":            {short, 4},
		"one was short, without logs":         {both(short, unlogged), 0},
		"one has no report":                   {func(_ *input.Input, _ *run.State, all []tuning.Sample) { all[1].Source = tuning.ClientClock }, 0},
		"fewer may run at once":               {func(_ *input.Input, s *run.State, _ []tuning.Sample) { s.Journal.Targets[1].Concurrency = 3 }, 0},
		"just as many may":                    {func(_ *input.Input, s *run.State, _ []tuning.Sample) { s.Journal.Targets[1].Concurrency = 4 }, 4},
		"both functions take turns":           {func(_ *input.Input, s *run.State, _ []tuning.Sample) { s.Journal.Targets[1].SharesSlot = true }, 0},
		"a preprocessor delays each":          {func(in *input.Input, _ *run.State, _ []tuning.Sample) { in.PreProcessorARN = simulation.ArmARN }, 0},
		"each sandbox has to see the mixture": {func(in *input.Input, _ *run.State, _ []tuning.Sample) { in.Payloads = make([]input.WeightedPayload, 2) }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			in, state, samples := explored(t)
			test.change(&in, &state, samples)
			look, ok := rounds.Next(in, state, samples)
			require.True(t, ok)
			require.Equal(t, run.PhaseConfirm, look.Phase)
			require.Equal(t, 4, look.Sandboxes)
			require.Equal(t, test.atOnce, look.AtOnce)
			versions := 8
			if test.atOnce > 0 {
				versions = 2
			}
			require.Len(t, run.NeededVersions(in, look), versions)
		})
	}
}

// confirmed adds a look's samples, each sandbox's cold one first. apart counts the sandboxes of arm64 that are told apart.
func confirmed(look run.Round, apart int) (samples []tuning.Sample) {
	for _, m := range look.Measurements {
		for i := range look.Sandboxes {
			s := tuning.Sample{
				Configuration: m.Configuration, Sandbox: run.FirstSandbox(look) + i, Confirming: true, Source: tuning.LogTail, Duration: 960,
			}
			if m.Architecture == tuning.X86 {
				s.Duration = 900 + 40*float64(i%2)
			} else {
				s.Sandbox = run.FirstSandbox(look) + i%apart
			}
			s.BilledDuration = s.Duration
			cold := s
			cold.Cold = true
			samples = append(samples, cold, s)
		}
	}
	return samples
}

// If the sandboxes cannot be told apart the look is made once more, each of them on a version of its own, and so are all
// that follow.
func TestALookIsRepeatedIfItsSandboxesMayHaveBeenOne(t *testing.T) {
	in, state, samples := explored(t)
	look, _ := rounds.Next(in, state, samples)
	state.Round = look
	after, more := rounds.Next(in, state, append(samples, confirmed(look, 4)...))
	require.True(t, more, "too close to call")
	require.Equal(t, after.Sandboxes, after.AtOnce)

	after, more = rounds.Next(in, state, append(slices.Clone(samples), confirmed(look, 2)...))
	require.True(t, more)
	require.Equal(t, 18, after.Sandboxes, "as many as the one with two lacks")
	require.Equal(t, look.Measurements, after.Measurements, "for both")

	samples = append(samples, confirmed(look, 1)...)
	again, more := rounds.Next(in, state, samples)
	require.True(t, more)
	require.Equal(t, run.Round{Number: look.Number + 1, Phase: run.PhaseConfirm, Measurements: look.Measurements, Sandboxes: 4}, again)

	state.Round = again
	after, more = rounds.Next(in, state, append(samples, confirmed(again, 4)...))
	require.True(t, more)
	require.Equal(t, again.Number+1, after.Number)
	require.Zero(t, after.AtOnce)
}
