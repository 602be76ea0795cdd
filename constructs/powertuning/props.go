package powertuning

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"

	"github.com/dualarch/dualarch/tuning"
)

// PowerTuningProps are the properties of a PowerTuning. The first group are defaults that an execution's input
// can override. The rest are its owner's: what no input can pass, what the tuner may reach, how it is deployed.
type PowerTuningProps struct {
	// Memory sizes to try, in MB, each a whole number, 128 or more. One above 10240, Lambda's limit as of
	// 2026-11-20, synthesizes with a warning.
	//
	// Default: 128, 256, 512, 1024, 1536, 1769, 2048, 3008.
	PowerValues *[]*float64
	// How the winner is found: tuning.Adaptive measures the sizes that decide a few times each, and stops when
	// it is sure enough; tuning.Exhaustive measures every memory size Num times. One function given by its ARN
	// is measured exhaustively unless the input says otherwise, as in AWS Lambda Power Tuning.
	//
	// Default: tuning.Adaptive for two functions, tuning.Exhaustive for one or if Num is given.
	Exploration tuning.Exploration
	// Invocations of each memory size and function in exhaustive exploration, 5 to 10000.
	//
	// Default: 10.
	Num *float64
	// What decides the winner: tuning.Cost, tuning.Speed or tuning.Balanced.
	//
	// Default: tuning.Cost.
	Strategy tuning.Strategy
	// Weight of cost against duration in the balanced strategy, from 0 (only speed counts) to 1 (only cost
	// counts).
	//
	// Default: 0.5.
	BalancedWeight *float64
	// Whether the invocations of one memory size run at the same time, so that most of them start cold.
	//
	// Default: false.
	ParallelInvocation *bool
	// What the functions are invoked with: any value that encoding/json can write. A TuningTarget's own payload
	// takes precedence. No key may end with ".$", which Step Functions would read as a path.
	//
	// Default: no payload.
	Payload any
	// Tenant that functions with tenant isolation are invoked for: 1 to 256 letters, digits, spaces and . _ : /
	// = + - @. A TuningTarget's own takes precedence.
	//
	// Default: none; the input then has to give "tenantId".
	TenantId *string
	// The longest that any invocation takes, whatever the functions' Timeout: whole seconds, 1 or more. It lets
	// the tuner tune functions whose Timeout is longer than it can wait. An invocation that takes longer after
	// all may be billed in vain, and its memory size fails.
	//
	// Default: the functions' own Timeout.
	LongestInvocation awscdk.Duration
	// How the answers of two functions are compared.
	//
	// Default: compared whole.
	CompareResponses *CompareResponses
	// Address of the page that charts the result.
	//
	// Default: https://lambda-power-tuning.show/.
	VisualizationUrl *string

	// The most that one execution may cost in USD, above 0: invocations of the tuned functions and snapshots of
	// their versions. None is begun that could pass it even if it lasts until its time-out, so a run may end
	// before it has spent that much; its verdict then says so. The tuner's own Lambda functions and state
	// transitions (some cents an hour) and processors are not in it.
	//
	// Default: 5.
	MaxCost *float64
	// The most invocations that one execution may make, a whole number, 5 or more: samples, cold starts on top
	// of them, repeated ones and those that confirm the winner.
	//
	// Default: as many as the input asks for.
	MaxInvocations *float64
	// The most invocations that one execution may have running at a time, of all its functions together: a whole
	// number, 1 or more.
	//
	// Default: 400, and never more than a tenth of what the account has free, or of what is reserved for the
	// function.
	MaxConcurrency *float64
	// The only memory sizes, in MB, that an input may ask for, each a whole number, 128 or more. Today's
	// configuration is measured whatever its size.
	//
	// Default: any that Lambda allows.
	AllowedPowerValues *[]*float64
	// Whether Payload (or a TuningTarget's) is the only one: an input that gives payload, payloadS3 or
	// preProcessorARN is refused.
	//
	// Default: false.
	PayloadFixed *bool
	// What an input with autoOptimize may have applied to functions of Functions and FunctionArns. Functions of
	// an AddTarget belong to CloudFormation and are never changed.
	//
	// Default: nothing is applied, and the verdict says so.
	AutoOptimize *AutoOptimize
	// Whether functions may be tuned whose callers use the unqualified ARN. For some seconds of each memory size
	// these callers are served with it, because a version can only be published from $LATEST. tuning.Warn: they
	// are, and the verdict says first with which sizes and for how long. tuning.Refuse: only if CloudWatch
	// counts no such invocation in the last 24 hours. A target with a LiveAlias is not asked about.
	//
	// Default: tuning.Warn.
	LatestTraffic tuning.LatestTraffic

	// Where the verdict of each execution is kept and announced: an object, an event, metrics. It takes one more state
	// transition.
	//
	// Default: nowhere but in the execution's history, for 90 days.
	Results *Results
	// An alarm for each target, when its advice has changed. It needs Results.
	//
	// Default: none.
	AdviceAlarm *AdviceAlarm

	// Further functions to tune, which the input names with "lambdaARN" or "targets".
	//
	// Default: only what AddTarget adds.
	Functions *[]*TunedFunction
	// The same, by unqualified ARN without wildcards. Their log group is assumed to be /aws/lambda/<function
	// name>; use Functions if it is another.
	//
	// Default: only what AddTarget adds.
	FunctionArns *[]*string
	// Functions that the input may name as preProcessorARN or postProcessorARN. A function given here may be
	// called by its unqualified ARN, an alias or version by its qualified one.
	//
	// Default: none.
	Processors *[]awslambda.IFunction
	// Bucket that the input's payloadS3 may name. Only reading PayloadKey is granted.
	//
	// Default: none; payloads come from the input only.
	PayloadBucket awss3.IBucket
	// Key, or pattern of keys with wildcards, of the payloads in PayloadBucket.
	//
	// Default: "*", all objects of PayloadBucket.
	PayloadKey *string

	// Longest duration of one execution, from 1 minute to 365 days. An execution ends before that with what it knows,
	// and restores the functions; if it could not, the Heal state machine does. 10 calls of a function that takes a minute, at all memory sizes of both architectures,
	// take about a quarter of an hour.
	//
	// Default: 1 hour.
	TotalExecutionTimeout awscdk.Duration
	// How long the Lambda function that invokes the tuned ones may run, in whole seconds, at least 15 minutes.
	// It waits for their invocations, so an execution refuses functions whose Timeout is longer than this minus
	// a minute, before anything is invoked. If your region does not allow 30 minutes yet, give 15.
	//
	// Default: 15 minutes if each function's Timeout is known at synthesis and at most 14 minutes, else 30
	// minutes, which Lambda has allowed since November 2026.
	MeasureTimeout awscdk.Duration
	// How long the log groups of the steps and state machines keep their events. They are deleted with the
	// stack.
	//
	// Default: awslogs.RetentionDays_ONE_MONTH.
	LogRetention awslogs.RetentionDays
	// KMS key of the log groups, the state machines with their executions' histories, HealDeadLetterQueue, schedules
	// with their ScheduleDeadLetterQueue, and the new bucket of Results; and of PayloadBucket and a bucket given there,
	// if they name none of their own. CloudWatch Logs, EventBridge and the roles that need it are
	// granted its use; in the policy of a key that this app only imports you have to do that (docs/security.md lists
	// what). It has to be enabled while executions run or are healed. With a key the state machines get names made
	// from the construct's path, because the grants name them.
	//
	// Default: keys that AWS owns, and for the queue one that SQS manages.
	EncryptionKey awskms.IKey
	// What HealAlarm does when a message arrives in HealDeadLetterQueue, which means that something has to be put
	// back by hand, for example awscloudwatchactions.NewSnsAction(topic).
	//
	// Default: nothing; the alarm is only shown.
	HealAlarmAction awscloudwatch.IAlarmAction
	// Whether functions are put back before the tuner loses them, because the stack is deleted or a function is taken
	// off its list: CloudFormation then calls Heal first, which stops executions that work on them. That takes seconds,
	// or up to 2 minutes if one was stopped, and at most 15. In a Vpc, Heal has to reach S3 for its answer, without
	// which no deployment ends well; give false if it cannot.
	//
	// Default: true.
	HealOnDelete *bool
	// Permissions boundary of every role in the stack.
	//
	// Default: none.
	PermissionsBoundary awsiam.IManagedPolicy
	// VPC that the step functions run in. They must reach Lambda, CloudWatch Logs, Step Functions and X-Ray
	// from there (by NAT or endpoints), S3 unless HealOnDelete is false, and with Results S3 and EventBridge.
	//
	// Default: none; they run outside any VPC.
	Vpc awsec2.IVpc
	// Subnets of Vpc.
	//
	// Default: the private subnets of Vpc.
	VpcSubnets *awsec2.SubnetSelection
	// Security groups of the step functions in Vpc.
	//
	// Default: one new group for all of them, with outbound access only.
	SecurityGroups *[]awsec2.ISecurityGroup
	// Whether the resources carry suppressions, with reasons, for what cdk-nag's AwsSolutions rules find in them. Give
	// false to see the findings and to judge them yourself.
	//
	// Default: true.
	CdkNagSuppressions *bool
	// Prefix of both state machines' names: 1 to 43 letters, digits, hyphens and underscores. A part that is
	// unique in the account and region follows, then -heal for the Heal state machine.
	//
	// Default: CloudFormation chooses the names; with EncryptionKey they are the part that is unique.
	StateMachineNamePrefix *string
	// Whether the parent stack has an output with the state machine's ARN, by which "dualarch tune" finds it. Its id
	// ends with PowerTuningStateMachineArn.
	//
	// Default: true.
	StateMachineArnOutput *bool
	// Architecture of the tuner's own functions; it does not influence what they measure.
	//
	// Default: awslambda.Architecture_ARM_64().
	TunerArchitecture awslambda.Architecture
	// Path of the tuner's binary if it cannot be built at synthesis: a folder that holds it as bootstrap, or a
	// .zip of that folder, such as "dualarch tuner-binary" writes. It must be built for TunerArchitecture, and of
	// this version of the module if it says of which.
	//
	// Default: the path in the environment variable DUALARCH_TUNER_BINARY; without that it is built from this
	// module's sources, with the go command and the modules that "go mod download" fetches.
	TunerBinary *string
}

// AutoOptimize is what an execution's input may have applied: autoOptimize sets the winning memory size on $LATEST,
// autoOptimizeAlias also publishes it and moves an alias there. An alias that serves another code or configuration
// than $LATEST's, or two versions by weight, as in the middle of a deployment, is not moved, and then nothing is applied.
type AutoOptimize struct {
	// Those of Functions and FunctionArns that may be changed, by unqualified ARN.
	//
	// Default: all of Functions and FunctionArns.
	FunctionArns *[]*string
	// Aliases that an input may name as autoOptimizeAlias.
	//
	// Default: none; only $LATEST may be changed.
	Aliases *[]*string
}

// CompareResponses is how the answers of two functions are compared.
type CompareResponses struct {
	// Whether answers are not compared at all.
	//
	// Default: false.
	Disabled *bool
	// JSON pointers (/machine) to what may differ between the answers. If an answer's body is JSON they start
	// inside it; "response:/headers/date" points around it.
	//
	// Default: nothing may differ.
	Ignore *[]*string
}
