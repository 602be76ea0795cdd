package lambdaapi

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func TestFingerprint(t *testing.T) {
	base := func() types.FunctionConfiguration {
		return types.FunctionConfiguration{
			FunctionName: aws.String("prime"), CodeSha256: aws.String("sum"), Timeout: aws.Int32(3), Role: aws.String("role"),
			Environment: &types.EnvironmentResponse{Variables: map[string]string{"A": "1"}},
			VpcConfig:   &types.VpcConfigResponse{SubnetIds: []string{"b", "a"}},
			SnapStart:   &types.SnapStartResponse{ApplyOn: types.SnapStartApplyOnPublishedVersions, OptimizationStatus: types.SnapStartOptimizationStatusOff},
		}
	}
	for name, change := range map[string]func(*types.FunctionConfiguration){
		"memory size":     func(c *types.FunctionConfiguration) { c.MemorySize = aws.Int32(512) },
		"description":     func(c *types.FunctionConfiguration) { c.Description = aws.String("x") },
		"revision":        func(c *types.FunctionConfiguration) { c.RevisionId = aws.String("x") },
		"state":           func(c *types.FunctionConfiguration) { c.State = types.StatePending },
		"version":         func(c *types.FunctionConfiguration) { c.Version, c.FunctionArn = aws.String("3"), aws.String("arn:3") },
		"time":            func(c *types.FunctionConfiguration) { c.LastModified = aws.String("now") },
		"order of a list": func(c *types.FunctionConfiguration) { c.VpcConfig.SubnetIds = []string{"a", "b"} },
		"snapshot": func(c *types.FunctionConfiguration) {
			c.SnapStart.OptimizationStatus = types.SnapStartOptimizationStatusOn
		},
		"patch version of the runtime": func(c *types.FunctionConfiguration) {
			c.RuntimeVersionConfig = &types.RuntimeVersionConfig{RuntimeVersionArn: aws.String("x")}
		},
	} {
		c := base()
		change(&c)
		require.Equal(t, translate(base()).Fingerprint, translate(c).Fingerprint, name)
	}
	for name, change := range map[string]func(*types.FunctionConfiguration){
		"code":      func(c *types.FunctionConfiguration) { c.CodeSha256 = aws.String("other") },
		"timeout":   func(c *types.FunctionConfiguration) { c.Timeout = aws.Int32(4) },
		"layers":    func(c *types.FunctionConfiguration) { c.Layers = []types.Layer{{Arn: aws.String("l")}} },
		"subnets":   func(c *types.FunctionConfiguration) { c.VpcConfig.SubnetIds = []string{"c"} },
		"SnapStart": func(c *types.FunctionConfiguration) { c.SnapStart.ApplyOn = types.SnapStartApplyOnNone },
		"logging": func(c *types.FunctionConfiguration) {
			c.LoggingConfig = &types.LoggingConfig{LogFormat: types.LogFormatJson}
		},
		"role": func(c *types.FunctionConfiguration) { c.Role = aws.String("other") },
	} {
		c := base()
		change(&c)
		require.NotEqual(t, translate(base()).Fingerprint, translate(c).Fingerprint, name)
	}
	c := base()
	c.Environment.Variables["A"] = "2"
	require.Equal(t, translate(base()).Fingerprint, translate(c).Fingerprint, "the journal has the fingerprint")
	require.NotEqual(t, translate(base()).Environment, translate(c).Environment)
	c.Environment = &types.EnvironmentResponse{Error: &types.EnvironmentError{ErrorCode: aws.String("AccessDeniedException")}}
	require.Empty(t, translate(c).Environment)
	require.True(t, translate(c).EnvironmentHidden)
	require.False(t, translate(base()).EnvironmentHidden)
}

func TestTranslate(t *testing.T) {
	got := translate(types.FunctionConfiguration{FunctionName: aws.String("prime"), MemorySize: aws.Int32(512)})
	got.Fingerprint = ""
	require.Equal(t, tuning.FunctionConfiguration{
		Architecture: "x86_64", MemorySize: 512, EphemeralStorage: 512, LogGroup: "/aws/lambda/prime", LogFormat: "Text",
	}, got)
	got = translate(types.FunctionConfiguration{
		FunctionName: aws.String("prime"), Architectures: []types.Architecture{types.ArchitectureArm64}, EphemeralStorage: &types.EphemeralStorage{Size: aws.Int32(1024)},
		LoggingConfig: &types.LoggingConfig{LogGroup: aws.String("all"), LogFormat: types.LogFormatJson, SystemLogLevel: types.SystemLogLevelWarn},
		DurableConfig: &types.DurableConfig{}, TenancyConfig: &types.TenancyConfig{TenantIsolationMode: "PER_TENANT"},
		CapacityProviderConfig: &types.CapacityProviderConfig{LambdaManagedInstancesCapacityProviderConfig: &types.LambdaManagedInstancesCapacityProviderConfig{}},
	})
	require.Equal(t, "arm64", string(got.Architecture))
	require.Equal(t, 1024, got.EphemeralStorage)
	require.Equal(t, []string{"all", "JSON", "WARN"}, []string{got.LogGroup, got.LogFormat, got.SystemLogLevel})
	require.True(t, got.Durable && got.Tenancy && got.Managed)
}
