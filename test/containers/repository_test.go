package containers

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/test/emulator"
)

// The steps of docs/containers.md: deploy a repository, type the commands in its outputs, and deploy
// a function of one tag as two.
func TestImagesInARepository(t *testing.T) {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())})
	images := dualarch.NewDualArchRepository(awscdk.NewStack(app, jsii.String("Repository"), nil), jsii.String("Images"),
		&dualarch.DualArchRepositoryProps{RepositoryName: jsii.String("orders")})
	stack := awscdk.NewStack(app, jsii.String("Containers"), nil)
	function := dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code:        dualarch.EcrImage(images.Repository(), &dualarch.EcrImageOptions{Tag: jsii.String("v42")}),
		Function:    &awslambda.FunctionOptions{Timeout: awscdk.Duration_Seconds(jsii.Number(100))}, // as the demo's; 3 by default
		Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
		PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
	})
	for _, p := range platforms {
		sibling := map[string]*string{"x86_64": function.X86().FunctionName(), "arm64": function.Arm64().FunctionName()}[p.lambda]
		awscdk.NewCfnOutput(stack, jsii.String("Name"+p.goarch), &awscdk.CfnOutputProps{Value: sibling})
	}
	app.Synth(nil)

	e, err := emulator.Start(t.Context(), emulator.Options{Name: "containers-repository", Images: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Stop()) })
	var output bytes.Buffer
	require.NoError(t, e.Bootstrap(t.Context(), &output), "%s", &output)
	shim(t, e)
	lines := deployStack(t, e, *app.Outdir(), "Repository")
	for _, p := range platforms {
		made := "dualarch-test/orders:" + p.lambda
		buildPrebuilt(t, p, made)
		id := map[string]string{"x86_64": "X86", "arm64": "Arm64"}[p.lambda]
		image := ecr + "/orders:v42-" + p.lambda
		forgetDeployed(t, e, image)
		for _, what := range []string{"Tag", "Push"} {
			line := strings.NewReplacer("IMAGE:"+p.lambda, made, "TAG-", "v42-").Replace(startingWith(t, lines, "Images"+what+id))
			argv := strings.Fields(line)
			require.Equal(t, "docker", argv[0], line)
			command := exec.CommandContext(t.Context(), os.Args[0], argv[1:]...)
			command.Env = append(os.Environ(), e.CLIEnvironment...)
			output, err := command.CombinedOutput()
			require.NoError(t, err, "%s\n%s", line, output)
		}
	}

	outputs := deployStack(t, e, *app.Outdir(), "Containers")
	event, err := os.ReadFile(filepath.Join(root, "functions", "events", "prime.json"))
	require.NoError(t, err)
	for _, p := range platforms {
		answer, err := lambda.NewFromConfig(e.Config()).Invoke(t.Context(), &lambda.InvokeInput{
			FunctionName: jsii.String(outputs["Name"+p.goarch]), Payload: event,
		})
		require.NoError(t, err)
		requirePrime(t, p, string(answer.Payload))
	}
}

// deployStack deploys one stack of an assembly and returns its outputs.
func deployStack(t *testing.T, e *emulator.Emulator, assembly, stack string) map[string]string {
	t.Helper()
	var output bytes.Buffer
	outputs, err := e.Deploy(t.Context(), &output, assembly, stack, "--exclusively")
	require.NoError(t, err, "%s", &output)
	return outputs
}

// startingWith returns the output whose name is the construct's, followed by a hash.
func startingWith(t *testing.T, outputs map[string]string, name string) string {
	t.Helper()
	for id, value := range outputs {
		if len(id) == len(name)+8 && strings.HasPrefix(id, name) {
			return value
		}
	}
	require.Fail(t, "no such output", "%s in %v", name, outputs)
	return ""
}
