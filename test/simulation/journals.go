package simulation

import (
	"encoding/json"
	"math"
	"math/rand/v2"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// What the functions are called.
const (
	X86ARN     = "arn:aws:lambda:eu-west-1:123456789012:function:prime-x86"
	ArmARN     = "arn:aws:lambda:eu-west-1:123456789012:function:prime-arm"
	ForeignARN = "arn:aws:lambda:us-east-1:123456789012:function:foreign"
)

// decoded is what {"lambdaARN": ForeignARN} means.
func decoded() input.Input {
	in, _, err := input.Decode(json.RawMessage(Given(`"num":10`)), input.Defaults{})
	if err != nil {
		panic(err)
	}
	return in
}

// Given adds fields to {"lambdaARN": ForeignARN}.
func Given(fields string) string { return `{"lambdaARN":"` + ForeignARN + `",` + fields + `}` }

// CPUBound is a function that halves its duration with twice the memory up to one processor.
func CPUBound(at1769 float64) func(tuning.Configuration) float64 {
	return func(c tuning.Configuration) float64 {
		return at1769 * 1769 / math.Min(float64(c.MemorySize), 1769)
	}
}

// TwoTargets has arm64 as the first target: what serves today, at 512 MB.
func TwoTargets() (input.Input, run.Journal) {
	in := decoded()
	in.Functions, in.CompareResponses.Enabled = []string{ArmARN, X86ARN}, true
	return in, run.Journal{Targets: []run.Target{
		{Function: ArmARN, Architecture: tuning.Arm, MemorySize: 512, EphemeralStorage: 512, Today: run.Today{MemorySize: 512, Version: "3"}, Owned: true},
		{Function: X86ARN, Architecture: tuning.X86, MemorySize: 512, EphemeralStorage: 512, Today: run.Today{MemorySize: 512, Version: "3"}, Owned: true},
	}}
}

// OneTarget runs at 512 MB today.
func OneTarget() (input.Input, run.Journal) {
	return decoded(), run.Journal{Targets: []run.Target{
		{Function: ForeignARN, Architecture: tuning.X86, MemorySize: 512, EphemeralStorage: 512, Today: run.Today{MemorySize: 512, Version: "$LATEST"}},
	}}
}

// Architectures has one size, whose cost differs between the architectures by a share.
func Architectures(differ float64) (input.Input, run.Journal, World) {
	in, j := TwoTargets()
	in.PowerValues, in.Overrides = []int{512}, price.Overrides{GBSecondX86: new(1.5e-5), GBSecondArm: new(1.5e-5), Request: new(0.0)}
	return in, j, World{Random: rand.New(rand.NewPCG(1, 1)), Host: 0.01, Noise: 0.02, Mean: func(c tuning.Configuration) float64 {
		if c.Architecture == tuning.X86 {
			return 1000 * (1 - differ)
		}
		return 1000
	}}
}
