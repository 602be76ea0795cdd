package demostack

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadOutputs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "outputs.json")
	complete := `{"DualArchDemo": {
		"ApiBasePath": "https://abc.execute-api.us-east-1.amazonaws.com/",
		"NumberX8664Url": "nx", "NumberArm64Url": "na", "PrimeX8664Url": "px", "PrimeArm64Url": "pa",
		"NumberX8664FunctionName": "fnx", "NumberArm64FunctionName": "fna",
		"PrimeX8664FunctionName": "fpx", "PrimeArm64FunctionName": "fpa",
		"PowerTuningStateMachineArn": "arn"}}`
	require.NoError(t, os.WriteFile(file, []byte(complete), 0o600))
	outputs, err := readOutputs(file)
	require.NoError(t, err)
	require.Equal(t, "px", outputs.URL("Prime", "x86_64"))
	require.Equal(t, "na", outputs.URL("Number", "arm64"))
	require.Equal(t, "fpa", outputs.FunctionName("Prime", "arm64"))
	require.Equal(t, "fnx", outputs.FunctionName("Number", "x86_64"))
	require.Equal(t, "arn", outputs.StateMachine())

	require.NoError(t, os.WriteFile(file, []byte(`{"DualArchDemo": {"Other": "x"}}`), 0o600))
	_, err = readOutputs(file)
	require.EqualError(t, err, "stack DualArchDemo has no output ApiBasePath; its outputs are map[Other:x]")
}
