package decide

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/packing"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
)

// renew reports whether golden files are written instead of compared (make golden).
var renew = os.Getenv("UPDATE_SNAPS") == "always"

// goldenOutputs are whole outputs of a simulated run, from input to output as the state machine returns it.
func goldenOutputs(t *testing.T) map[string]json.RawMessage {
	_, two := simulation.TwoTargets()
	two.Targets[0], two.Targets[1] = two.Targets[1], two.Targets[0] // x86_64 serves today
	_, one := simulation.OneTarget()
	d := input.Defaults{TunerArchitecture: tuning.Arm, Targets: []input.DefaultTarget{{
		Name: "Prime", Functions: []string{simulation.X86ARN, simulation.ArmARN}, LiveAlias: "live", Payload: json.RawMessage(`{"max":50000}`),
	}}}
	outputs := map[string]json.RawMessage{}
	for name, test := range map[string]struct {
		input   string
		journal run.Journal
		mean    func(memorySize int) float64 // on x86_64
		arm     float64                      // as a share of that
	}{
		"one-target":  {simulation.Given(`"num":10,"powerValues":[256,1024],"strategy":"speed","includeOutputResults":true`), one, oneThread, 0.88},
		"two-targets": {`{"powerValues":[512,1024],"invocationsPerMonth":3000000}`, two, oneThread, 0.88},
		// Both what memory and what the architecture gives is confirmed.
		"divided": {`{"powerValues":[128,256,512,1024]}`, two, hardlyFaster, 1.05},
		// x86_64 has no chance, so what each gives is estimated.
		"left-out": {`{"powerValues":[128,256,512,1024]}`, two, hardlyFaster, 0.6},
	} {
		in, warnings, err := input.Decode(json.RawMessage(test.input), d)
		require.NoError(t, err)
		w := simulation.World{Random: rand.New(rand.NewPCG(2, 3)), Host: 0.01, Noise: 0.04, Init: 92, Mean: func(c tuning.Configuration) float64 {
			if c.Architecture == tuning.Arm {
				return test.arm * test.mean(c.MemorySize)
			}
			return test.mean(c.MemorySize)
		}}
		f := w.Run(t, in, test.journal)
		s := run.State{
			Journal: test.journal, Failures: f.Failures, Warnings: warnings, Responses: answers.New(in.Comparison()),
			Counts: run.Counts{Invocations: len(f.Samples), Transitions: 11, StepGBSeconds: 32},
		}
		for _, sample := range f.Samples {
			s.Responses.Add(sample.Architecture, sample.Payload, []byte(`{"statusCode":200,"body":"{\"message\":\"There are 5133 prime numbers <= 50000\"}"}`))
		}
		packed, err := packing.Encode(f.Samples)
		require.NoError(t, err)
		samples, err := packing.Decode(packed)
		require.NoError(t, err)
		output, err := Decide(in, s, samples)
		require.NoError(t, err)
		text, err := json.MarshalIndent(output, "", "  ")
		require.NoError(t, err)
		outputs[name] = append(text, '\n')
	}
	return outputs
}

// oneThread halves its time with twice the memory, up to one processor.
func oneThread(memorySize int) float64 { return 180_000 / float64(min(memorySize, 1769)) }

// hardlyFaster is a function that mostly waits.
func hardlyFaster(memorySize int) float64 { return 100 + 6400/float64(memorySize) }

func TestGoldenOutputs(t *testing.T) {
	for name, got := range goldenOutputs(t) {
		path := filepath.Join("testdata", "output-"+name+".json")
		if renew {
			require.NoError(t, os.MkdirAll("testdata", 0o755))
			require.NoError(t, os.WriteFile(path, got, 0o644))
		}
		want, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), "%s: make golden renews it", path)
	}
}

// What AWS Lambda Power Tuning's users read stands where theirs stands, under the same names and types.
func TestOutputsKeepThePeersContract(t *testing.T) {
	for name, got := range goldenOutputs(t) {
		decoder := json.NewDecoder(bytes.NewReader(got))
		var peer struct {
			Power        *int     `json:"power"`
			Cost         *float64 `json:"cost"`
			Duration     *float64 `json:"duration"`
			StateMachine *struct {
				ExecutionCost *float64 `json:"executionCost"`
				LambdaCost    *float64 `json:"lambdaCost"`
				Visualization *string  `json:"visualization"`
			} `json:"stateMachine"`
			Stats []struct {
				AveragePrice    *float64 `json:"averagePrice"`
				AverageDuration *float64 `json:"averageDuration"`
				Value           *int     `json:"value"`
			} `json:"stats"`
		}
		require.NoError(t, decoder.Decode(&peer), name)
		require.NotNil(t, peer.Power)
		require.Positive(t, *peer.Cost)
		require.Positive(t, *peer.Duration)
		require.Positive(t, *peer.StateMachine.ExecutionCost)
		require.Positive(t, *peer.StateMachine.LambdaCost)
		require.Contains(t, *peer.StateMachine.Visualization, "https://lambda-power-tuning.show/#")
		if name != "one-target" {
			require.Empty(t, peer.Stats, "only with includeOutputResults")
			continue
		}
		require.Len(t, peer.Stats, 2, "today's 512 MB was not asked for")
		for _, s := range peer.Stats {
			require.Positive(t, *s.AveragePrice)
			require.Positive(t, *s.AverageDuration)
			require.NotEqual(t, 512, *s.Value)
		}
	}
}
