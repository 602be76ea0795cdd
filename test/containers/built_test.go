package containers

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/constructs/dualarch"
)

// A command is run in a container of each architecture: this machine's, and the one that is emulated
// here. Both are one tag of a registry, as a build image has it.
func TestBuiltInAContainer(t *testing.T) {
	t.Setenv("DUALARCH_BUILT_DIR", t.TempDir())
	source := t.TempDir()
	write(t, filepath.Join(source, "app.py"), "a source")
	assembly := synthesize(t, t.TempDir(), dualarch.AssetCodeBuilt(&source, awslambda.Runtime_PYTHON_3_14(), jsii.String("app.handler"),
		jsii.Strings("/builder", "for", "${GNU_ARCH}"),
		&dualarch.AssetCodeBuiltOptions{
			Container:   jsii.String(buildImage(t)),
			Output:      jsii.String("dist"),
			Environment: &map[string]*string{"MODE": jsii.String("release")},
		}))

	files, err := filepath.Glob(filepath.Join(assembly, "asset.*", "made"))
	require.NoError(t, err)
	var made []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		made = append(made, string(content))
	}
	require.ElementsMatch(t, []string{
		"I am amd64\nARCH x86_64\nGOARCH amd64\nDOCKER_PLATFORM linux/amd64\nGNU_ARCH x86_64\nNODE_ARCH x64\nMODE release\narguments for x86_64\n",
		"I am arm64\nARCH arm64\nGOARCH arm64\nDOCKER_PLATFORM linux/arm64\nGNU_ARCH aarch64\nNODE_ARCH arm64\nMODE release\narguments for aarch64\n",
	}, made)
}

// buildImage returns a tag for both architectures, in a registry on loopback.
func buildImage(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	repository := strings.TrimPrefix(server.URL, "http://") + "/build"
	index := v1.IndexManifest{SchemaVersion: 2, MediaType: types.DockerManifestList}
	for _, p := range platforms {
		dir := t.TempDir()
		compile(t, p, "./standin/builder", filepath.Join(dir, "builder"))
		write(t, filepath.Join(dir, "Dockerfile"), "FROM scratch\nCOPY builder /builder\n")
		image := repository + ":" + p.goarch
		build(t, p, image, dir)
		docker(t, "push", "--quiet", image)
		manifest, err := http.Get(server.URL + "/v2/build/manifests/" + p.goarch)
		require.NoError(t, err)
		require.NoError(t, manifest.Body.Close())
		digest, err := v1.NewHash(manifest.Header.Get("Docker-Content-Digest"))
		require.NoError(t, err)
		index.Manifests = append(index.Manifests, v1.Descriptor{
			MediaType: types.MediaType(manifest.Header.Get("Content-Type")), Size: manifest.ContentLength, Digest: digest,
			Platform: &v1.Platform{OS: "linux", Architecture: p.goarch},
		})
	}
	text, err := json.Marshal(index)
	require.NoError(t, err)
	put, err := http.NewRequestWithContext(t.Context(), http.MethodPut, server.URL+"/v2/build/manifests/1", bytes.NewReader(text))
	require.NoError(t, err)
	put.Header.Set("Content-Type", string(types.DockerManifestList))
	response, err := http.DefaultClient.Do(put)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusCreated, response.StatusCode)
	forget(t, "image", "rm", "--force", repository+":1")
	return repository + ":1"
}
