package goimage

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
)

// binary compiles an empty program.
func binary(t *testing.T, goarch string) string {
	t.Helper()
	dir := t.TempDir()
	source, out := filepath.Join(dir, "main.go"), filepath.Join(dir, "out")
	require.NoError(t, os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o644))
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", out, source)
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS=linux", "GOARCH="+goarch)
	text, err := build.CombinedOutput()
	require.NoError(t, err, "%s", text)
	return out
}

func TestImageOnAnEmptyBase(t *testing.T) {
	dir := t.TempDir()
	for _, goarch := range []string{"amd64", "arm64"} {
		spec := Spec{Binary: binary(t, goarch), GOARCH: goarch, Labels: map[string]string{"org.opencontainers.image.title": "hello"}}
		out, err := Write(t.Context(), spec, dir)
		require.NoError(t, err)

		image, err := tarball.ImageFromPath(out.File, nil)
		require.NoError(t, err)
		require.NoError(t, validate.Image(image), "digests, sizes and layers agree")
		config, err := image.ConfigFile()
		require.NoError(t, err)
		require.Equal(t, goarch, config.Architecture)
		require.Equal(t, "linux", config.OS)
		require.True(t, config.Created.IsZero())
		require.Equal(t, []string{"/var/task/bootstrap"}, config.Config.Entrypoint)
		require.Equal(t, "/var/task", config.Config.WorkingDir)
		require.Equal(t, map[string]string{"org.opencontainers.image.title": "hello"}, config.Config.Labels)
		require.Equal(t, []string{"var", "var/task", "var/task/bootstrap"}, files(t, image))

		// What Docker would load runs on this architecture only.
		inventory, err := binarch.Scan(t.Context(), out.File, binarch.Options{})
		require.NoError(t, err)
		arches := map[string]binarch.Architecture{"amd64": binarch.X8664, "arm64": binarch.Arm64}
		for name, arch := range arches {
			require.Equal(t, name == goarch, len(inventory.Check(binarch.Target{Architecture: arch})) == 0)
		}
		manifest, err := tarball.LoadManifest(func() (io.ReadCloser, error) { return os.Open(out.File) })
		require.NoError(t, err)
		require.Equal(t, []string{"dualarch:" + goarch + "-" + out.Digest}, manifest[0].RepoTags)
	}
}

// files returns the names in an image.
func files(t *testing.T, image v1.Image) []string {
	t.Helper()
	all := mutate.Extract(image)
	defer func() { require.NoError(t, all.Close()) }()
	var names []string
	for archive := tar.NewReader(all); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		require.NoError(t, err)
		require.LessOrEqual(t, header.ModTime.Unix(), int64(0), header.Name)
		names = append(names, header.Name)
	}
}

func TestTheSameInputIsTheSameFile(t *testing.T) {
	file := binary(t, "arm64")
	write := func(labels map[string]string) (Output, []byte) {
		out, err := Write(t.Context(), Spec{Binary: file, GOARCH: "arm64", Labels: labels}, t.TempDir())
		require.NoError(t, err)
		content, err := os.ReadFile(out.File)
		require.NoError(t, err)
		return out, content
	}
	first, firstFile := write(nil)
	again, againFile := write(nil)
	require.Equal(t, first.Digest, again.Digest)
	require.Equal(t, firstFile, againFile)
	labelled, _ := write(map[string]string{"a": "b"})
	require.NotEqual(t, first.Digest, labelled.Digest)

	out, err := Write(t.Context(), Spec{Binary: file, GOARCH: "arm64"}, filepath.Dir(first.File))
	require.NoError(t, err)
	require.Equal(t, first, out)
	entries, err := os.ReadDir(filepath.Dir(first.File))
	require.NoError(t, err)
	require.Len(t, entries, 1, "something is left beside the image")
}

// base returns a layout of images for platforms.
func base(t *testing.T, platforms ...v1.Platform) string {
	t.Helper()
	var index v1.ImageIndex = empty.Index
	for _, platform := range platforms {
		image, err := random.Image(64, 1)
		require.NoError(t, err)
		config, err := image.ConfigFile()
		require.NoError(t, err)
		config.Architecture, config.OS = platform.Architecture, platform.OS
		config.Config.Cmd = []string{"/bin/sh"}
		config.Config.Env = []string{"LANG=C"}
		image, err = mutate.ConfigFile(image, config)
		require.NoError(t, err)
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image})
	}
	dir := t.TempDir()
	// An index in the index, as skopeo and crane write it.
	_, err := layout.Write(dir, mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: index}))
	require.NoError(t, err)
	return dir
}

