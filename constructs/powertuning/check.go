package powertuning

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
)

type problems = prop.Problems

// check panics with everything that is wrong with the properties. It creates nothing, and returns what
// it made to find out: the defaults of the executions, what they may tune, and the code of the step functions.
func check(scope constructs.Construct, id *string, props *PowerTuningProps) (input.Defaults, reach, awslambda.Code) {
	var found problems
	found.Place(scope, id)
	defaults := props.check(&found)
	found.Refuse("PowerTuning", prop.Path(scope, id)) // before the code is built, which takes time
	reach := newReach(awscdk.Stack_Of(scope), props, defaults)
	found = append(found, reach.problems()...)
	found.Refuse("PowerTuning", prop.Path(scope, id))
	code := stepCode(props, &found)
	found.Refuse("PowerTuning", prop.Path(scope, id))
	return defaults, reach, code
}

// Problems returns what is wrong with the properties, each with prefix in front of the property, for
// constructs that check everything before they create anything. It does not compile the tuner, because
// that takes time. NewPowerTuning calls it too.
func (props *PowerTuningProps) Problems(prefix string) []string {
	if props == nil {
		return nil
	}
	var found problems
	props.check(&found)
	if property, path := props.given(); path != "" {
		checkBinary(property, path, props, &found)
	}
	for i, problem := range found {
		found[i] = prefix + problem
	}
	return found
}

// check checks every property but TunerBinary and returns the defaults of the executions.
func (props *PowerTuningProps) check(found *problems) input.Defaults {
	defaults := checkDefaults(props, found)
	checkOwners(props, &defaults, found)
	checkReach(props, found)
	checkDeployment(props, found)
	*found = append(*found, props.Results.Problems("Results")...)
	if props.AdviceAlarm != nil && props.Results == nil {
		found.Add("AdviceAlarm", "no results are kept that it could compare; give Results too")
	}
	return defaults
}

// checkDefaults checks and returns the properties that an execution's input can override.
func checkDefaults(props *PowerTuningProps, found *problems) input.Defaults {
	d := input.Defaults{
		Exploration:        props.Exploration,
		Strategy:           string(props.Strategy),
		BalancedWeight:     props.BalancedWeight,
		ParallelInvocation: prop.Value(props.ParallelInvocation),
		Payload:            checkPayload("Payload", props.Payload, found),
		TimeoutSeconds:     defaultTimeout,
		TunerArchitecture:  tuning.Architecture(*tunerArchitecture(props).Name()),
	}
	d.PowerValues = checkSizes("PowerValues", props.PowerValues, found)
	if props.Num != nil {
		d.Num = wholeNumber("Num", props.Num, 5, 10000, "a number from 5 to 10000", found)
	}
	switch props.Exploration {
	case "", tuning.Adaptive, tuning.Exhaustive:
	default:
		found.Add("Exploration", "%q is not a way to explore; give tuning.Adaptive or tuning.Exhaustive", props.Exploration)
	}
	switch props.Strategy {
	case "", tuning.Cost, tuning.Speed, tuning.Balanced:
	default:
		found.Add("Strategy", "%q is not a strategy; give tuning.Cost, tuning.Speed or tuning.Balanced", props.Strategy)
	}
	if w := props.BalancedWeight; w != nil && !(*w >= 0 && *w <= 1) {
		found.Add("BalancedWeight", "%v is not a weight; give a number from 0 (speed) to 1 (cost)", number(w))
	}
	checkSeconds("TotalExecutionTimeout", props.TotalExecutionTimeout, 60, 365*24*60*60, "a time-out; give whole seconds from 1 minute to 365 days", &d.TimeoutSeconds, found)
	checkSeconds("MeasureTimeout", props.MeasureTimeout, timing.StepTimeout.Seconds(), math.MaxInt32, "a time-out; give whole seconds, 15 minutes or more", &d.MeasureTimeoutSeconds, found)
	checkSeconds("LongestInvocation", props.LongestInvocation, 1, math.MaxInt32, "how long an invocation takes; give whole seconds, 1 or more", &d.LongestInvocationSeconds, found)
	checkTenant(props.TenantId, found)
	if props.TenantId != nil {
		d.TenantID = *props.TenantId
	}
	checkCompareResponses(props.CompareResponses, &d, found)
	if url := props.VisualizationUrl; url != nil {
		d.VisualizationURL = *url
		if !*awscdk.Token_IsUnresolved(url) && !strings.HasPrefix(*url, "https://") && !strings.HasPrefix(*url, "http://") {
			found.Add("VisualizationUrl", "%q is not the address of a page; give one that begins with https://", *url)
		}
	}
	return d
}

