package powertuning

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/constructs/internal/trust"
	"github.com/dualarch/dualarch/internal/asl"
)

// machine is a state machine with the log group of its executions.
type machine struct {
	awsstepfunctions.StateMachine
	logGroup awslogs.LogGroup
}

// defaultTimeout is the default of TotalExecutionTimeout, in seconds.
const defaultTimeout = 60 * 60

// newMachine creates a state machine that may call some of the steps, logs every event and is traced. Input and
// output stay out of the log: they hold payloads, and the execution's history keeps them for 90 days.
func newMachine(scope constructs.Construct, id string, props *PowerTuningProps, callable map[asl.Step]awslambda.Function, definition func() map[string]any) machine {
	logGroup := awslogs.NewLogGroup(scope, jsii.String(id+"LogGroup"), &awslogs.LogGroupProps{
		// A few dozen log groups fill the one resource policy of CloudWatch Logs for all delivering services; those
		// under /aws/vendedlogs/ share one entry.
		LogGroupName:  jsii.String("/aws/vendedlogs/states/" + *uniqueName(scope, 200) + "-" + id),
		Retention:     prop.Retention(props.LogRetention),
		EncryptionKey: props.EncryptionKey,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	return machine{
		logGroup: logGroup,
		StateMachine: awsstepfunctions.NewStateMachine(scope, jsii.String(id), &awsstepfunctions.StateMachineProps{
			StateMachineName:        machineName(scope, id, props),
			EncryptionConfiguration: machineEncryption(props.EncryptionKey),
			DefinitionBody: awsstepfunctions.DefinitionBody_FromString(
				awscdk.Lazy_UncachedString(&definitionText{definition}, nil)),
			Role:           machineRole(scope, id, callable),
			TracingEnabled: jsii.Bool(true),
			Logs: &awsstepfunctions.LogOptions{
				Destination:          logGroup,
				Level:                awsstepfunctions.LogLevel_ALL,
				IncludeExecutionData: jsii.Bool(false),
			},
		}),
	}
}

// machineRole returns a state machine's role, which may call the steps by their unqualified ARN. CDK adds what
// logging and tracing need.
func machineRole(scope constructs.Construct, id string, callable map[asl.Step]awslambda.Function) awsiam.Role {
	role := awsiam.NewRole(scope, jsii.String(id+"Role"), &awsiam.RoleProps{
		AssumedBy: trust.StateMachines(scope),
	})
	var arns []*string
	for _, s := range slices.Concat(steps, fleetSteps) {
		if f, ok := callable[s.Step]; ok {
			arns = append(arns, f.FunctionArn())
		}
	}
	role.AddToPolicy(allow([]string{"lambda:InvokeFunction"}, arns...))
	return role
}

// stepARNs returns the unqualified ARNs of the step functions.
func (p *powerTuning) stepARNs() map[asl.Step]string {
	arns := map[asl.Step]string{}
	for s, f := range p.steps {
		arns[s] = *f.FunctionArn()
	}
	return arns
}

// tunable returns the ARNs of the functions that the tuner may tune.
func (p *powerTuning) tunable() []string {
	arns := []string{}
	for _, f := range p.reach.tuned() {
		arns = append(arns, *f.arn().text)
	}
	return arns
}

// machineName returns a name, or nil if CloudFormation shall choose. It may not choose with a key: CDK limits the use
// of the key to a state machine of the given name, and without one to none at all.
func machineName(scope constructs.Construct, id string, props *PowerTuningProps) *string {
	if props.StateMachineNamePrefix == nil && props.EncryptionKey == nil {
		return nil
	}
	prefix, suffix := "", ""
	if props.StateMachineNamePrefix != nil {
		prefix = *props.StateMachineNamePrefix + "-"
	}
	if id == "HealStateMachine" {
		suffix = "-heal"
	}
	return jsii.String(prefix + *uniqueName(scope, 80-len(prefix)-len("-heal")) + suffix)
}

// uniqueName returns a name made from the construct's path, which with the stack's name is unique in an account and
// region.
func uniqueName(scope constructs.Construct, maxLength int) *string {
	return awscdk.Names_UniqueResourceName(scope, &awscdk.UniqueResourceNameOptions{
		MaxLength:                jsii.Number(maxLength),
		Separator:                jsii.String("-"),
		AllowedSpecialCharacters: jsii.String("-_"),
	})
}
