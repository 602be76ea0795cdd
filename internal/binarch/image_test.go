package binarch

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-containerregistry/pkg/compression"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"
)

// built makes an image of layers, the lowest first.
func built(t *testing.T, architecture string, how compression.Compression, layers ...files) v1.Image {
	t.Helper()
	img := empty.Image
	for _, l := range layers {
		content := l.tar(t)
		options := []tarball.LayerOption{tarball.WithCompression(how)}
		if how == compression.ZStd {
			options = append(options, tarball.WithMediaType(types.OCILayerZStd))
		}
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader([]byte(content))), nil
		}, options...)
		require.NoError(t, err)
		img, err = mutate.AppendLayers(img, layer)
		require.NoError(t, err)
	}
	config, err := img.ConfigFile()
	require.NoError(t, err)
	config = config.DeepCopy()
	config.Architecture, config.OS = architecture, "linux"
	img, err = mutate.ConfigFile(img, config)
	require.NoError(t, err)
	return img
}

// saved is what "docker save app:latest" writes.
func saved(t *testing.T, img v1.Image) string {
	t.Helper()
	tag, err := name.NewTag("app:latest")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "image.tar")
	require.NoError(t, tarball.WriteToFile(path, tag, img))
	return path
}

// laidOut is an OCI layout folder.
func laidOut(t *testing.T, images ...v1.Image) string {
	t.Helper()
	dir := t.TempDir()
	path, err := layout.Write(dir, empty.Index)
	require.NoError(t, err)
	for _, img := range images {
		require.NoError(t, path.AppendImage(img))
	}
	return dir
}

// asTar packs a folder, as "skopeo copy" does for oci-archive.
func asTar(t *testing.T, dir string) string {
	t.Helper()
	all := files{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		all[filepath.ToSlash(rel)] = string(b)
		return err
	}))
	return file(t, "oci.tar", all.tar(t))
}

var (
	glibc231 = string(elfSpec{defs: []string{"GLIBC_2.2.5", "GLIBC_2.31"}}.build())
	loader   = string(elfSpec{defs: []string{"GLIBC_2.2.5"}}.build())
)

func TestImageArchives(t *testing.T) {
	layers := []files{
		{
			"lib64/ld-linux-x86-64.so.2*": loader, "lib64/libc.so.6": glibc231, "usr/bin/old*": armProgram,
			"opt/gone/a.so": armLibrary, "opt/opaque/b.so": armLibrary, "opt/replaced.so": armLibrary, "opt/folder/c.so": armLibrary,
			"opt/file": armLibrary, "opt/kept/": "", "opt/kept/d.so": armLibrary,
		},
		{"usr/bin/.wh.old": "", "opt/.wh.gone": "", "opt/opaque/.wh..wh..opq": "", "opt/opaque/new.so": armLibrary, "opt/replaced.so": x86Library, "opt/folder": "a file now",
			"opt/file/": "", "opt/file/in a folder now": "", "opt/kept/": "", "opt/kept/more": ""},
		{"var/task/tool*": x86Program, "var/task/wrong.so": armLibrary},
	}
	want := []string{"wrong-architecture opt/kept/d.so", "wrong-architecture opt/opaque/new.so", "wrong-architecture var/task/wrong.so"}
	x86, arm := Target{Architecture: X8664}, Target{Architecture: Arm64}
	img := built(t, "amd64", compression.GZip, layers...)
	docker := saved(t, img)
	content, err := os.ReadFile(docker)
	require.NoError(t, err)
	oci := laidOut(t, img)
	for name, path := range map[string]string{
		"docker save":           docker,
		"docker save | gzip":    file(t, "image.tar.gz", gzipped(t, string(content))),
		"OCI layout":            oci,
		"OCI archive":           asTar(t, oci),
		"OCI archive with zstd": asTar(t, laidOut(t, built(t, "amd64", compression.ZStd, layers...))),
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, want, alarms(t, path, x86))
			require.Len(t, alarms(t, path, arm), 1)
		})
	}
	report, err := Check(t.Context(), docker, []Target{arm}, Options{})
	require.NoError(t, err)
	require.Equal(t, "app:latest: built for x86_64 Linux, deployed to arm64: the image cannot start there; build the image with docker build --platform linux/arm64",
		report.Findings[0].String())
}

