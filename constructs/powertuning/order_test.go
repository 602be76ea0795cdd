package powertuning

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

type fixedTarget struct{ target *TuningTarget }

func (f fixedTarget) TuningTarget() *TuningTarget { return f.target }

type noText struct{}

func (noText) Produce() *string { return nil }

// nextToken makes a token, and returns its number.
func nextToken(t *testing.T) int {
	t.Helper()
	digits := regexp.MustCompile(`\d+`).FindString(*awscdk.Lazy_String(&noText{}, nil))
	number, err := strconv.Atoi(digits)
	require.NoError(t, err)
	return number
}

// The numbers of CDK's tokens depend on everything else in an app. They change nothing in the stack, or it would be
// deployed again without a change.
func TestTheTemplateDoesNotDependOnNumbersOfTokens(t *testing.T) {
	written := func(apart bool) string {
		app := awscdk.NewApp(&awscdk.AppProps{Context: &map[string]any{
			"@aws-cdk/aws-iam:minimizePolicies": true, // merges statements, and sorts their resources
		}})
		stack := awscdk.NewStack(app, jsii.String("Stack"), nil)
		p := NewPowerTuning(stack, jsii.String("Tuning"), &PowerTuningProps{TunerBinary: binary()})
		intel := newFunction(stack, "Intel", awslambda.Architecture_X86_64())
		graviton := newFunction(stack, "Graviton", awslambda.Architecture_ARM_64())
		power := 1000 // from here on tokens have one digit more
		for power < nextToken(t)+10 {
			power *= 10
		}
		until := func(number int) {
			for apart {
				if nextToken(t) >= number {
					return
				}
			}
		}
		until(power - 10)
		first := *intel.FunctionArn()
		until(power)
		require.Equal(t, apart, *graviton.FunctionArn() < first) // as text
		p.AddTarget(fixedTarget{&TuningTarget{
			Name: jsii.String("Prime"), Functions: []*TunedFunction{{Function: graviton}}, Serving: intel, ServingAlias: jsii.String("live"),
		}})
		app.Synth(nil)
		files, err := filepath.Glob(filepath.Join(*app.Outdir(), "*.nested.template.json"))
		require.NoError(t, err)
		require.Len(t, files, 1)
		text, err := os.ReadFile(files[0])
		require.NoError(t, err)
		return string(text)
	}
	require.Equal(t, written(false), written(true))
}
