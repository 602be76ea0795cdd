package verdicts

import (
	"fmt"

	"github.com/dualarch/dualarch/tuning"
)

// GoLines returns the lines of the app to change for what is advised: of DualArchFunctionProps for siblings, of CDK's
// FunctionProps for one function. There are none if nothing is to change.
func GoLines(o *tuning.Output) []string {
	r := o.Recommendation
	if r == nil || r.Action != tuning.Change {
		return nil
	}
	memory := fmt.Sprintf("MemorySize: jsii.Number(%d)", r.Power)
	if len(o.Targets) == 1 {
		return []string{memory + ","}
	}
	sibling, primary := "X86", "awslambda.Architecture_X86_64()"
	if r.Architecture == tuning.Arm {
		sibling, primary = "Arm64", "awslambda.Architecture_ARM_64()"
	}
	today, known := Today(o)
	line := fmt.Sprintf("%s: &dualarch.SiblingOptions{%s},", sibling, memory)
	if known && today.Architecture == r.Architecture {
		return []string{line}
	}
	return []string{"Primary: " + primary + ",", line}
}
