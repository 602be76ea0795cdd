package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
)

// DualArchFunctionProps are the properties of a DualArchFunction.
type DualArchFunctionProps struct {
	// Code is what both siblings run: GoCode("functions/prime"), say, or another kind
	// of code. Required.
	Code Code

	// Function holds the options of CDK's own awslambda.Function, for both siblings. It
	// is never changed. These do not go through as they are:
	//
	//   - Architecture is refused: both are deployed.
	//   - FunctionName gets the suffix "-x86_64" or "-arm64". The serving function has it as it is; if that leaves
	//     no room for a suffix, CloudFormation names the siblings.
	//   - Description is followed by the code's hash: it may have 236 characters, and with Serving, by the hashes of
	//     both architectures, 204. If an
	//     image's tag is a token, the tag follows it and the version's description:
	//     each may have 119. Of other tokens, the part known at synthesis counts.
	//   - Events reach the alias "live" of the primary sibling only, or that of the serving function.
	//   - OnSuccess, OnFailure, RetryAttempts and MaxEventAge configure the
	//     aliases "live" instead of $LATEST, and so does the provisioned
	//     concurrency of CurrentVersionOptions. With Serving they configure the serving function, $LATEST and
	//     alias, and no sibling.
	//   - CurrentVersionOptions.CodeSha256 and its event options are refused.
	//   - LogRetention, LogRetentionRole, LogRetentionRetryOptions and
	//     LogRemovalPolicy, which CDK has deprecated, are refused: see the props
	//     LogRetention and LogRemovalPolicy. A serving function takes them.
	//   - LogGroup, if given, holds the logs of all.
	//   - Role, if given, gets no permission to write logs or to join a VPC.
	//   - ReservedConcurrentExecutions is reserved twice, once per sibling; with Serving once, for the serving
	//     function.
	//   - DeadLetterQueue, DeadLetterTopic and DeadLetterQueueEnabled are the serving function's alone, if there is one.
	//   - DurableConfig is refused unless tuning is disabled, and so are functions of a
	//     capacity provider. With TenancyConfig the tuner needs a tenant:
	//     PowerTuning.TenantId, or the input's tenantId.
	//   - MemorySize, Timeout and EphemeralStorageSize above Lambda's limits as of
	//     2026-11-20 synthesize with a warning.
	//   - Layers for one architecture only (CompatibleArchitectures) are refused; they
	//     go to X86.Layers and Arm64.Layers. Container images take no layers,
	//     AdotInstrumentation or ParamsAndSecrets.
	//   - Tracing is ACTIVE unless given; on the serving function only if it is given.
	//
	// Default: CDK's defaults for all of them.
	Function *awslambda.FunctionOptions

	// X86 overrides Function for the x86_64 sibling.
	//
	// Default: nothing is overridden.
	X86 *SiblingOptions

	// Arm64 overrides Function for the arm64 sibling.
	//
	// Default: nothing is overridden.
	Arm64 *SiblingOptions

	// Primary is the architecture that event sources and the API's routes without an
	// architecture reach, that of the serving function if there is one.
	//
	// Default: awslambda.Architecture_ARM_64().
	Primary awslambda.Architecture

	// Serving makes a third function, which takes all traffic and which the tuner leaves alone: for a function in
	// production, whose ARN, role, event source mappings and log group stay.
	//
	// Default: none; the siblings take the traffic.
	Serving *ServingOptions

	// LogRetention is how long the siblings' log groups keep their events.
	//
	// Default: awslogs.RetentionDays_ONE_MONTH.
	LogRetention awslogs.RetentionDays

	// LogRemovalPolicy decides what happens to the siblings' log groups when their
	// stack is deleted.
	//
	// Default: awscdk.RemovalPolicy_DESTROY.
	LogRemovalPolicy awscdk.RemovalPolicy

	// Api is how the HTTP API reaches the siblings.
	//
	// Default: an HTTP API of the function's own, with IAM authorisation, access
	// logs and throttling.
	Api *ApiOptions

	// PowerTuning is how the siblings are tuned.
	//
	// Default: by a tuning stack that the functions of a stack share, with its defaults.
	PowerTuning *PowerTuningOptions

	// Dashboard is a CloudWatch dashboard of the functions: give &DashboardOptions{} for one.
	//
	// Default: none.
	Dashboard *DashboardOptions

	// Accept lists findings of the guard that somebody has reviewed and found harmless,
	// for both siblings. There is no switch for all of them.
	//
	// Default: none; errors stop synthesis.
	Accept *[]*AcceptedFinding
}

// SiblingOptions override the shared options for one architecture.
type SiblingOptions struct {
	// MemorySize of this sibling, in MB, 128 or more. Above Lambda's limit as of
	// 2026-11-20 (10240; 32768 with a capacity provider) it gives a warning.
	//
	// Default: the shared one.
	MemorySize *float64

	// Timeout of this sibling, in whole seconds, 1 or more. Above Lambda's limit as of
	// 2026-11-20 (1800; 5400 with a capacity provider) it gives a warning.
	//
	// Default: the shared one.
	Timeout awscdk.Duration

	// EphemeralStorageSize is the size of this sibling's /tmp, 512 MB or more. Above
	// Lambda's limit as of 2026-11-20 (10240 MB; 32768 with a capacity provider) it
	// gives a warning.
	//
	// Default: the shared one.
	EphemeralStorageSize awscdk.Size

	// Environment holds variables of this sibling alone; they override shared ones.
	//
	// Default: the shared variables.
	Environment *map[string]*string

	// Layers of this sibling alone, such as those published per architecture; they
	// follow the shared ones. A layer of this app whose CompatibleArchitectures lack
	// the sibling's is refused.
	//
	// Default: the shared layers.
	Layers *[]awslambda.ILayerVersion

	// ReservedConcurrentExecutions of this sibling.
	//
	// Default: the shared number.
	ReservedConcurrentExecutions *float64

	// ProvisionedConcurrentExecutions is the number of execution environments kept warm
	// for this sibling's alias "live".
	//
	// Default: Function.CurrentVersionOptions.ProvisionedConcurrentExecutions.
	ProvisionedConcurrentExecutions *float64
}
