package goimage

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/pages"
)

// The pages' commands that fetch a base and list a tag's platforms, with a registry on loopback as
// public.ecr.aws.
func TestABaseThatCraneFetches(t *testing.T) {
	commands := pages.Commands(t, "crane ")
	bin := t.TempDir()
	text, err := exec.Command("go", "build", "-o", filepath.Join(bin, "crane"), "github.com/google/go-containerregistry/cmd/crane").CombinedOutput()
	require.NoError(t, err, "%s", text)
	var tags []string
	for _, command := range commands {
		for word := range strings.FieldsSeq(command) {
			if strings.HasPrefix(word, "public.ecr.aws/") {
				tags = append(tags, word)
			}
		}
	}
	environment := append(standInForECR(t, tags), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "HOME="+t.TempDir())

	folder := t.TempDir()
	for _, command := range commands {
		shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", command)
		shell.Dir, shell.Env = folder, append(os.Environ(), environment...)
		output, err := shell.Output()
		require.NoError(t, err, "%s\n%s", command, output)
		if !strings.HasPrefix(command, "crane manifest ") {
			continue
		}
		var index v1.IndexManifest
		require.NoError(t, json.Unmarshal(output, &index), "%s", output)
		require.Len(t, index.Manifests, 2)
		require.Equal(t, "arm64", index.Manifests[1].Platform.Architecture)
	}
	for _, goarch := range []string{"amd64", "arm64"} {
		image := written(t, Spec{Binary: binary(t, goarch), GOARCH: goarch, Base: filepath.Join(folder, "base")})
		layers, err := image.Layers()
		require.NoError(t, err)
		require.Len(t, layers, 2, "the base's and the binary's")
	}
}

// standInForECR returns a registry with an image of both platforms under each of the tags, and the
// environment in which a program takes it for public.ecr.aws: a proxy that leads to it, and the
// certificate to trust.
func standInForECR(t *testing.T, tags []string) []string {
	t.Helper()
	var index v1.ImageIndex = empty.Index
	blobs := map[string][]byte{}
	for _, goarch := range []string{"amd64", "arm64"} {
		image, err := random.Image(64, 1)
		require.NoError(t, err)
		config, err := image.ConfigFile()
		require.NoError(t, err)
		config.OS, config.Architecture = "linux", goarch
		image, err = mutate.ConfigFile(image, config)
		require.NoError(t, err)
		addBlobs(t, blobs, image)
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: goarch}},
		})
	}
	manifest, err := index.RawManifest()
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		repository, reference := path.Dir(path.Dir(strings.TrimPrefix(r.URL.Path, "/v2/"))), path.Base(r.URL.Path)
		blob, found := blobs[reference]
		switch {
		case r.URL.Path == "/v2/":
		case slices.Contains(tags, "public.ecr.aws/"+repository+":"+reference):
			w.Header().Set("Content-Type", string(types.OCIImageIndex))
			_, _ = w.Write(manifest)
		case found:
			w.Header().Set("Content-Type", string(types.DockerManifestSchema2)) // of a blob it is not looked at
			_, _ = w.Write(blob)
		default:
			http.NotFound(w, r)
		}
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificateOf(t, "public.ecr.aws")}}
	server.StartTLS()
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect || r.Host != "public.ecr.aws:443" {
			http.Error(w, "nothing else is asked for", http.StatusForbidden)
			return
		}
		tunnel(w, address)
	}))
	t.Cleanup(proxy.Close)
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	block := &pem.Block{Type: "CERTIFICATE", Bytes: server.TLS.Certificates[0].Certificate[0]}
	require.NoError(t, os.WriteFile(trusted, pem.EncodeToMemory(block), 0o600))
	return []string{"HTTPS_PROXY=" + proxy.URL, "https_proxy=" + proxy.URL, "NO_PROXY=", "no_proxy=", "SSL_CERT_FILE=" + trusted}
}

// addBlobs adds the parts of an image by digest.
func addBlobs(t *testing.T, blobs map[string][]byte, image v1.Image) {
	t.Helper()
	add := func(content []byte, err error) {
		require.NoError(t, err)
		hash, _, err := v1.SHA256(bytes.NewReader(content))
		require.NoError(t, err)
		blobs[hash.String()] = content
	}
	add(image.RawManifest())
	add(image.RawConfigFile())
	layers, err := image.Layers()
	require.NoError(t, err)
	for _, layer := range layers {
		compressed, err := layer.Compressed()
		require.NoError(t, err)
		add(io.ReadAll(compressed))
	}
}

// tunnel connects the request's connection to an address, as a proxy does for CONNECT.
func tunnel(w http.ResponseWriter, address string) {
	to, err := net.Dial("tcp", address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	w.WriteHeader(http.StatusOK)
	from, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		_ = to.Close()
		return
	}
	go func() {
		_, _ = io.Copy(to, buffered)
		_ = to.Close()
	}()
	_, _ = io.Copy(from, to)
	_ = from.Close()
}
