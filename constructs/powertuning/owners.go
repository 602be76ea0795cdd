package powertuning

import (
	"fmt"
	"math"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
)

// checkOwners checks what an execution's input cannot override, and adds it to what executions start from.
func checkOwners(props *PowerTuningProps, d *input.Defaults, found *problems) {
	c := input.Ceilings{PowerValues: checkSizes("AllowedPowerValues", props.AllowedPowerValues, found), PayloadFixed: prop.Value(props.PayloadFixed)}
	if cost := props.MaxCost; cost != nil {
		if !(*cost > 0) || math.IsInf(*cost, 0) { // a token is far below zero
			found.Add("MaxCost", "%v is not an amount known at synthesis; give USD above 0", number(cost))
		}
		c.MaxCost = *cost
	}
	if props.MaxInvocations != nil {
		c.MaxInvocations = wholeNumber("MaxInvocations", props.MaxInvocations, 5, math.MaxInt32, "a number of invocations, 5 or more", found)
	}
	if props.MaxConcurrency != nil {
		c.MaxConcurrency = wholeNumber("MaxConcurrency", props.MaxConcurrency, 1, math.MaxInt32, "a number of invocations at a time, 1 or more", found)
	}
	if c.PowerValues != nil {
		for i, size := range d.PowerValues {
			if !slices.Contains(c.PowerValues, size) {
				found.Add(fmt.Sprintf("PowerValues[%d]", i), "%d MB are not among AllowedPowerValues; add them there, or leave them out here", size)
			}
		}
	}
	if c.PayloadFixed && props.PayloadBucket != nil {
		found.Add("PayloadBucket", "no input may name a payload in it where PayloadFixed is true; leave one of them out")
	}
	d.Ceilings = c
	switch props.LatestTraffic {
	case "", tuning.Warn, tuning.Refuse:
		d.LatestTraffic = props.LatestTraffic
	default:
		found.Add("LatestTraffic", "%q is not a way to treat callers of the unqualified function; give tuning.Warn or tuning.Refuse", props.LatestTraffic)
	}
	checkAutoOptimize(props, d, found)
}

func checkAutoOptimize(props *PowerTuningProps, d *input.Defaults, found *problems) {
	a := props.AutoOptimize
	if a == nil {
		return
	}
	tunable := map[string]bool{}
	for _, f := range prop.Value(props.Functions) {
		if f != nil && f.Function != nil {
			tunable[*f.Function.FunctionArn()] = true
		}
	}
	for _, arn := range prop.Value(props.FunctionArns) {
		if arn != nil {
			tunable[*arn] = true
		}
	}
	if len(tunable) == 0 {
		found.Add("AutoOptimize", "there is nothing that it could change; give Functions or FunctionArns too, because functions of an AddTarget belong to CloudFormation")
		return
	}
	d.AutoOptimize = &input.AutoOptimize{}
	if a.FunctionArns != nil && len(*a.FunctionArns) == 0 {
		found.Add("AutoOptimize.FunctionArns", "the list is empty; give at least one ARN, or leave it out for all")
	}
	for i, arn := range prop.Value(a.FunctionArns) {
		if arn == nil || !tunable[*arn] {
			found.Add(fmt.Sprintf("AutoOptimize.FunctionArns[%d]", i), "%s is not the ARN of one of Functions and FunctionArns; give one of theirs", text(arn))
			continue
		}
		d.AutoOptimize.Functions = append(d.AutoOptimize.Functions, *arn)
	}
	for i, alias := range prop.Value(a.Aliases) {
		if alias == nil || *awscdk.Token_IsUnresolved(alias) || !input.ValidAlias(*alias) {
			found.Add(fmt.Sprintf("AutoOptimize.Aliases[%d]", i), "%s is not the name of an alias known at synthesis; give %s", text(alias), input.AllowedAlias)
			continue
		}
		d.AutoOptimize.Aliases = append(d.AutoOptimize.Aliases, *alias)
	}
}
