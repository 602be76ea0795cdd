package dualarch

import (
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/stretchr/testify/require"
)

// Every option that a user can give is copied to a field of the same name and type.
// If an update of CDK added one without a counterpart it would be lost silently;
// this test fails then.
func TestEveryOptionHasATwin(t *testing.T) {
	function := reflect.TypeFor[awslambda.FunctionProps]()
	for _, options := range []reflect.Type{reflect.TypeFor[awslambda.FunctionOptions](), reflect.TypeFor[SiblingOptions]()} {
		for field := range options.Fields() {
			if options == reflect.TypeFor[SiblingOptions]() && field.Name == "ProvisionedConcurrentExecutions" {
				continue // goes to the alias
			}
			twin, found := function.FieldByName(field.Name)
			require.True(t, found, "%s.%s has no twin in FunctionProps", options, field.Name)
			require.Equal(t, field.Type, twin.Type, "%s.%s", options, field.Name)
		}
	}
}

// The options that do not go through as they are, by name. Somebody has to look at
// an option that a newer CDK adds; it is then known in the tests with both CDKs.
func TestEveryOptionIsKnown(t *testing.T) {
	goesThrough := []string{
		"AdotInstrumentation", "AllowAllIpv6Outbound", "AllowAllOutbound", "AllowPublicSubnet", "ApplicationLogLevel",
		"ApplicationLogLevelV2", "CodeSigningConfig", "DeadLetterQueue", "DeadLetterQueueEnabled", "DeadLetterTopic",
		"EnvironmentEncryption", "EphemeralStorageSize", "Filesystem", "InitialPolicy", "InsightsVersion",
		"Ipv6AllowedForDualStack", "LogFormat", "LoggingFormat", "MemorySize", "ParamsAndSecrets", "Profiling",
		"ProfilingGroup", "RecursiveLoop", "ReservedConcurrentExecutions", "RuntimeManagementMode", "SecurityGroups",
		"SnapStart", "SystemLogLevel", "SystemLogLevelV2", "Timeout", "Vpc", "VpcSubnets",
	}
	treated := []string{
		"Architecture", "CurrentVersionOptions", "Description", "DurableConfig", "Environment", "Events", "FunctionName",
		"Layers", "LogGroup", "LogRemovalPolicy", "LogRetention", "LogRetentionRetryOptions", "LogRetentionRole",
		"MaxEventAge", "OnFailure", "OnSuccess", "RetryAttempts", "Role", "TenancyConfig", "Tracing",
	}
	var unknown []string
	options := reflect.TypeFor[awslambda.FunctionOptions]()
	for option := range options.Fields() {
		if name := option.Name; !slices.Contains(goesThrough, name) && !slices.Contains(treated, name) {
			unknown = append(unknown, name)
		}
	}
	require.Empty(t, unknown, "options of awslambda.FunctionOptions that nobody has looked at: is each right for both siblings as it is?")
}
