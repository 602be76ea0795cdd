package powertuning

import (
	"fmt"
	"math"
	"regexp"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/dualarch/dualarch/internal/lambdalimits"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// check looks at every property and panics with all that is wrong. It creates nothing, and returns what
// it had to make to know: the defaults of the executions, and the code of the step functions.
func check(scope constructs.Construct, id *string, props *PowerTuningProps) (tuning.Defaults, awslambda.Code) {
	var found problems
	defaults := props.check(&found)
	found.refuse(cannotBeMade(scope, id)) // before the code is built, which takes time
	code := stepCode(props, &found)
	found.refuse(cannotBeMade(scope, id))
	return defaults, code
}

// Problems says what is wrong with the properties, each with prefix in front of the property: for
// constructs that check everything before they create anything. Whether the tuner compiles is not among
// it, since that takes time. NewPowerTuning asks it too.
func (props *PowerTuningProps) Problems(prefix string) []string {
	if props == nil {
		return nil
	}
	var found problems
	props.check(&found)
	if props.TunerBinary != nil {
		checkBinary(*props.TunerBinary, &found)
	}
	for i, problem := range found {
		found[i] = prefix + problem
	}
	return found
}

// check looks at every property but TunerBinary and returns the defaults of the executions.
func (props *PowerTuningProps) check(found *problems) tuning.Defaults {
	defaults := checkDefaults(props, found)
	checkReach(props, found)
	checkDeployment(props, found)
	return defaults
}

func cannotBeMade(scope constructs.Construct, id *string) string {
	path := *id
	if above := *scope.Node().Path(); above != "" {
		path = above + "/" + path
	}
	return fmt.Sprintf("PowerTuning %q cannot be made, nothing was created", path)
}

// checkDefaults reads the properties that an execution's input can override.
func checkDefaults(props *PowerTuningProps, found *problems) tuning.Defaults {
	d := tuning.Defaults{
		Exploration:        props.Exploration,
		Strategy:           string(props.Strategy),
		BalancedWeight:     props.BalancedWeight,
		ParallelInvocation: isTrue(props.ParallelInvocation),
		Payload:            checkPayload("Payload", props.Payload, found),
		TimeoutSeconds:     defaultTimeout,
		TunerArchitecture:  explore.Architecture(*tunerArchitecture(props).Name()),
	}
	if props.PowerValues != nil {
		if len(*props.PowerValues) == 0 {
			found.add("PowerValues", "the list is empty; give at least one memory size, or leave it out")
		}
		for i, size := range *props.PowerValues {
			property := fmt.Sprintf("PowerValues[%d]", i)
			d.PowerValues = append(d.PowerValues, wholeNumber(property, size, float64(lambdalimits.MemorySize.Least), math.MaxInt32, "a memory size in MB, 128 or more", found))
		}
	}
	if props.Num != nil {
		d.Num = wholeNumber("Num", props.Num, 5, 10000, "a number from 5 to 10000", found)
	}
	switch props.Exploration {
	case "", tuning.Adaptive, tuning.Exhaustive:
	default:
		found.add("Exploration", "%q is not a way to explore; give tuning.Adaptive or tuning.Exhaustive", props.Exploration)
	}
	switch props.Strategy {
	case "", tuning.Cost, tuning.Speed, tuning.Balanced:
	default:
		found.add("Strategy", "%q is not a strategy; give tuning.Cost, tuning.Speed or tuning.Balanced", props.Strategy)
	}
	if w := props.BalancedWeight; w != nil && !(*w >= 0 && *w <= 1) {
		found.add("BalancedWeight", "%v is not a weight; give a number from 0 (speed) to 1 (cost)", number(w))
	}
	checkSeconds("TotalExecutionTimeout", props.TotalExecutionTimeout, 60, 365*24*60*60, "a time-out; give whole seconds from 1 minute to 365 days", &d.TimeoutSeconds, found)
	checkSeconds("MeasureTimeout", props.MeasureTimeout, tuning.StepTimeout.Seconds(), math.MaxInt32, "a time-out; give whole seconds, 15 minutes or more", &d.MeasureTimeoutSeconds, found)
	checkSeconds("LongestInvocation", props.LongestInvocation, 1, math.MaxInt32, "how long an invocation takes; give whole seconds, 1 or more", &d.LongestInvocationSeconds, found)
	checkTenant(props.TenantId, found)
	if props.TenantId != nil {
		d.TenantID = *props.TenantId
	}
	checkCompareResponses(props.CompareResponses, &d, found)
	if url := props.VisualizationUrl; url != nil {
		d.VisualizationURL = *url
		if !*awscdk.Token_IsUnresolved(url) && !strings.HasPrefix(*url, "https://") && !strings.HasPrefix(*url, "http://") {
			found.add("VisualizationUrl", "%q is not the address of a page; give one that begins with https://", *url)
		}
	}
	return d
}

// checkSeconds reads a duration that goes into the definition, where one is given.
func checkSeconds(property string, given awscdk.Duration, from, to float64, meaning string, into *int, found *problems) {
	if given == nil {
		return
	}
	if *given.IsUnresolved() {
		found.add(property, "a token is known too late; give a duration that is known at synthesis")
	} else if seconds := *given.ToMilliseconds(nil) / 1000; seconds < from || seconds > to || seconds != math.Trunc(seconds) {
		found.add(property, "%v seconds is not %s", seconds, meaning)
	} else {
		*into = int(seconds)
	}
}

// checkTenant looks at a tenant's id, where one is given that is known at synthesis.
func checkTenant(id *string, found *problems) {
	if id != nil && !*awscdk.Token_IsUnresolved(id) && !tuning.ValidTenantID(*id) {
		found.add("TenantId", "%q is not a tenant's id; give %s", *id, tuning.AllowedTenantID)
	}
}

func checkCompareResponses(c *CompareResponses, d *tuning.Defaults, found *problems) {
	if c == nil {
		return
	}
	if isTrue(c.Disabled) {
		d.CompareResponses = []byte("false")
		if c.Ignore != nil {
			found.add("CompareResponses.Ignore", "there is nothing to ignore where Disabled is true; leave one of them out")
		}
		return
	}
	ignore := []string{}
	for i, pointer := range given(c.Ignore) {
		if pointer == nil || !strings.HasPrefix(strings.TrimPrefix(*pointer, "response:"), "/") {
			found.add(fmt.Sprintf("CompareResponses.Ignore[%d]", i), "%s is not a JSON pointer; give one that begins with a slash, such as /body/elapsed", text(pointer))
			continue
		}
		ignore = append(ignore, *pointer)
	}
	// Strings always marshal.
	d.CompareResponses, _ = marshal(map[string]any{"ignore": ignore})
}

var namePrefix = regexp.MustCompile(`^[A-Za-z0-9_-]{1,43}$`)

// checkDeployment looks at how the stack itself is deployed.
func checkDeployment(props *PowerTuningProps, found *problems) {
	if props.Vpc == nil {
		if props.VpcSubnets != nil {
			found.add("VpcSubnets", "they belong to no VPC; give Vpc too")
		}
		if props.SecurityGroups != nil {
			found.add("SecurityGroups", "they belong to no VPC; give Vpc too")
		}
	}
	if prefix := props.StateMachineNamePrefix; prefix != nil && !namePrefix.MatchString(*prefix) {
		found.add("StateMachineNamePrefix", "%q cannot begin a state machine's name; give 1 to 43 letters, digits, hyphens and underscores", *prefix)
	}
	switch a := tunerArchitecture(props); *a.Name() {
	case string(explore.X86), string(explore.Arm):
	default:
		found.add("TunerArchitecture", "%q is not an architecture of Lambda; give awslambda.Architecture_ARM_64() or awslambda.Architecture_X86_64()", *a.Name())
	}
}

// wholeNumber reads a number that goes into the definition, where a token would come too late. (A token
// is a number too: far below zero.)
func wholeNumber(property string, n *float64, from, to float64, meaning string, found *problems) int {
	if n == nil || !(*n >= from && *n <= to) || *n != math.Trunc(*n) {
		found.add(property, "%v is not a whole number known at synthesis that is %s", number(n), meaning)
		return 0
	}
	return int(*n)
}

// number shows a number that was given.
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

// text shows a string that was given.
func text(s *string) string {
	if s == nil {
		return "nil"
	}
	return fmt.Sprintf("%q", *s)
}

func isTrue(b *bool) bool { return b != nil && *b }

// given is an optional list's content.
func given[T any](list *[]T) []T {
	if list == nil {
		return nil
	}
	return *list
}
