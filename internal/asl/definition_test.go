package asl_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/gkampitakis/go-snaps/snaps"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
)

var functions = map[asl.Step]string{
	asl.Plan:    "arn:aws:lambda:eu-central-1:123456789012:function:plan",
	asl.Prepare: "arn:aws:lambda:eu-central-1:123456789012:function:prepare",
	asl.Measure: "arn:aws:lambda:eu-central-1:123456789012:function:measure",
	asl.Restore: "arn:aws:lambda:eu-central-1:123456789012:function:restore",
	asl.Verdict: "arn:aws:lambda:eu-central-1:123456789012:function:verdict",
	asl.Apply:   "arn:aws:lambda:eu-central-1:123456789012:function:apply",
	asl.Publish: "arn:aws:lambda:eu-central-1:123456789012:function:publish",
	asl.Heal:    "arn:aws:lambda:eu-central-1:123456789012:function:heal",

	asl.FleetList: "arn:aws:lambda:eu-central-1:123456789012:function:list",
	asl.FleetRank: "arn:aws:lambda:eu-central-1:123456789012:function:rank",
}

var fleet = asl.FleetSettings{
	Tuners: []asl.FleetTuner{{
		StateMachine: "arn:aws:states:eu-central-1:123456789012:stateMachine:tune", Heal: "arn:aws:states:eu-central-1:123456789012:stateMachine:heal",
	}},
	Bucket: "results", Prefix: "dualarch/", MaxCost: 20, OlderThanSeconds: 86400, MaxConcurrency: 2, TimeoutSeconds: 2592000,
}

var defaults = input.Defaults{
	PowerValues:    []int{128, 512},
	TimeoutSeconds: 3600, TunerArchitecture: tuning.Arm,
	Payload: json.RawMessage(`{"nothing":null,"count":12345678901234567890}`),
	Targets: []input.DefaultTarget{{
		Name: "Prime", LiveAlias: "live", Functions: []string{
			"arn:aws:lambda:eu-central-1:123456789012:function:prime-x86",
			"arn:aws:lambda:eu-central-1:123456789012:function:prime-arm64",
		},
	}},
}

func TestDefinitions(t *testing.T) {
	keeping := defaults
	keeping.Results = &input.Results{Bucket: "results", Prefix: "dualarch/", EventBus: "arn:aws:events:eu-central-1:123456789012:event-bus/default"}
	for name, definition := range map[string]map[string]any{
		"tuning":  asl.Tuning(functions, defaults),
		"keeping": asl.Tuning(functions, keeping),
		"healing": asl.Healing(functions, defaults.Targets[0].Functions),
		"fleet":   asl.Fleet(functions, fleet),
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

// What the interpreter understands beyond the definitions is listed here, so that neither grows
// unnoticed.
func TestTheInterpreterKnowsLittleElse(t *testing.T) {
	text, err := json.Marshal([]any{asl.Tuning(functions, defaults), asl.Healing(functions, defaults.Targets[0].Functions), asl.Fleet(functions, fleet)})
	require.NoError(t, err)
	var unused []string
	for _, part := range []reflect.Type{
		reflect.TypeFor[statemachine.Definition](), reflect.TypeFor[statemachine.State](), reflect.TypeFor[statemachine.Rule](),
		reflect.TypeFor[statemachine.Retrier](), reflect.TypeFor[statemachine.Catcher](),
	} {
		for _, field := range reflect.VisibleFields(part) {
			if !strings.Contains(string(text), `"`+field.Name+`":`) {
				unused = append(unused, part.Name()+"."+field.Name)
			}
		}
	}
	require.Equal(t, []string{
		"State.Result",
		"Rule.NumericLessThan", "Rule.NumericLessThanEquals",
		"Rule.NumericGreaterThan", "Rule.NumericGreaterThanEquals",
	}, unused)
}
