package lambdaapi

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
)

func TestTranslate(t *testing.T) {
	got := translate(types.FunctionConfiguration{FunctionName: aws.String("prime"), MemorySize: aws.Int32(512), ConfigSha256: aws.String("sum")}, nil)
	got.Fingerprint = ""
	require.Equal(t, cloud.FunctionConfiguration{
		Architecture: "x86_64", MemorySize: 512, EphemeralStorage: 512, LogGroup: "/aws/lambda/prime", LogFormat: "Text", ConfigSHA256: "sum",
	}, got)
	got = translate(types.FunctionConfiguration{
		FunctionName: aws.String("prime"), Architectures: []types.Architecture{types.ArchitectureArm64}, EphemeralStorage: &types.EphemeralStorage{Size: aws.Int32(1024)},
		LoggingConfig: &types.LoggingConfig{LogGroup: aws.String("all"), LogFormat: types.LogFormatJson, SystemLogLevel: types.SystemLogLevelWarn},
		DurableConfig: &types.DurableConfig{}, TenancyConfig: &types.TenancyConfig{TenantIsolationMode: "PER_TENANT"},
		CapacityProviderConfig: &types.CapacityProviderConfig{LambdaManagedInstancesCapacityProviderConfig: &types.LambdaManagedInstancesCapacityProviderConfig{}},
	}, nil)
	require.Equal(t, "arm64", string(got.Architecture))
	require.Equal(t, 1024, got.EphemeralStorage)
	require.Equal(t, []string{"all", "JSON", "WARN"}, []string{got.LogGroup, got.LogFormat, got.SystemLogLevel})
	require.True(t, got.Durable && got.Tenancy && got.Managed)
}
