package powertuning

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/dualarch/dualarch/constructs/internal/prop"
	"github.com/dualarch/dualarch/constructs/internal/trust"
	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// kind is a step with the settings of its function.
type kind struct {
	asl.Step
	id   string // of the construct
	does string // the function's description
}

func (k kind) logGroupID() string { return k.id + "LogGroup" }

// steps are those of every state machine, in the order of a run.
var steps = []kind{
	{asl.Plan, "Plan", "reads what is to be tuned"},
	{asl.Prepare, "Prepare", "publishes a version per memory size"},
	{asl.Measure, "Measure", "invokes the versions"},
	{asl.Restore, "Restore", "puts the functions back"},
	{asl.Verdict, "Verdict", "computes the result"},
	{asl.Apply, "Apply", "applies the result (autoOptimize)"},
	{asl.Heal, "Heal", "puts back what a killed execution left"},
}

// publishStep is there only if results are kept.
var publishStep = kind{asl.Publish, "Publish", "keeps and announces the result"}

// timeout of a step's function. Steps that call Lambda get minutes: they wait while calls are throttled, poll,
// or invoke functions that take as long. A step with more to do returns in time and is called again.
func timeout(s asl.Step, measure awscdk.Duration) awscdk.Duration {
	switch s {
	case asl.Measure:
		return measure
	case asl.Verdict:
		return awscdk.Duration_Minutes(jsii.Number(2))
	case asl.Publish:
		return awscdk.Duration_Seconds(jsii.Number(timing.ResultsTimeout.Seconds()))
	}
	return awscdk.Duration_Seconds(jsii.Number(timing.StepTimeout.Seconds()))
}

// vpcSettings place the step functions in a VPC; the zero value leaves them outside.
type vpcSettings struct {
	vpc            awsec2.IVpc
	subnets        *awsec2.SubnetSelection
	securityGroups *[]awsec2.ISecurityGroup
}

// stepSettings are what the functions of all steps have in common.
type stepSettings struct {
	scope   constructs.Construct
	code    awslambda.Code
	props   *PowerTuningProps
	measure awscdk.Duration // time-out of Measure
	vpc     vpcSettings
}

func newStepSettings(scope constructs.Construct, code awslambda.Code, props *PowerTuningProps, measure awscdk.Duration) stepSettings {
	vpc := vpcSettings{props.Vpc, props.VpcSubnets, props.SecurityGroups}
	if vpc.vpc != nil && vpc.securityGroups == nil {
		// One group for all: the functions would make one each.
		vpc.securityGroups = &[]awsec2.ISecurityGroup{awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"),
			&awsec2.SecurityGroupProps{Vpc: vpc.vpc, Description: jsii.String("Power Tuning: outgoing calls to AWS")})}
	}
	return stepSettings{scope, code, props, measure, vpc}
}

// newSteps creates the functions of all steps from one code asset.
func (s stepSettings) newSteps() map[asl.Step]awslambda.Function {
	functions := map[asl.Step]awslambda.Function{}
	for _, k := range steps {
		functions[k.Step] = s.newStep(k)
	}
	return functions
}

// newStep creates a step's function, with its log group and its role.
func (s stepSettings) newStep(k kind) awslambda.Function {
	logGroup := awslogs.NewLogGroup(s.scope, jsii.String(k.logGroupID()), &awslogs.LogGroupProps{
		Retention:     prop.Retention(s.props.LogRetention),
		EncryptionKey: s.props.EncryptionKey,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	return awslambda.NewFunction(s.scope, jsii.String(k.id), &awslambda.FunctionProps{
		Description:    jsii.String("Power Tuning: " + k.does),
		Architecture:   tunerArchitecture(s.props),
		Runtime:        awslambda.Runtime_PROVIDED_AL2023(),
		Handler:        jsii.String("bootstrap"),
		Code:           s.code,
		Environment:    &map[string]*string{asl.StepVariable: jsii.String(string(k.Step))},
		MemorySize:     jsii.Number(k.MemorySize()),
		Timeout:        timeout(k.Step, s.measure),
		Role:           newStepRole(s.scope, k.id, logGroup, s.vpc.vpc != nil),
		LogGroup:       logGroup,
		Tracing:        awslambda.Tracing_ACTIVE,
		Vpc:            s.vpc.vpc,
		VpcSubnets:     s.vpc.subnets,
		SecurityGroups: s.vpc.securityGroups,
	})
}

// newStepRole returns a role that may write its own log and nothing else yet. AWS's managed policy would let it
// write to every log group of the account.
func newStepRole(scope constructs.Construct, id string, logGroup awslogs.LogGroup, inVpc bool) awsiam.Role {
	role := awsiam.NewRole(scope, jsii.String(id+"Role"), &awsiam.RoleProps{
		AssumedBy: trust.Lambda(scope),
	})
	role.AddToPolicy(allow([]string{"logs:CreateLogStream", "logs:PutLogEvents"}, logGroup.LogGroupArn()))
	if inVpc {
		role.AddToPolicy(allow(prop.NetworkInterfaceActions, jsii.String("*")))
	}
	return role
}

func tunerArchitecture(props *PowerTuningProps) awslambda.Architecture {
	if props.TunerArchitecture == nil {
		return awslambda.Architecture_ARM_64()
	}
	return props.TunerArchitecture
}
