package powertuning

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/internal/asl"
)

// Fleet is a nested stack that holds a state machine which tunes all functions of some tuners in one execution, a few at
// a time, and ranks them by what moving saves a month.
type Fleet interface {
	awscdk.NestedStack

	// GrantStartExecution lets grantee start an execution of StateMachine, and with that tune every function of the
	// tuners.
	GrantStartExecution(grantee awsiam.IGrantable) awsiam.Grant
	// GrantReadResults lets grantee list and read what the fleet writes.
	GrantReadResults(grantee awsiam.IGrantable) awsiam.Grant

	// StateMachine returns the state machine. Its ARN can be used in the parent stack.
	StateMachine() awsstepfunctions.StateMachine
	// StateMachineArnOutput returns the parent stack's output with that ARN, or nil if there is none.
	StateMachineArnOutput() awscdk.CfnOutput
	// LogGroup returns the log group of StateMachine.
	LogGroup() awslogs.LogGroup
	// ResultsBucket returns the bucket that fleet.json is written to.
	ResultsBucket() awss3.IBucket

	// The functions of the steps, each with its Role and LogGroup.

	List() awslambda.Function
	Rank() awslambda.Function
}

type fleet struct {
	awscdk.NestedStack
	tuners  []*powerTuning
	props   *PowerTuningProps // what it has in common with a tuner
	steps   map[asl.Step]awslambda.Function
	machine machine
	bucket  awss3.IBucket
	prefix  string
	output  awscdk.CfnOutput
}

// fleetSteps are those of every fleet, in the order of a run.
var fleetSteps = []kind{
	{asl.FleetList, "List", "lists what is to be tuned"},
	{asl.FleetRank, "Rank", "ranks what came of it"},
}

// NewFleet creates the nested stack. If the properties are wrong it panics with every problem before anything is created.
func NewFleet(scope constructs.Construct, id *string, props *FleetProps) Fleet {
	if props == nil {
		props = &FleetProps{}
	}
	settings, tuners, code := checkFleet(scope, id, props)

	f := &fleet{tuners: tuners, props: props.deployed(), steps: map[asl.Step]awslambda.Function{}}
	awscdk.NewNestedStack_Override(f, scope, id, &awscdk.NestedStackProps{
		Description: jsii.String("Power Tuning: tunes all functions of some tuners in one execution"),
	})
	f.keepResults(props.Results)
	stepSettings := newStepSettings(f, code, f.props, nil)
	for _, k := range fleetSteps {
		f.steps[k.Step] = stepSettings.newStep(k)
	}
	settings.Bucket, settings.Prefix = *f.bucket.BucketName(), f.prefix
	for _, t := range tuners {
		settings.Tuners = append(settings.Tuners, asl.FleetTuner{StateMachine: *t.machine.StateMachineArn(), Heal: *t.heal.StateMachineArn()})
	}
	f.machine = newMachine(f, "StateMachine", f.props, f.steps, func() map[string]any {
		return asl.Fleet(map[asl.Step]string{asl.FleetList: *f.List().FunctionArn(), asl.FleetRank: *f.Rank().FunctionArn()}, settings)
	})
	f.grant(props)
	if props.StateMachineArnOutput == nil || *props.StateMachineArnOutput {
		f.output = awscdk.NewCfnOutput(scope, outputID(scope, *id, "Fleet"), &awscdk.CfnOutputProps{
			Description: jsii.String("State machine that tunes all functions of its tuners: start it with {}"),
			Value:       f.machine.StateMachineArn(),
		})
	}
	if props.PermissionsBoundary != nil {
		awsiam.PermissionsBoundary_Of(f).Apply(props.PermissionsBoundary)
	}
	return f
}

// keepResults decides where everything is written.
func (f *fleet) keepResults(given *Results) {
	if given == nil {
		given = &Results{}
	}
	f.prefix = prop.Value(given.Prefix)
	if f.bucket = given.Bucket; f.bucket == nil {
		f.bucket = newResultsBucket(f, given, f.props)
	} else if given.Prefix == nil {
		f.prefix = defaultPrefix
	}
}

func (f *fleet) GrantStartExecution(grantee awsiam.IGrantable) awsiam.Grant {
	return f.machine.GrantStartExecution(grantee)
}

func (f *fleet) GrantReadResults(grantee awsiam.IGrantable) awsiam.Grant {
	return f.bucket.GrantRead(grantee, jsii.String(f.prefix+"*"))
}

func (f *fleet) StateMachine() awsstepfunctions.StateMachine { return f.machine.StateMachine }
func (f *fleet) StateMachineArnOutput() awscdk.CfnOutput     { return f.output }
func (f *fleet) LogGroup() awslogs.LogGroup                  { return f.machine.logGroup }
func (f *fleet) ResultsBucket() awss3.IBucket                { return f.bucket }
func (f *fleet) List() awslambda.Function                    { return f.steps[asl.FleetList] }
func (f *fleet) Rank() awslambda.Function                    { return f.steps[asl.FleetRank] }
