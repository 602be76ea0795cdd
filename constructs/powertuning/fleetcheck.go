package powertuning

import (
	"fmt"
	"math"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/asl"
)

const (
	// mostTuners of a fleet: each gives its stack two parameters, of which CloudFormation takes 200, and each ten of them
	// its roles a policy, of which IAM takes 10.
	mostTuners = 90
	// mostAtOnce is how many functions a fleet tunes at a time at most.
	mostAtOnce = 1000
)

// checkFleet panics with everything that is wrong with the properties. It creates nothing, and returns what it made to
// find out.
func checkFleet(scope constructs.Construct, id *string, props *FleetProps) (asl.FleetSettings, []*powerTuning, awslambda.Code) {
	var found problems
	found.Place(scope, id)
	settings, tuners := props.check(&found)
	found.Refuse("Fleet", prop.Path(scope, id)) // before the code is built, which takes time
	checkEnvironments(awscdk.Stack_Of(scope), tuners, &found)
	found.Refuse("Fleet", prop.Path(scope, id))
	code := stepCode(props.deployed(), &found)
	found.Refuse("Fleet", prop.Path(scope, id))
	return settings, tuners, code
}

// check checks every property but TunerBinary.
func (props *FleetProps) check(found *problems) (asl.FleetSettings, []*powerTuning) {
	s := asl.FleetSettings{MaxConcurrency: 2, TimeoutSeconds: 30 * 24 * 60 * 60}
	if props.MaxConcurrency != nil {
		s.MaxConcurrency = wholeNumber("MaxConcurrency", props.MaxConcurrency, 1, mostAtOnce, "a number of functions at a time, 1 to 1000", found)
	}
	if cost := props.MaxCost; cost != nil {
		if !(*cost > 0) || math.IsInf(*cost, 0) { // a token is far below zero
			found.Add("MaxCost", "%v is not an amount known at synthesis; give USD above 0", number(cost))
		}
		if *cost > 0 && *cost < asl.LeastFleetCost {
			found.Add("MaxCost", "%v cannot be shared out; give USD, at least 0.000001", number(cost))
		}
		s.MaxCost = *cost
	}
	checkSeconds("OlderThan", props.OlderThan, 0, math.MaxInt32, "an age; give whole seconds, 0 or more", &s.OlderThanSeconds, found)
	checkSeconds("TotalExecutionTimeout", props.TotalExecutionTimeout, 60*60, 365*24*60*60, "a time-out; give whole seconds from 1 hour to 365 days", &s.TimeoutSeconds, found)
	if props.OlderThan == nil { // no execution that was stopped has older verdicts
		s.OlderThanSeconds = s.TimeoutSeconds
	}
	if props.ListKey != nil && props.ListBucket == nil {
		found.Add("ListKey", "%s belongs to no bucket; give ListBucket too", text(props.ListKey))
	}
	*found = append(*found, props.Results.Problems("Results")...)
	if props.Results != nil && props.Results.EventBus != nil {
		found.Add("Results.EventBus", "a fleet sends no events; leave it out, and give it to the Results of its tuners")
	}
	checkDeployment(props.deployed(), found)
	return s, props.checkTuners(found)
}

func (props *FleetProps) checkTuners(found *problems) []*powerTuning {
	var tuners []*powerTuning
	given := map[string]bool{}
	if n := len(prop.Value(props.Tuners)); n == 0 || n > mostTuners {
		found.Add("Tuners", "%d tuners are not a fleet; give 1 to %d, those that NewPowerTuning or DualArchFunction.PowerTuning return", n, mostTuners)
		return nil
	}
	for i, t := range *props.Tuners {
		property := fmt.Sprintf("Tuners[%d]", i)
		p, ours := t.(*powerTuning)
		switch {
		case !ours || p == nil:
			found.Add(property, "%v is not a tuner of this app; give one that NewPowerTuning or DualArchFunction.PowerTuning returns", t)
		case given[*p.Node().Path()]: // functions that share a tuner return it each
		default:
			given[*p.Node().Path()] = true
			tuners = append(tuners, p)
		}
	}
	return tuners
}

// checkEnvironments refuses tuners elsewhere: their state machines could not be started.
func checkEnvironments(stack awscdk.Stack, tuners []*powerTuning, found *problems) {
	for i, t := range tuners {
		its := awscdk.Stack_Of(t)
		if *its.Account() != *stack.Account() || *its.Region() != *stack.Region() {
			known := !*awscdk.Token_IsUnresolved(its.Region()) && !*awscdk.Token_IsUnresolved(stack.Region())
			if known {
				found.Add(fmt.Sprintf("Tuners[%d]", i), "%q is in the account %s and region %s, and the fleet in %s and %s; create a fleet in each",
					*t.Node().Path(), *its.Account(), *its.Region(), *stack.Account(), *stack.Region())
			}
		}
	}
}
