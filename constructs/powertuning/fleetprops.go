package powertuning

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
)

// FleetProps are the properties of a Fleet. What those have in common with PowerTuningProps that say how the stack itself
// is deployed means the same.
type FleetProps struct {
	// The tuners whose functions are tuned: all that they have at synthesis, constructs and further functions. 1 to 90 of
	// them. A function that two of them have is tuned by the first that has it as a construct, else by the first.
	Tuners *[]PowerTuning

	// How many functions are tuned at a time, a whole number from 1 to 1000. All of them share what the account has left
	// of its concurrency, of which each takes a tenth at most, and of its control calls.
	//
	// Default: 2.
	MaxConcurrency *float64
	// The most that exploring may cost in one execution of the fleet in USD, at least 0.000001, and the most that its input
	// can give as maxCost. A fifth is shared out equally, the rest in proportion to the functions' bills; none gets more
	// than the MaxCost of its PowerTuning. As with the tuning input's maxCost, confirmations are not in it, and what a
	// function does not use is left unused. Executions with a budget explore adaptively, and refuse an input that asks for
	// exhaustive exploration.
	//
	// Default: no budget; each function's run is bounded by the MaxCost of its PowerTuning.
	MaxCost *float64
	// The age that a function's last verdict must have for the function to be tuned again, unless the input says
	// otherwise as olderThan: whole seconds, 0 or more. Give less than the time between two executions of a schedule, so
	// that each tunes again.
	//
	// Default: TotalExecutionTimeout; a fleet that was stopped and is started again goes on from there.
	OlderThan awscdk.Duration
	// Bucket that the input's list may name: what "dualarch survey --json" wrote. Only reading ListKey is granted.
	//
	// Default: none; no input may name a list.
	ListBucket awss3.IBucket
	// Key, or pattern of keys with wildcards, of the lists in ListBucket.
	//
	// Default: "*", all objects of ListBucket.
	ListKey *string
	// Where fleet.json is written, with the lists and results of the executions. EventBus is refused: a fleet sends no
	// events, its tuners do.
	//
	// Default: a new bucket, as Results describes it.
	Results *Results

	// Longest duration of one execution, from 1 hour to 365 days. What is being tuned when it ends is put back.
	//
	// Default: 30 days.
	TotalExecutionTimeout awscdk.Duration
	// How long the log groups of the steps and of the state machine keep their events. They are deleted with the stack.
	//
	// Default: awslogs.RetentionDays_ONE_MONTH.
	LogRetention awslogs.RetentionDays
	// KMS key of the log groups, of the state machine with its executions' histories, and of the new bucket of Results;
	// and of ListBucket and a bucket given there, if they name none of their own.
	//
	// Default: keys that AWS owns.
	EncryptionKey awskms.IKey
	// Permissions boundary of every role in the stack.
	//
	// Default: none.
	PermissionsBoundary awsiam.IManagedPolicy
	// VPC that the two step functions run in. They must reach Lambda, CloudWatch, Step Functions, S3 and X-Ray from there.
	//
	// Default: none; they run outside any VPC.
	Vpc awsec2.IVpc
	// Subnets of Vpc.
	//
	// Default: the private subnets of Vpc.
	VpcSubnets *awsec2.SubnetSelection
	// Security groups of the step functions in Vpc.
	//
	// Default: one new group for both of them, with outbound access only.
	SecurityGroups *[]awsec2.ISecurityGroup
	// Whether the resources carry suppressions, with reasons, for what cdk-nag's AwsSolutions rules find in them.
	//
	// Default: true.
	CdkNagSuppressions *bool
	// Prefix of the state machine's name: 1 to 43 letters, digits, hyphens and underscores. A part that is unique in the
	// account and region follows.
	//
	// Default: CloudFormation chooses the name; with EncryptionKey it is the part that is unique.
	StateMachineNamePrefix *string
	// Whether the parent stack has an output with the state machine's ARN, by which "dualarch tune --all" finds it. Its id
	// ends with FleetStateMachineArn.
	//
	// Default: true.
	StateMachineArnOutput *bool
	// Architecture of the two step functions.
	//
	// Default: awslambda.Architecture_ARM_64().
	TunerArchitecture awslambda.Architecture
	// Path of the tuner's binary, like PowerTuningProps.TunerBinary.
	//
	// Default: as there.
	TunerBinary *string
}

// deployed returns what a fleet's stack has in common with a tuner's.
func (props *FleetProps) deployed() *PowerTuningProps {
	return &PowerTuningProps{
		LogRetention: props.LogRetention, EncryptionKey: props.EncryptionKey, PermissionsBoundary: props.PermissionsBoundary,
		Vpc: props.Vpc, VpcSubnets: props.VpcSubnets, SecurityGroups: props.SecurityGroups,
		CdkNagSuppressions: props.CdkNagSuppressions, StateMachineNamePrefix: props.StateMachineNamePrefix,
		TunerArchitecture: props.TunerArchitecture, TunerBinary: props.TunerBinary,
	}
}