// What is in /opt/extensions of an image is started as a layer's extensions are.
func TestExtensionsInImages(t *testing.T) {
	img := saved(t, built(t, "arm64", compression.GZip, files{
		"opt/extensions/agent": armGo, "opt/extensions/script*": "#!/usr/bin/env python3\n", "opt/extensions/notes*": "text",
		"extensions/elsewhere": armGo, "bootstrap": "text",
	}))
	report, err := Check(t.Context(), img, []Target{{Architecture: Arm64}}, Options{})
	require.NoError(t, err)
	var got []string
	for _, f := range report.Findings {
		got = append(got, f.String())
	}
	require.Equal(t, []string{
		"opt/extensions/agent: built for arm64 Linux, deployed to arm64: Lambda starts it, and it is not executable; chmod 755 it before it is packed",
		"opt/extensions/notes: deployed to arm64: it is neither a program nor a script that begins with #!; begin it with a line like #!/bin/sh",
	}, got)
}

func TestMultiPlatformImages(t *testing.T) {
	both := laidOut(t,
		built(t, "amd64", compression.GZip, files{"var/task/a.so": x86Library}),
		built(t, "arm64", compression.GZip, files{"var/task/a.so": armLibrary, "var/task/b.so": x86Library}))
	require.Empty(t, alarms(t, both, Target{Architecture: X8664}))
	require.Equal(t, []string{"wrong-architecture var/task/b.so"}, alarms(t, both, Target{Architecture: Arm64}))
}

func TestImagesBringTheirOwnCLibrary(t *testing.T) {
	needs := string(elfSpec{interp: "/lib64/ld-linux-x86-64.so.2", needed: []string{"libc.so.6"}, needs: []string{"GLIBC_2.34"}}.build())
	musl := string(elfSpec{interp: "/lib/ld-musl-x86_64.so.1"}.build())
	target := Target{Architecture: X8664}
	debian := saved(t, built(t, "amd64", compression.GZip, files{
		"lib64/ld-linux-x86-64.so.2*": loader, "lib64/libc.so.6": glibc231, "var/task/new*": needs, "var/task/musl*": musl,
	}))
	report, err := Check(t.Context(), debian, []Target{target}, Options{})
	require.NoError(t, err)
	require.Len(t, report.Findings, 2)
	require.Equal(t, "var/task/musl: built for x86_64 Linux (musl), deployed to x86_64: its loader ld-musl-x86_64.so.1 is not in the image; link it statically, or build it for x86_64-linux-gnu instead of musl",
		report.Findings[0].String())
	require.Equal(t, "var/task/new: built for x86_64 Linux, deployed to x86_64: it needs glibc 2.34, and the image has 2.31; build it in the image that it runs in",
		report.Findings[1].String())
	alpine := saved(t, built(t, "amd64", compression.GZip, files{"lib/ld-musl-x86_64.so.1*": x86Musl, "var/task/musl*": musl, "var/task/a.so": x86Musl}))
	require.Empty(t, alarms(t, alpine, target))
	multilib := saved(t, built(t, "amd64", compression.GZip, files{"lib/ld-linux.so.2*": i386, "lib/liba.so": i386}))
	require.Empty(t, alarms(t, multilib, target))
}

func TestDamagedImageArchives(t *testing.T) {
	img := built(t, "amd64", compression.GZip, files{"a.so": x86Library})
	tests := []struct {
		name, index, want string
	}{
		{"index", "{", "image archive: index.json: unexpected end of JSON input"},
		{"no image", `{"manifests": []}`, "image archive: manifest.json: file does not exist"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := laidOut(t, img)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "index.json"), []byte(test.index), 0o644))
			require.Equal(t, []Problem{{"", test.want}}, problems(t, asTar(t, dir), Limits{}))
		})
	}
	t.Run("out of the layout", func(t *testing.T) {
		dir := laidOut(t, img)
		secret := files{"secret": "text"}.folder(t)
		require.NoError(t, os.Remove(filepath.Join(dir, "index.json")))
		require.NoError(t, os.Symlink(filepath.Join(secret, "secret"), filepath.Join(dir, "index.json")))
		// Not a layout then, but a folder like any other.
		inventory, err := Scan(t.Context(), dir, Options{})
		require.NoError(t, err)
		require.Nil(t, inventory.Trees[0].Image)
	})
	t.Run("a layer cut off", func(t *testing.T) {
		dir := laidOut(t, img)
		layers, err := img.Layers()
		require.NoError(t, err)
		digest, err := layers[0].Digest()
		require.NoError(t, err)
		require.NoError(t, os.Truncate(filepath.Join(dir, "blobs", "sha256", digest.Hex), 60))
		require.Equal(t, []Problem{{"", "tar: unexpected EOF"}}, problems(t, dir, Limits{}))
	})
}
