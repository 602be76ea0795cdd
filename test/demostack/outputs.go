package demostack

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/test/emulator"
)

// Architectures are Lambda's names of the two siblings' architectures.
var Architectures = []string{"x86_64", "arm64"}

// Outputs are the stack's outputs by name.
type Outputs map[string]string

func readOutputs(file string) (Outputs, error) {
	outputs, err := emulator.ReadOutputs(file, Name)
	if err != nil {
		return nil, err
	}
	for _, name := range names() {
		if outputs[name] == "" {
			return nil, fmt.Errorf("stack %s has no output %s; its outputs are %v", Name, name, outputs)
		}
	}
	return outputs, nil
}

// names returns the outputs that the demo stack promises.
func names() []string {
	names := []string{"ApiBasePath", "PowerTuningStateMachineArn"}
	for _, function := range []string{"Number", "Prime"} {
		for _, architecture := range Architectures {
			names = append(names, perSibling(function, architecture, "Url"), perSibling(function, architecture, "FunctionName"))
		}
	}
	slices.Sort(names)
	return names
}

// URL returns the API's URL of one sibling of the demo's "Number" or "Prime".
func (o Outputs) URL(function, architecture string) string {
	return o[perSibling(function, architecture, "Url")]
}

// FunctionName returns the Lambda function's name of one sibling of the demo's "Number" or
// "Prime".
func (o Outputs) FunctionName(function, architecture string) string {
	return o[perSibling(function, architecture, "FunctionName")]
}

// StateMachine returns the ARN of the power tuning state machine.
func (o Outputs) StateMachine() string { return o["PowerTuningStateMachineArn"] }

// perSibling names an output such as PrimeX8664Url or PrimeArm64Url.
func perSibling(function, architecture, what string) string {
	return function + strings.ReplaceAll(strings.ToUpper(architecture[:1])+architecture[1:], "_", "") + what
}
