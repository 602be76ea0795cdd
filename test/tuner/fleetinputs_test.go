package tuner

import (
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/fleet"
	"github.com/dualarch/dualarch/internal/survey"
)

func TestFleetInputs(t *testing.T) {
	for name, test := range map[string]struct {
		settings asl.FleetSettings
		given    string
		want     string
	}{
		"several problems": {
			asl.FleetSettings{MaxCost: 5}, `{"targets":[],"maxCost":9,"olderThan":"week","list":"survey.json","inputs":{"Orders":{"target":"x"}},"num":5}`,
			`the input cannot be used: $.targets: given []; allowed: a list of names of constructs or functions, or of functions' ARNs, ["Orders"] for example
$.list: given "survey.json"; allowed: where a survey is, s3://bucket/survey.json for example
$.maxCost: given 9; allowed: an amount in USD above 0, at most 5 USD: the Fleet's property MaxCost
$.olderThan: given "week"; allowed: an age such as "30d", "12h" or "0d", which tunes all
$.inputs.Orders.target: given "x"; allowed: nothing: the fleet gives each execution its function and its share of maxCost, and a dry run has no verdict
$.num: given 5; allowed: only targets, list, maxCost, olderThan, input, inputs; fields of a tuning input belong into input or inputs`,
		},
		"a budget that is next to nothing": {
			asl.FleetSettings{}, `{"maxCost":1e-310}`, "the input cannot be used: $.maxCost: given 1e-310; allowed: an amount in USD that can be shared out, at least 0.000001",
		},
		"a budget that is nothing": {asl.FleetSettings{}, `{"maxCost":1e-400}`, "the input cannot be used: $.maxCost: given 1e-400; allowed: an amount in USD above 0"},
		"no object":                {asl.FleetSettings{}, `[1]`, `the input cannot be used: $: given [1]; allowed: a JSON object`},
		"unknown names": {
			asl.FleetSettings{}, `{"targets":["Odrers"],"inputs":{"Nobody":{}}}`,
			`the input cannot be used: $.targets[0]: given "Odrers"; allowed: the name of a target, or the ARN of a function, that a tuner of this fleet has: Orders, Refunds, Payments, legacy
$.inputs.Nobody: given "Nobody"; allowed: the name of a target, or the ARN of a function, that a tuner of this fleet has: Orders, Refunds, Payments, legacy`,
		},
		"what a tuner would refuse": {
			asl.FleetSettings{}, `{"inputs":{"Orders":{"num":1}},"targets":["Orders"]}`,
			"the input cannot be used: the input of Orders: the input cannot be used: $.num: given 1; allowed: a whole number from 5 to 10000",
		},
		"a budget for what knows none": {
			asl.FleetSettings{}, `{"maxCost":2,"input":{"exploration":"exhaustive"},"targets":["Orders"]}`,
			"the input cannot be used: $.maxCost: given 2; allowed: nothing beside exhaustive exploration of Orders, which takes what num and powerValues say",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				require.Equal(t, test.want, newFleetWorld(t, test.settings).refused(test.given))
			})
		})
	}
}

// A list selects and orders; it says of the others why they are left out.
func TestFleetOfASurvey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newFleetWorld(t, asl.FleetSettings{})
		function := func(name string) string { return w.sim.FunctionARN(name) }
		list, err := json.Marshal(survey.Report{Format: survey.Format, Functions: []survey.Function{
			{ARN: function("legacy")}, {ARN: function("Refunds-arm64")}, {ARN: function("Refunds-x86_64")},
			{ARN: function("elsewhere")}, {ARN: function("Payments-x86_64"), Untunable: "it is durable"},
		}})
		require.NoError(t, err)
		require.NoError(t, w.fleet.Store.PutObject("lists", "survey.json", list))
		report, _ := w.run("run", `{"list":"s3://lists/survey.json","input":{"powerValues":[256,512]}}`)
		require.ElementsMatch(t, []string{"legacy", "Refunds"}, rowNames(report.Rows))
		require.Equal(t, []fleet.LeftOut{
			{Name: "elsewhere", Function: function("elsewhere"), Why: "no tuner of this fleet may tune it; add it to Functions or FunctionArns of a PowerTuning, or make it a DualArchFunction"},
			{Name: "Payments", Function: function("Payments-x86_64"), Why: "it cannot be tuned: it is durable"},
			{Name: "Orders", Function: function("Orders-x86_64"), Why: "it is not on the list"},
		}, report.Out)
		require.Len(t, w.bank.Tuning.Executions(), 1)
		require.Equal(t, `{"invocationsPerMonth":20278,"lambdaARN":"`+function("legacy")+`","powerValues":[256,512]}`, w.bank.Tuning.Executions()[0].Input)

		require.NoError(t, w.fleet.Store.PutObject("lists", "other.json", []byte(`{"format":2}`)))
		e, err := w.fleet.Start("", `{"list":"s3://lists/other.json"}`)
		require.NoError(t, err)
		require.Contains(t, e.Wait().Error.Cause, `$.list: given \"s3://lists/other.json\"; allowed: what \"dualarch survey --json\" writes, a JSON object of format 1`)
	})
}
