package powertuning

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/internal/ownbuild"
	"github.com/dualarch/dualarch/internal/gobuild"
)

// TestBuilt builds the tuner from this module's sources, as every app without a TunerBinary does.
func TestBuilt(t *testing.T) {
	props := &PowerTuningProps{
		TunerArchitecture: awslambda.Architecture_X86_64(),
		FunctionArns:      jsii.Strings("arn:aws:lambda:eu-central-1:123456789012:function:f"),
	}
	props.Register()
	dir, err := gobuild.ModuleDir(ownbuild.Module)
	require.NoError(t, err)
	built, err := gobuild.Register(gobuild.Spec{Dir: dir + "/functions/powertuning", GOARCH: "amd64"}).Output()
	require.NoError(t, err)

	keys := map[any]bool{}
	for _, given := range []*PowerTuningProps{props, {TunerBinary: &built.Dir, FunctionArns: props.FunctionArns}} {
		p := NewPowerTuning(newStack(), jsii.String("Tuning"), given)
		keys[synthesize(t, p).properties(t, "AWS::Lambda::Function", "Plan")["Code"].(map[string]any)["S3Key"]] = true
	}
	require.Len(t, keys, 1, "another binary than the one built")
}
