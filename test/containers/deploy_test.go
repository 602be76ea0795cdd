package containers

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/test/emulator"
)

// The demo as a user deploys it: `cdk deploy -c code=image`, then -c code=goimage over it. Each time
// the images that were pushed are of their sibling's architecture, and so is what answers.
func TestDeploy(t *testing.T) {
	standInForGo(t)
	s := start(t, "containers")
	shim(t, s.Emulator)
	pushed := map[string]string{} // image by function and kind of code
	for _, kind := range []string{"image", "goimage"} {
		s.Context = []string{"code=" + kind}
		require.NoError(t, s.Deploy(t.Context()))
		for _, p := range platforms {
			t.Run(kind+" "+p.lambda, func(t *testing.T) {
				image := imageOf(t, s, p)
				require.NotContains(t, pushed, image)
				pushed[image] = kind
				forgetDeployed(t, s.Emulator, image)
				requirePushed(t, s, p, image)
				status, answer, err := s.Emulator.Call(t.Context(), http.MethodGet, s.Outputs.URL("Prime", p.lambda)+"?max=1000000", "")
				require.NoError(t, err)
				require.Equal(t, http.StatusOK, status, answer)
				var report struct{ Machine, Message string }
				require.NoError(t, json.Unmarshal([]byte(answer), &report), answer)
				require.Equal(t, p.kernel, report.Machine)
				require.Equal(t, "There are 78498 prime numbers <= 1000000", report.Message)
			})
		}
	}
	require.Len(t, pushed, 4)
	var diff bytes.Buffer
	require.NoError(t, s.Diff(t.Context(), &diff), "%s", &diff)
	require.Contains(t, diff.String(), "There were no differences")
}

// start starts an emulator that runs images. What the CDK CLI prints is shown if the test fails.
func start(t *testing.T, name string) *demostack.Stack {
	t.Helper()
	var output bytes.Buffer
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("what the CDK CLI printed:\n%s", output.String())
		}
	})
	s, err := demostack.Start(t.Context(), emulator.Options{Name: name, Images: true}, &output)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// forgetDeployed removes an image that was deployed to an emulator under all of its names, and the
// containers that the emulator keeps for the next invocation.
func forgetDeployed(t *testing.T, e *emulator.Emulator, image string) {
	t.Helper()
	t.Cleanup(func() {
		removeContainers(t, e)
		registry := strings.TrimPrefix(e.URL, "http://")
		id, err := exec.CommandContext(context.Background(), program(), "image", "inspect", "--format", "{{.Id}}", onRegistry(registry, image)).Output()
		if err != nil {
			return // it was not deployed
		}
		docker(t, "image", "rm", "--force", image, strings.TrimSpace(string(id)))
	})
}

func removeContainers(t *testing.T, e *emulator.Emulator) {
	t.Helper()
	host, err := os.Hostname()
	require.NoError(t, err)
	port := e.URL[strings.LastIndex(e.URL, ":"):]
	for container := range strings.FieldsSeq(docker(t, "ps", "--all", "--quiet", "--filter", "label=ministack.instance="+host+port)) {
		docker(t, "rm", "--force", container)
	}
}

// imageOf returns the image that a sibling of Prime was deployed with.
func imageOf(t *testing.T, s *demostack.Stack, p platform) string {
	t.Helper()
	name := s.Outputs.FunctionName("Prime", p.lambda)
	deployed, err := lambda.NewFromConfig(s.Emulator.Config()).GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: &name})
	require.NoError(t, err)
	require.Equal(t, p.lambda, string(deployed.Configuration.Architectures[0]))
	require.NotNil(t, deployed.Code.ImageUri)
	return *deployed.Code.ImageUri
}

// requirePushed reads from the emulator's registry what the CDK CLI pushed there: one image, no index
// of several, of the architecture.
func requirePushed(t *testing.T, s *demostack.Stack, p platform, image string) {
	t.Helper()
	_, path, _ := strings.Cut(image, "/")
	repository, tag, _ := strings.Cut(path, ":")
	var manifest struct{ Config struct{ Digest string } }
	get(t, s.Emulator.URL+"/v2/"+repository+"/manifests/"+tag, &manifest)
	require.NotEmpty(t, manifest.Config.Digest, "the tag is no image")
	var config struct {
		OS, Architecture string
		Config           struct{ Entrypoint []string }
	}
	get(t, s.Emulator.URL+"/v2/"+repository+"/blobs/"+manifest.Config.Digest, &config)
	require.Equal(t, p.docker(), config.OS+"/"+config.Architecture)
	require.Equal(t, []string{"/var/task/bootstrap"}, config.Config.Entrypoint, "what a shim made was pushed")
}

func get(t *testing.T, url string, into any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode, "%s: %s", url, body)
	require.NoError(t, json.Unmarshal(body, into), "%s", body)
}
