package containers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// newFunction returns a stack with one function.
func newFunction(app awscdk.App, code dualarch.Code) awscdk.Stack {
	stack := awscdk.NewStack(app, jsii.String("Containers"), nil)
	dualarch.NewDualArchFunction(stack, jsii.String("Hello"), &dualarch.DualArchFunctionProps{
		Code:        code,
		Api:         &dualarch.ApiOptions{Disabled: jsii.Bool(true)},
		PowerTuning: &dualarch.PowerTuningOptions{Disabled: jsii.Bool(true)},
	})
	return stack
}

// synthesize writes the assembly of an app with one function into a folder, and returns that.
func synthesize(t *testing.T, dir string, code dualarch.Code) string {
	t.Helper()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(dir)})
	newFunction(app, code)
	app.Synth(nil)
	return dir
}

// imageAsset is an image that a deployment makes.
type imageAsset struct{ id, hash, platform string }

func imagesIn(t *testing.T, assembly string) []imageAsset {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(assembly, "Containers.assets.json"))
	require.NoError(t, err)
	var manifest struct {
		DockerImages map[string]struct {
			DisplayName string
			Source      struct{ Platform string }
		}
	}
	require.NoError(t, json.Unmarshal(text, &manifest))
	var images []imageAsset
	for hash, image := range manifest.DockerImages {
		images = append(images, imageAsset{filepath.Base(image.DisplayName), hash, image.Source.Platform})
	}
	return images
}
