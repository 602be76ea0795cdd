package containers

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/cxapi"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
	"github.com/dualarch/dualarch/internal/dockerbuild"
)

// This engine can build for both architectures, until its builder is switched off.
func TestClassicBuilderIsRefused(t *testing.T) {
	source := imageSource(t)
	synthesize(t, t.TempDir(), dualarch.ImageCode(&source, nil))

	t.Setenv("DOCKER_BUILDKIT", "0")
	require.PanicsWithError(t, `DualArchFunction "Containers/Hello" cannot be made, nothing was created:
  - Code: ImageCode: Docker's classic builder would build the images: its cache ignores the platform, so that both siblings would get the image of one architecture; DOCKER_BUILDKIT is "0": unset it or set it to 1`, func() {
		synthesize(t, t.TempDir(), dualarch.ImageCode(&source, nil))
	})
}

// Synthesis and deployment name an asset's images by one hash per architecture. One more byte in the
// source makes another image for both.
func TestImagesOfASource(t *testing.T) {
	source := imageSource(t)
	first := hashes(t, source)
	require.NotEqual(t, first["X86Image"], first["Arm64Image"])
	require.Equal(t, first, hashes(t, source))
	write(t, filepath.Join(source, "app"), "another byte")
	second := hashes(t, source)
	for image := range first {
		require.NotEqual(t, first[image], second[image], image)
	}
}

// An image left by another builder under an asset's name is not deployed: the CDK CLI does not
// rebuild a name that exists.
func TestStaleImage(t *testing.T) {
	source := imageSource(t)
	tag := "cdkasset-" + hashes(t, source)["Arm64Image"]
	build(t, platforms[0], tag, source) // as the classic builder would, for the platform of the first build
	require.Equal(t, []string{
		"/Containers/Hello/Arm64Image: the image that cdk deploy would push for linux/arm64 exists already and is for linux/amd64: Docker's classic builder, or a platform in the Dockerfile's last FROM, made it so, and it would not be built again; remove it: " +
			program() + " image rm " + tag,
	}, errorsOf(t, source))

	docker(t, "image", "rm", tag)
	require.Empty(t, errorsOf(t, source))
	build(t, platforms[1], tag, source)
	require.Empty(t, errorsOf(t, source))
}

// Synthesis sees this engine as it is.
func TestEngineIsFit(t *testing.T) {
	require.Equal(t, dockerbuild.Verdict{Reached: true}, dockerbuild.Inspect(t.Context()))
}

// imageSource returns a folder with a Dockerfile that needs no base image and no emulation.
func imageSource(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "Dockerfile"), "FROM scratch\nCOPY app /app\n")
	write(t, filepath.Join(dir, "app"), "a byte of "+t.Name())
	return dir
}

// hashes returns those of the images of both architectures, by their construct's id.
func hashes(t *testing.T, source string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, image := range imagesIn(t, synthesize(t, t.TempDir(), dualarch.ImageCode(&source, nil))) {
		found[image.id] = image.hash
	}
	require.Len(t, found, 2)
	return found
}

// errorsOf returns the errors with which the CDK CLI would stop.
func errorsOf(t *testing.T, source string) []string {
	t.Helper()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())})
	stack := newFunction(app, dualarch.ImageCode(&source, nil))
	var found []string
	for _, message := range *app.Synth(nil).GetStackArtifact(stack.ArtifactId()).Messages() {
		if message.Level == cxapi.SynthesisMessageLevel_ERROR { //nolint:staticcheck // it is what Messages returns
			found = append(found, fmt.Sprintf("%s: %v", *message.Id, message.Entry.Data)) //nolint:staticcheck // likewise
		}
	}
	return found
}
