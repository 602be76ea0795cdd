package goimage

import (
	"archive/tar"
	"bytes"
	"io"
	"os"
	"testing"

	registryname "github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/require"
)

// written writes an image and reads it again.
func written(t *testing.T, spec Spec) v1.Image {
	t.Helper()
	out, err := Write(t.Context(), spec, t.TempDir())
	require.NoError(t, err)
	image, err := tarball.ImageFromPath(out.File, nil)
	require.NoError(t, err)
	return image
}

// The bytes are those that go-containerregistry would write.
func TestTheSameFileAsGoContainerregistry(t *testing.T) {
	file := binary(t, "arm64")
	dir := base(t, v1.Platform{OS: "linux", Architecture: "amd64"}, v1.Platform{OS: "linux", Architecture: "arm64"})
	path, err := layout.FromPath(dir)
	require.NoError(t, err)
	index, err := path.ImageIndex()
	require.NoError(t, err)
	images, err := partial.FindImages(index, func(v1.Descriptor) bool { return true })
	require.NoError(t, err)
	if len(images) == 0 { // they are in the index in the index
		nested, err := partial.FindIndexes(index, func(v1.Descriptor) bool { return true })
		require.NoError(t, err)
		images, err = partial.FindImages(nested[0], func(v1.Descriptor) bool { return true })
		require.NoError(t, err)
	}
	for name, from := range map[string]v1.Image{"": empty.Image, dir: images[1]} {
		binary, err := os.ReadFile(file)
		require.NoError(t, err)
		var content bytes.Buffer
		archive := tar.NewWriter(&content)
		for _, header := range []*tar.Header{
			{Name: "var/", Typeflag: tar.TypeDir, Mode: 0o755}, {Name: "var/task/", Typeflag: tar.TypeDir, Mode: 0o755},
			{Name: "var/task/bootstrap", Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(binary))},
		} {
			require.NoError(t, archive.WriteHeader(header))
		}
		_, err = archive.Write(binary)
		require.NoError(t, err)
		require.NoError(t, archive.Close())
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content.Bytes())), nil })
		require.NoError(t, err)
		image, err := mutate.Append(from, mutate.Addendum{Layer: layer, History: v1.History{CreatedBy: "dualarch", Comment: entryPoint}})
		require.NoError(t, err)
		config, err := image.ConfigFile()
		require.NoError(t, err)
		config.Architecture, config.OS, config.Created = "arm64", "linux", v1.Time{}
		config.Config.Entrypoint, config.Config.Cmd, config.Config.WorkingDir = []string{entryPoint}, nil, "/var/task"
		config.Config.Labels = map[string]string{"a": "b"}
		image, err = mutate.ConfigFile(image, config)
		require.NoError(t, err)
		want, err := image.Digest()
		require.NoError(t, err)
		out, err := Write(t.Context(), Spec{Binary: file, GOARCH: "arm64", Base: name, Labels: map[string]string{"a": "b"}}, t.TempDir())
		require.NoError(t, err)
		require.Equal(t, want.Hex, out.Digest)
		var wanted bytes.Buffer
		tag, err := registryname.NewTag("dualarch:arm64-" + want.Hex)
		require.NoError(t, err)
		require.NoError(t, tarball.Write(tag, image, &wanted))
		got, err := os.ReadFile(out.File)
		require.NoError(t, err)
		require.True(t, bytes.Equal(wanted.Bytes(), got))
	}
}
