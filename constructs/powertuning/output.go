package powertuning

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// newOutput shows a state machine's ARN among the outputs of the parent stack.
func newOutput(scope constructs.Construct, id *string, m machine) awscdk.CfnOutput {
	return awscdk.NewCfnOutput(scope, outputID(scope, *id, "PowerTuning"), &awscdk.CfnOutputProps{
		Description: jsii.String(`State machine that tunes: start it with {"target": "<name>"}, or with {} if it tunes one function only`),
		Value:       m.StateMachineArn(),
	})
}

// outputID returns the id of the output with the ARN of a state machine of some kind, PowerTuning or Fleet. It ends with
// that and StateMachineArn, by which dualarch tune knows it, and in a stack, where ids become logical ids as they are, something stands before that: an
// output of that very name is likely to be the user's own.
func outputID(scope constructs.Construct, id, kind string) *string {
	const arn = "StateMachineArn"
	if _, inStack := scope.(awscdk.Stack); strings.HasSuffix(id, kind) && (!inStack || id != kind) {
		return jsii.String(id + arn)
	}
	return jsii.String(id + kind + arn)
}