// checkSizes checks and returns memory sizes, if they are given.
func checkSizes(property string, given *[]*float64, found *problems) (sizes []int) {
	if given == nil {
		return nil
	}
	if len(*given) == 0 {
		found.Add(property, "the list is empty; give at least one memory size, or leave it out")
	}
	for i, size := range *given {
		sizes = append(sizes, wholeNumber(fmt.Sprintf("%s[%d]", property, i), size, float64(lambdalimits.MemorySize.Least), math.MaxInt32, "a memory size in MB, 128 or more", found))
	}
	return sizes
}

// checkSeconds checks and returns a duration for the definition, if one is given.
func checkSeconds(property string, given awscdk.Duration, from, to float64, meaning string, into *int, found *problems) {
	if given == nil {
		return
	}
	if *given.IsUnresolved() {
		found.Add(property, "a token is known too late; give a duration that is known at synthesis")
	} else if seconds := *given.ToMilliseconds(nil) / 1000; seconds < from || seconds > to || seconds != math.Trunc(seconds) {
		found.Add(property, "%v seconds is not %s", seconds, meaning)
	} else {
		*into = int(seconds)
	}
}

// checkTenant checks a tenant's id, if one is given and known at synthesis.
func checkTenant(id *string, found *problems) {
	if id != nil && !*awscdk.Token_IsUnresolved(id) && !input.ValidTenantID(*id) {
		found.Add("TenantId", "%q is not a tenant's id; give %s", *id, input.AllowedTenantID)
	}
}

func checkCompareResponses(c *CompareResponses, d *input.Defaults, found *problems) {
	if c == nil {
		return
	}
	if prop.Value(c.Disabled) {
		d.CompareResponses = []byte("false")
		if c.Ignore != nil {
			found.Add("CompareResponses.Ignore", "there is nothing to ignore where Disabled is true; leave one of them out")
		}
		return
	}
	ignore := []string{}
	for i, pointer := range prop.Value(c.Ignore) {
		if pointer == nil || !strings.HasPrefix(strings.TrimPrefix(*pointer, "response:"), "/") {
			found.Add(fmt.Sprintf("CompareResponses.Ignore[%d]", i), "%s is not a JSON pointer; give one that begins with a slash, such as /body/elapsed", text(pointer))
			continue
		}
		ignore = append(ignore, *pointer)
	}
	// Strings always marshal.
	d.CompareResponses, _ = marshal(map[string]any{"ignore": ignore})
}

var namePrefix = regexp.MustCompile(`^[A-Za-z0-9_-]{1,43}$`)

// checkDeployment checks how the stack itself is deployed.
func checkDeployment(props *PowerTuningProps, found *problems) {
	if props.Vpc == nil {
		if props.VpcSubnets != nil {
			found.Add("VpcSubnets", "they belong to no VPC; give Vpc too")
		}
		if props.SecurityGroups != nil {
			found.Add("SecurityGroups", "they belong to no VPC; give Vpc too")
		}
	}
	if prefix := props.StateMachineNamePrefix; prefix != nil && !namePrefix.MatchString(*prefix) {
		found.Add("StateMachineNamePrefix", "%q cannot begin a state machine's name; give 1 to 43 letters, digits, hyphens and underscores", *prefix)
	}
	switch a := tunerArchitecture(props); *a.Name() {
	case string(tuning.X86), string(tuning.Arm):
	default:
		found.Add("TunerArchitecture", "%q is not an architecture of Lambda; give awslambda.Architecture_ARM_64() or awslambda.Architecture_X86_64()", *a.Name())
	}
}

// wholeNumber checks and returns a number for the definition, in which a token would come too late. (A
// token is a number too: far below zero.)
func wholeNumber(property string, n *float64, from, to float64, meaning string, found *problems) int {
	if n == nil || !prop.IsWhole(*n, from, to) {
		found.Add(property, "%v is not a whole number known at synthesis that is %s", number(n), meaning)
		return 0
	}
	return int(*n)
}

// number formats a given number.
func number(n *float64) any {
	switch {
	case n == nil:
		return "nil"
	case math.IsNaN(*n), math.IsInf(*n, 0): // jsii cannot be asked about these
		return *n
	case *awscdk.Token_IsUnresolved(n):
		return "a token"
	}
	return *n
}

// text formats a given string.
func text(s *string) string {
	if s == nil {
		return "nil"
	}
	return fmt.Sprintf("%q", *s)
}
