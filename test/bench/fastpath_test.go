package bench

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/tuner/decide"
	"github.com/dualarch/dualarch/internal/tuner/explorer"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/rounds"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/figures"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

const (
	// planned is when a whole execution's first invocation begins, about, and between how long its rounds are apart.
	planned, between = 20 * time.Second, 15 * time.Second
	// invokeLatency is what an invocation takes beside what its report says: the Simulator's default.
	invokeLatency = 12 * time.Millisecond
	// functionARN is that of the Simulator's functions.
	functionARN = "arn:aws:lambda:us-east-1:123456789012:function:"
)

// decided is what a whole execution of the siblings decides, without one: rounds and output are the production code's,
// and the samples between them come from the hosts that the Simulator's sandboxes would run on. A version's number tells
// its host, so both draw the same.
func (s siblings) decided(t *testing.T, given string) tuning.Output {
	t.Helper()
	f := s.onFastPath(t, given)
	f.explore()
	for {
		next, more := rounds.Next(f.in, f.state, f.samples)
		if !more {
			break
		}
		f.measure(next)
	}
	output, err := decide.Decide(f.in, f.state, f.samples)
	require.NoError(t, err)
	return *output
}

// explored is what adaptive exploration of the siblings believes in the end.
func (s siblings) explored(t *testing.T, given string) explore.Verdict {
	t.Helper()
	f := s.onFastPath(t, given)
	f.explore()
	return explorer.Adaptive(f.in, f.state).Verdict(run.WithCosts(f.in, f.state.Journal, f.samples), nil)
}

func (s siblings) onFastPath(t *testing.T, given string) *fastPath {
	t.Helper()
	in, _, err := input.Decode(json.RawMessage(given), input.Defaults{TunerArchitecture: tuning.Arm, Targets: []input.DefaultTarget{{
		Name: "Prime", LiveAlias: "live", Functions: []string{functionARN + s.name(s.first()), functionARN + s.name(s.second())},
	}}})
	require.NoError(t, err)
	f := &fastPath{siblings: s, in: in, now: planned, published: map[tuning.Architecture]int{tuning.Arm: 1, tuning.X86: 1}}
	f.state.Overhead = float64(invokeLatency / time.Millisecond)
	for _, architecture := range []tuning.Architecture{s.first(), s.second()} {
		f.state.Journal.Targets = append(f.state.Journal.Targets, run.Target{
			Function: functionARN + s.name(architecture), Architecture: architecture, MemorySize: today, Timeout: 300,
			EphemeralStorage: 512, Today: run.Today{MemorySize: today, Version: "1"}, Owned: true, Concurrency: 50, LogGroup: "/aws/lambda/" + s.name(architecture),
		})
	}
	return f
}

// fastPath is an execution on the fast path.
type fastPath struct {
	siblings
	in        input.Input
	state     run.State
	samples   []tuning.Sample
	now       time.Duration
	published map[tuning.Architecture]int // the highest version
}

// lane is a sandbox.
type lane struct {
	tuning.Configuration
	number, samples int
	host            *lambdasim.Host
	now             time.Duration
}

// explore measures until exploring has seen enough.
func (f *fastPath) explore() {
	for {
		next, more := rounds.Next(f.in, f.state, f.samples)
		if !more || next.Phase == run.PhaseConfirm {
			return
		}
		f.measure(next)
	}
}

// measure takes a round's samples as Measure does: a cold one on top in each sandbox. Lanes run beside each other; to
// confirm they keep in step.
func (f *fastPath) measure(round run.Round) {
	f.state.Round = round
	before := len(f.samples)
	var lanes []*lane
	calls := 0
	for _, needed := range run.NeededVersions(f.in, round) {
		f.published[needed.Architecture]++
		samples := needed.Samples / needed.AtOnce
		for n := range needed.AtOnce {
			name := lambdasim.SandboxName(f.name(needed.Architecture), strconv.Itoa(f.published[needed.Architecture]), n+1)
			host := f.behavior.NewHost(f.seed, string(needed.Architecture), name)
			lanes = append(lanes, &lane{needed.Configuration, needed.Sandbox + n, samples, host, f.now})
		}
		calls = max(calls, samples+1)
	}
	for call := range calls {
		for _, l := range lanes {
			if call <= l.samples {
				f.samples = append(f.samples, l.call(round, call == 0))
			}
			f.now = max(f.now, l.now)
		}
		for _, l := range lanes {
			if round.Phase == run.PhaseConfirm {
				l.now = f.now
			}
		}
	}
	f.now += between
	if round.AtOnce > 0 {
		tellApart(f.samples[before:])
	}
}

// tellApart counts the sandboxes of a configuration as one unless all its warm invocations, which were sent at once,
// lasted longer than the way to them.
func tellApart(samples []tuning.Sample) {
	shortest := map[tuning.Configuration]tuning.Sample{}
	for _, s := range samples {
		if known, ok := shortest[s.Configuration]; !s.Cold && (!ok || s.Duration < known.Duration) {
			shortest[s.Configuration] = s
		}
	}
	for i, s := range samples {
		if short := shortest[s.Configuration]; short.Duration <= float64(invokeLatency/time.Millisecond) {
			samples[i].Sandbox = short.Sandbox
		}
	}
}

func (l *lane) call(round run.Round, cold bool) tuning.Sample {
	ms, initMs := l.host.Call(l.MemorySize, cold, l.now+invokeLatency)
	s := tuning.Sample{
		Configuration: l.Configuration, Sandbox: run.FirstSandbox(round) + l.number, Cold: cold,
		Confirming: round.Phase == run.PhaseConfirm, MaxMemoryUsed: 64, Source: tuning.LogTail,
		Duration: math.Round(ms*100) / 100, InitDuration: initMs,
	}
	s.BilledDuration = math.Ceil(math.Round(100*(s.Duration+s.InitDuration)) / 100)
	l.now += invokeLatency + time.Duration((s.Duration+s.InitDuration)*float64(time.Millisecond))
	return s
}

// What the fast path decides is what whole executions decide: to the digit, but where it matters to the second when a
// call is made.
func TestTheFastPathDecidesAsExecutionsDo(t *testing.T) {
	profiles := lambdasim.Profiles()
	count := 26
	if figures.Whole() {
		count = 200
	}
	var jobs []func(*testing.T)
	for seed := range count {
		m := hostModels[seed%len(hostModels)]
		s := siblings{behavior: m.behavior(profiles[(seed+seed/len(hostModels))%len(profiles)]), seed: uint64(seed), primary: turns(seed)}
		jobs = append(jobs, func(t *testing.T) {
			whole, fast := s.tune(t, calibration).output, s.decided(t, calibration)
			whole.Recommendation.Text, _, _ = strings.Cut(whole.Recommendation.Text, "; both answered alike") // nothing answers here
			if !m.wanders() {
				require.Equal(t, asJSON(t, whole.Recommendation), asJSON(t, fast.Recommendation), "seed %d, model %s", seed, m.name)
				return
			}
			_, _, wholly := claim(t, whole)
			_, _, fastly := claim(t, fast)
			require.InDelta(t, math.Log(1-wholly.Percent/100), math.Log(1-fastly.Percent/100), 0.25, "seed %d, model %s", seed, m.name)
		})
	}
	inParallel(t, jobs)
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	require.NoError(t, err)
	return string(text)
}
