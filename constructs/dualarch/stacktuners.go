package dualarch

import (
	"fmt"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/powertuning"
)

// tunersID is the id of the stack's tuners in it.
const tunersID = "DualArchPowerTuning"

// stackTuners are the tuning stacks that the functions of one stack share: one, and further ones if a limit of AWS's
// would be passed.
type stackTuners struct {
	constructs.Construct // nil if it stands for tuning stacks of the user's own
	all                  []powertuning.PowerTuning
	// results and adviceAlarm are what one function or another asked for: each tuner has them.
	results     *powertuning.Results
	adviceAlarm *powertuning.AdviceAlarm
}

// ToString overrides Construct's method, because jsii takes no type that overrides nothing.
func (s *stackTuners) ToString() *string { return s.Node().Path() }

// tunersOf returns the tuners of a construct's stack, without any if it has none yet; an error says that something else
// is in their place.
func tunersOf(scope constructs.Construct) (*stackTuners, error) {
	stack := awscdk.Stack_Of(scope)
	switch found := stack.Node().TryFindChild(jsii.String(tunersID)).(type) {
	case nil:
		return &stackTuners{}, nil
	case *stackTuners:
		return found, nil
	default:
		return nil, fmt.Errorf("the stack %q has another construct of the id %s, under which its functions share a tuning stack; "+
			"give that one another id, or set PowerTuning.Own or Shared", *stack.Node().Path(), tunersID)
	}
}

// has reports whether one of the tuners has a target of that name.
func (s *stackTuners) has(name *string) bool {
	for _, tuner := range s.all {
		if tuner.HasTarget(name) {
			return true
		}
	}
	return false
}

// add lets the first tuner that has room tune a function, or else a new one.
func (s *stackTuners) add(f *function) powertuning.PowerTuning {
	for _, tuner := range s.all {
		if tuner.TryAddTarget(f) {
			return tuner
		}
	}
	if s.Construct == nil {
		constructs.NewConstruct_Override(s, awscdk.Stack_Of(f), jsii.String(tunersID))
	}
	number := ""
	if n := len(s.all) + 1; n > 1 {
		number = strconv.Itoa(n)
	}
	tuner := powertuning.NewPowerTuning(s, jsii.String("PowerTuning"+number), nil)
	// Without a hash it is the same in every app.
	tuner.StateMachineArnOutput().OverrideLogicalId(jsii.String("DualArchPowerTuningStateMachineArn" + number))
	tuner.AddTarget(f)
	s.all = append(s.all, tuner)
	return tuner
}
