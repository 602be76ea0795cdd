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

// steps are all steps in the order of a run, with the settings of their functions.
var steps = []struct {
	asl.Step
	id   string // of the construct
	does string // the function's description
}{
	{asl.Plan, "Plan", "reads what is to be tuned"},
	{asl.Prepare, "Prepare", "publishes a version per memory size"},
	{asl.Measure, "Measure", "invokes the versions"},
	{asl.Restore, "Restore", "puts the functions back"},
	{asl.Verdict, "Verdict", "computes the result"},
	{asl.Apply, "Apply", "applies the result (autoOptimize)"},
	{asl.Heal, "Heal", "puts back what a killed execution left"},
}

// timeout of a step's function. Steps that call Lambda get minutes: they wait while calls are throttled, poll,
// or invoke functions that take as long. A step with more to do returns in time and is called again.
func timeout(s asl.Step, measure awscdk.Duration) awscdk.Duration {
	switch s {
	case asl.Measure:
		return measure
	case asl.Verdict:
		return awscdk.Duration_Minutes(jsii.Number(2))
	}
	return awscdk.Duration_Seconds(jsii.Number(timing.StepTimeout.Seconds()))
}

// vpcSettings place the step functions in a VPC; the zero value leaves them outside.
type vpcSettings struct {
	vpc            awsec2.IVpc
	subnets        *awsec2.SubnetSelection
	securityGroups *[]awsec2.ISecurityGroup
}

// newSteps creates the functions of all steps from one code asset; measure is the time-out of Measure.
func newSteps(scope constructs.Construct, code awslambda.Code, props *PowerTuningProps, measure awscdk.Duration) map[asl.Step]awslambda.Function {
	vpc := vpcSettings{props.Vpc, props.VpcSubnets, props.SecurityGroups}
	if vpc.vpc != nil && vpc.securityGroups == nil {
		// One group for all: the functions would make one each.
		vpc.securityGroups = &[]awsec2.ISecurityGroup{awsec2.NewSecurityGroup(scope, jsii.String("SecurityGroup"),
			&awsec2.SecurityGroupProps{Vpc: vpc.vpc, Description: jsii.String("Power Tuning: outgoing calls to AWS")})}
	}
	functions := map[asl.Step]awslambda.Function{}
	for _, s := range steps {
		logGroup := awslogs.NewLogGroup(scope, jsii.String(s.id+"LogGroup"), &awslogs.LogGroupProps{
			Retention:     prop.Retention(props.LogRetention),
			EncryptionKey: props.EncryptionKey,
			RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
		})
		functions[s.Step] = awslambda.NewFunction(scope, jsii.String(s.id), &awslambda.FunctionProps{
			Description:    jsii.String("Power Tuning: " + s.does),
			Architecture:   tunerArchitecture(props),
			Runtime:        awslambda.Runtime_PROVIDED_AL2023(),
			Handler:        jsii.String("bootstrap"),
			Code:           code,
			Environment:    &map[string]*string{asl.StepVariable: jsii.String(string(s.Step))},
			MemorySize:     jsii.Number(s.MemorySize()),
			Timeout:        timeout(s.Step, measure),
			Role:           newStepRole(scope, s.id, logGroup, vpc.vpc != nil),
			LogGroup:       logGroup,
			Tracing:        awslambda.Tracing_ACTIVE,
			Vpc:            vpc.vpc,
			VpcSubnets:     vpc.subnets,
			SecurityGroups: vpc.securityGroups,
		})
	}
	return functions
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
