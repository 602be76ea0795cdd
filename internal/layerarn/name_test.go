package layerarn

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
)

const account = "arn:aws:lambda:eu-west-1:123456789012:layer:"

func TestNamedFor(t *testing.T) {
	for name, want := range map[string]binarch.Architecture{
		"duckdb-nodejs-x86:20": x86, "tools-amd64:1": x86, "tools_x86_64:1": x86, "x64-tools:3": x86, "ToolsX86:1": x86, "PandasX86_64:1": x86, "gs-x86-64-9:1": x86,
		"tools-arm64:1": arm, "tools_aarch64_v2:1": arm, "Tools-Arm64:1": arm, "NewRelicPython312ARM64-tiny:1": arm, "ToolsArm64:1": arm, "arm-tools:1": arm, "tools-graviton:1": arm,
		"${Stage}-tools-arm64:${Version}": arm, "${Token[TOKEN.7]}-x86:2": x86, "tools-arm64": arm,
		"tools:1": "", "charm64:1": "", "tools-x86_64-arm64:1": "", "alarm:1": "", "x86box:1": "", "box64:1": "", "farm-data:1": "", "linux64:1": "",
	} {
		require.Equal(t, want, NamedFor(account+name), name)
	}
	require.Empty(t, NamedFor("arn:aws:lambda:eu-west-1:123456789012:function:tools-arm64:1"))
}

// A name is a convention: a warning, where a vendor's own rules do not know better.
func TestLayersByTheirNames(t *testing.T) {
	f, wrong := Check(account+"tools-x86:4", binarch.Target{Architecture: arm, Runtime: "python3.13"})
	require.True(t, wrong)
	require.Equal(t, binarch.Warning, f.Severity)
	require.Equal(t, account+"tools-x86:4: built for x86_64, deployed to arm64 python3.13: by its name, the layer is for x86_64; use the layer for arm64, if there is one", f.String())
	_, wrong = Check("arn:aws:lambda:${Token[AWS.Region.4]}:${Token[AWS.AccountId.2]}:layer:tools-arm64:4", binarch.Target{Architecture: x86})
	require.True(t, wrong)
	_, wrong = Check(account+"tools-x86:4", binarch.Target{Architecture: x86})
	require.False(t, wrong)
	// One layer for both architectures, whatever it is called.
	_, wrong = Check("arn:aws:lambda:eu-west-1:267093732750:layer:elastic-apm-node-ver-4-arm64:1", binarch.Target{Architecture: x86})
	require.False(t, wrong)
	f, wrong = Check("arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension-Arm64:20", binarch.Target{Architecture: x86})
	require.True(t, wrong)
	require.Equal(t, binarch.Error, f.Severity)
}
