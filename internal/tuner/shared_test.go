package tuner

import (
	"encoding/json"
	"os"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

const (
	x86Function = "arn:aws:lambda:eu-west-1:123456789012:function:prime-x86"
	armFunction = "arn:aws:lambda:eu-west-1:123456789012:function:prime-arm"
)

// renewGolden reports whether golden files are written instead of compared (make golden).
var renewGolden = os.Getenv("UPDATE_SNAPS") == "always"

// bothTargets has arm64 as the first target: what serves today, at 512 MB.
func bothTargets() (input.Input, run.Journal) {
	siblings := input.Defaults{Targets: []input.DefaultTarget{{Name: "Prime", Functions: []string{armFunction, x86Function}, LiveAlias: "live"}}}
	in, _, err := input.Decode(json.RawMessage(`{"num":10}`), siblings)
	if err != nil {
		panic(err)
	}
	return in, run.Journal{Targets: []run.Target{
		{Function: armFunction, Architecture: tuning.Arm, MemorySize: 512, EphemeralStorage: 512, Today: run.Today{MemorySize: 512, Version: "3"}, Owned: true},
		{Function: x86Function, Architecture: tuning.X86, MemorySize: 512, EphemeralStorage: 512, Today: run.Today{MemorySize: 512, Version: "3"}, Owned: true},
	}}
}

func asking(a tuning.Architecture, size, samples int) tuning.Measurement {
	return tuning.Measurement{Configuration: tuning.Configuration{Architecture: a, MemorySize: size}, Samples: samples}
}
