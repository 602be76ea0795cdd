package containers

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/gobuild"
	"github.com/dualarch/dualarch/internal/goimage"
)

// prime returns the demo's Prime, compiled by this module's own build.
func prime(t *testing.T, p platform) string {
	t.Helper()
	binary, err := gobuild.Register(gobuild.Spec{Dir: filepath.Join(root, "functions", "prime"), GOARCH: p.goarch}).Output()
	require.NoError(t, err)
	return filepath.Join(binary.Dir, "bootstrap")
}

// buildPrebuilt builds the Dockerfile's stage that takes binaries which are built already.
func buildPrebuilt(t *testing.T, p platform, image string) {
	t.Helper()
	context := t.TempDir()
	link(t, prime(t, p), filepath.Join(context, p.goarch, "bootstrap"))
	build(t, p, image, context, "--file", filepath.Join(root, "functions", "prime", "Dockerfile"), "--target", "prebuilt")
}

func TestPrebuiltStage(t *testing.T) {
	for _, p := range platforms {
		t.Run(p.lambda, func(t *testing.T) {
			image := "dualarch-test/prebuilt:" + p.lambda
			buildPrebuilt(t, p, image)
			requireImage(t, p, image)
			requireAnswer(t, p, image)
		})
	}
}

// An image that was made without Docker is one to Docker.
func TestImageWithoutDockerfile(t *testing.T) {
	dir := t.TempDir()
	loaded := map[string]bool{}
	for _, p := range platforms {
		t.Run(p.lambda, func(t *testing.T) {
			made, err := goimage.Write(t.Context(), goimage.Spec{Binary: prime(t, p), GOARCH: p.goarch}, dir)
			require.NoError(t, err)
			image := strings.TrimPrefix(docker(t, "load", "--quiet", "--input", made.File), "Loaded image: ")
			forget(t, "image", "rm", "--force", image)
			require.False(t, loaded[image], "both architectures are loaded as %s", image)
			loaded[image] = true
			requireImage(t, p, image)
			requireAnswer(t, p, image)
		})
	}
}
