package bench

import (
	"cmp"
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/input"
	simulated "github.com/dualarch/dualarch/test/tuner"
	"github.com/dualarch/dualarch/tuning"
)

// today is the memory size that live traffic runs on, in MB.
const today = 512

// siblings are a function on both architectures. Today's configuration is the primary's at 512 MB.
type siblings struct {
	behavior lambdasim.Behavior
	seed     uint64
	primary  tuning.Architecture // arm64 where it is not given
	// beside is how many control calls a second somebody else makes meanwhile.
	beside int
}

// first is the primary's architecture, second the other one.
func (s siblings) first() tuning.Architecture { return cmp.Or(s.primary, tuning.Arm) }
func (s siblings) second() tuning.Architecture {
	return map[tuning.Architecture]tuning.Architecture{tuning.Arm: tuning.X86, tuning.X86: tuning.Arm}[s.first()]
}

// name is a function's.
func (s siblings) name(a tuning.Architecture) string { return "prime-" + string(a) }

// finished is an execution that has succeeded.
type finished struct {
	*statemachine.Execution
	transitions int
	output      tuning.Output
	// throttled counts the run's control calls that Lambda throttled, the others those of somebody else.
	throttled, beside, besideThrottled int
}

// tune runs a whole execution on the simulated AWS: the definition as it is deployed, the steps, the SDK.
func (s siblings) tune(t *testing.T, given string) finished {
	t.Helper()
	var done finished
	synctest.Test(t, func(t *testing.T) {
		sim := lambdasim.New(lambdasim.Options{Seed: s.seed})
		target := input.DefaultTarget{Name: "Prime", LiveAlias: "live"}
		for _, architecture := range []tuning.Architecture{s.first(), s.second()} {
			name := s.name(architecture)
			sim.CreateFunction(lambdasim.Function{
				Name: name, Architecture: string(architecture), MemorySize: today, Timeout: 300, Behavior: s.behavior,
			})
			sim.PointAlias(name, "live", sim.Publish(name, ""))
			target.Functions = append(target.Functions, sim.FunctionARN(name))
		}
		deployed, err := simulated.Deploy(sim, input.Defaults{
			TunerArchitecture: tuning.Arm, Targets: []input.DefaultTarget{target},
		}, simulated.Options{})
		require.NoError(t, err)
		stop := func() (int, int) { return 0, 0 }
		if s.beside > 0 {
			stop = sim.Load(s.beside)
		}
		execution, err := deployed.Run(given)
		beside, besideThrottled := stop()
		require.NoError(t, err)
		outcome := execution.Outcome()
		require.Equal(t, statemachine.Succeeded, outcome.Status, "seed %d: %v", s.seed, outcome.Error)
		done = finished{
			Execution: execution, transitions: outcome.Transitions,
			beside: beside, besideThrottled: besideThrottled, throttled: sim.Throttled() - besideThrottled,
		}
		require.NoError(t, json.Unmarshal([]byte(outcome.Output), &done.output))
	})
	return done
}

// lambdaTime is how long the tuner's own Lambdas ran.
func (f finished) lambdaTime() time.Duration {
	var total time.Duration
	var entered time.Time
	for _, event := range f.History() {
		switch event.Type {
		case "TaskStateEntered":
			entered = event.Time
		case "TaskStateExited":
			total += event.Time.Sub(entered)
		}
	}
	return total
}

// exhaustive is the input of a run that measures the given memory sizes ten times each.
func exhaustive(sizes []int) string {
	list, err := json.Marshal(sizes)
	if err != nil {
		panic(err) // numbers always marshal
	}
	return fmt.Sprintf(`{"exploration":"exhaustive","powerValues":%s,"num":%d}`, list, samples)
}