// The file's name is the digest of what it should hold, and says nothing of what it holds.
func TestAFileThatWasChangedIsWrittenAnew(t *testing.T) {
	dir := t.TempDir()
	spec := Spec{Binary: binary(t, "arm64"), GOARCH: "arm64"}
	first, err := Write(t.Context(), spec, dir)
	require.NoError(t, err)
	want, err := os.ReadFile(first.File)
	require.NoError(t, err)
	made, err := os.Stat(first.File)
	require.NoError(t, err)
	_, err = Write(t.Context(), spec, dir)
	require.NoError(t, err)
	kept, err := os.Stat(first.File)
	require.NoError(t, err)
	require.True(t, os.SameFile(made, kept), "what is right stays")

	elsewhere := filepath.Join(t.TempDir(), "image.tar")
	require.NoError(t, os.WriteFile(elsewhere, want, 0o644))
	for name, change := range map[string]func() error{
		"emptied":  func() error { return os.Truncate(first.File, 0) },
		"poisoned": func() error { return os.WriteFile(first.File, append(slices.Clip(want), "evil"...), 0o644) },
		"a link":   func() error { return errors.Join(os.Remove(first.File), os.Symlink(elsewhere, first.File)) },
	} {
		require.NoError(t, change(), name)
		again, err := Write(t.Context(), spec, dir)
		require.NoError(t, err, name)
		require.Equal(t, first, again, name)
		got, err := os.ReadFile(again.File)
		require.NoError(t, err, name)
		require.True(t, bytes.Equal(want, got), name)
		info, err := os.Lstat(again.File)
		require.NoError(t, err, name)
		require.True(t, info.Mode().IsRegular(), name)
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing else is left")

	require.NoError(t, os.Chmod(dir, 0o777))
	_, err = Write(t.Context(), spec, dir)
	require.EqualError(t, err, "no folder for images: "+dir+" can be written to by others (drwxrwxrwx), and what others put there would be deployed; "+
		"set DUALARCH_IMAGES_DIR to a folder that only you can write to, or take the permission away")
}

// A base whose content is not what its digest says is refused.
func TestABaseThatWasChanged(t *testing.T) {
	dir := base(t, v1.Platform{OS: "linux", Architecture: "arm64"})
	image := written(t, Spec{Binary: binary(t, "arm64"), GOARCH: "arm64", Base: dir})
	manifest, err := image.Manifest()
	require.NoError(t, err)
	digest := manifest.Layers[0].Digest
	blob := filepath.Join(dir, "blobs", "sha256", digest.Hex)
	content, err := os.ReadFile(blob)
	require.NoError(t, err)
	content[len(content)-1] ^= 1
	require.NoError(t, os.Chmod(blob, 0o644))
	require.NoError(t, os.WriteFile(blob, content, 0o644))
	_, err = Write(t.Context(), Spec{Binary: binary(t, "arm64"), GOARCH: "arm64", Base: dir}, t.TempDir())
	require.ErrorContains(t, err, "layer "+digest.String()+": its content has the digest sha256:")
}

func TestImageOnAGivenBase(t *testing.T) {
	dir := base(t, v1.Platform{OS: "linux", Architecture: "amd64"}, v1.Platform{OS: "linux", Architecture: "arm64"})
	image := written(t, Spec{Binary: binary(t, "arm64"), GOARCH: "arm64", Base: dir})
	config, err := image.ConfigFile()
	require.NoError(t, err)
	require.Equal(t, "arm64", config.Architecture)
	require.Equal(t, []string{"LANG=C"}, config.Config.Env, "the base's own")
	require.Equal(t, []string{"/var/task/bootstrap"}, config.Config.Entrypoint)
	require.Empty(t, config.Config.Cmd, "the base's command is no argument of ours")
	layers, err := image.Layers()
	require.NoError(t, err)
	require.Len(t, layers, 2)
}

func TestWhatCannotBeAnImage(t *testing.T) {
	arm64, text := binary(t, "arm64"), filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(text, []byte("text"), 0o644))
	amd64Base := base(t, v1.Platform{OS: "linux", Architecture: "amd64"})
	twice := base(t, v1.Platform{OS: "linux", Architecture: "arm64"}, v1.Platform{OS: "linux", Architecture: "arm64"})
	nothing := t.TempDir()
	for name, test := range map[string]struct {
		spec Spec
		want string
	}{
		"the other architecture": {Spec{Binary: arm64, GOARCH: "amd64"},
			"out: built for arm64 Linux, deployed to x86_64: it cannot be executed there; build it with CGO_ENABLED=0 GOOS=linux GOARCH=amd64"},
		"no binary": {Spec{Binary: text, GOARCH: "arm64"}, text + " is not a binary"},
		"a base without the architecture": {Spec{Binary: arm64, GOARCH: "arm64", Base: amd64Base},
			"base " + amd64Base + " has 0 images for linux/arm64 among linux/amd64; give a layout with exactly one"},
		"a base with two": {Spec{Binary: arm64, GOARCH: "arm64", Base: twice},
			"base " + twice + " has 2 images for linux/arm64 among linux/arm64, linux/arm64; give a layout with exactly one"},
		"no base": {Spec{Binary: arm64, GOARCH: "arm64", Base: nothing},
			"base " + nothing + " is not an OCI image layout: stat " + nothing + "/index.json: no such file or directory"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := Write(t.Context(), test.spec, dir)
			require.EqualError(t, err, test.want)
			left, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}
