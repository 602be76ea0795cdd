package asl_test

import (
	"encoding/json"
	"testing"

	"github.com/gkampitakis/go-snaps/snaps"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

var functions = map[asl.Step]string{
	asl.Plan:    "arn:aws:lambda:eu-central-1:123456789012:function:plan",
	asl.Prepare: "arn:aws:lambda:eu-central-1:123456789012:function:prepare",
	asl.Measure: "arn:aws:lambda:eu-central-1:123456789012:function:measure",
	asl.Restore: "arn:aws:lambda:eu-central-1:123456789012:function:restore",
	asl.Verdict: "arn:aws:lambda:eu-central-1:123456789012:function:verdict",
	asl.Apply:   "arn:aws:lambda:eu-central-1:123456789012:function:apply",
	asl.Heal:    "arn:aws:lambda:eu-central-1:123456789012:function:heal",
}

var defaults = tuning.Defaults{
	PowerValues:    []int{128, 512},
	TimeoutSeconds: 3600, TunerArchitecture: explore.Arm,
	Payload: json.RawMessage(`{"nothing":null,"count":12345678901234567890}`),
	Targets: []tuning.DefaultTarget{{
		Name: "Prime", LiveAlias: "live", Functions: []string{
			"arn:aws:lambda:eu-central-1:123456789012:function:prime-x86",
			"arn:aws:lambda:eu-central-1:123456789012:function:prime-arm64",
		},
	}},
}

func TestDefinitions(t *testing.T) {
	for name, definition := range map[string]map[string]any{
		"tuning":  asl.Tuning(functions, defaults),
		"healing": asl.Healing(functions),
	} {
		t.Run(name, func(t *testing.T) {
			text, err := json.MarshalIndent(definition, "", "  ")
			require.NoError(t, err)
			snaps.WithConfig(snaps.Dir("testdata"), snaps.Filename(name), snaps.Ext(".asl.json")).
				MatchStandaloneSnapshot(t, string(text)+"\n")
			_, err = statemachine.Parse(string(text))
			require.NoError(t, err)
		})
	}
}
