package look

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"debug/elf"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/google/go-containerregistry/pkg/compression"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	imagetypes "github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarchtest"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/survey"
)

const (
	account = "123456789012"
	other   = "210987654321"
)

// world is a simulated account whose calls are counted.
type world struct {
	*lambdasim.Simulator
	mu    sync.Mutex
	calls map[string]int
	// fault decides what goes wrong with a call, nil for nothing.
	fault func(lambdasim.Call) *lambdasim.Fault
}

func newWorld() *world {
	w := &world{Simulator: lambdasim.New(lambdasim.Options{Account: account, Latency: 1}), calls: map[string]int{}}
	w.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.calls[c.Operation]++
		if w.fault == nil {
			return nil
		}
		return w.fault(c)
	})
	return w
}

// nth has the nth call of an operation go wrong.
func nth(n int, operation string, fault lambdasim.Fault) func(lambdasim.Call) *lambdasim.Fault {
	return func(c lambdasim.Call) *lambdasim.Fault {
		if c.Operation != operation {
			return nil
		}
		if n--; n != 0 {
			return nil
		}
		return &fault
	}
}

// always has each call of an operation go wrong.
func always(operation string, fault lambdasim.Fault) func(lambdasim.Call) *lambdasim.Fault {
	return func(c lambdasim.Call) *lambdasim.Fault {
		if c.Operation != operation {
			return nil
		}
		return &fault
	}
}

// look looks at a function with a new Looker.
func (w *world) look(t *testing.T, name string, options Options) (f survey.Function, read, cached int64) {
	t.Helper()
	return w.lookWith(t, newLooker(t, options), name)
}

func newLooker(t *testing.T, options Options) *Looker {
	t.Helper()
	l, err := New(options)
	require.NoError(t, err)
	return l
}

func (w *world) lookWith(t *testing.T, l *Looker, name string) (f survey.Function, read, cached int64) {
	t.Helper()
	f, c := w.listed(t, name)
	read, cached = l.Look(t.Context(), w.Config(), &f, c)
	return f, read, cached
}

// listed is what a survey knows of a function before it looks into its code.
func (w *world) listed(t *testing.T, name string) (survey.Function, types.FunctionConfiguration) {
	t.Helper()
	found, err := lambda.NewFromConfig(w.Config()).GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: &name})
	require.NoError(t, err)
	w.mu.Lock()
	delete(w.calls, "GetFunctionConfiguration")
	w.mu.Unlock()
	c := types.FunctionConfiguration{
		FunctionArn: found.FunctionArn, FunctionName: found.FunctionName, Architectures: found.Architectures, Runtime: found.Runtime, Handler: found.Handler,
		PackageType: found.PackageType, CodeSha256: found.CodeSha256, CodeSize: found.CodeSize, Layers: found.Layers,
	}
	return survey.Function{ARN: aws.ToString(c.FunctionArn), Name: name, Region: "us-east-1"}, c
}

// add adds a function on x86_64.
func (w *world) add(name, runtime, handler string, archive lambdasim.Archive, layers ...string) {
	w.CreateFunction(lambdasim.Function{Name: name, Archive: archive, Configure: func(c *lambdasim.Configuration) {
		c.Runtime, c.Handler = runtime, handler
		for _, arn := range layers {
			c.Layers = append(c.Layers, lambdasim.Layer{Arn: arn})
		}
	}})
}

func x86(t testing.TB) string { return binarchtest.Program(t, elf.EM_X86_64) }

func arm(t testing.TB) string { return binarchtest.Program(t, elf.EM_AARCH64) }

// zipped packs files, all of them executable.
func zipped(t testing.TB, files map[string]string) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		header.SetMode(0o755)
		entry, err := w.CreateHeader(header)
		require.NoError(t, err)
		_, err = entry.Write([]byte(files[name]))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return bytes.NewReader(b.Bytes())
}

// onDisk writes a package to a file.
func onDisk(t testing.TB, content *bytes.Reader) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "package.zip")
	b := make([]byte, content.Size())
	_, err := content.ReadAt(b, 0)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, b, 0o600))
	return path
}

// image makes an image of layers, the lowest first.
func image(t testing.TB, architecture string, how compression.Compression, layers ...map[string]string) v1.Image {
	t.Helper()
	img := empty.Image
	for _, files := range layers {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(files[name]))}))
			_, err := w.Write([]byte(files[name]))
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		var layer v1.Layer
		var err error
		if how == compression.None { // LayerFromOpener compresses then too
			layer = static.NewLayer(b.Bytes(), imagetypes.OCIUncompressedLayer)
		} else {
			layer, err = tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }, tarball.WithCompression(how))
		}
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

// push pushes an image and returns its URI.
func (w *world) push(t testing.TB, owner, repository string, img v1.Image) string {
	t.Helper()
	config, err := img.RawConfigFile()
	require.NoError(t, err)
	w.PushBlob(config)
	layers, err := img.Layers()
	require.NoError(t, err)
	for _, layer := range layers {
		r, err := layer.Compressed()
		require.NoError(t, err)
		content, err := io.ReadAll(r)
		require.NoError(t, err)
		w.PushBlob(content)
	}
	manifest, err := img.RawManifest()
	require.NoError(t, err)
	kind, err := img.MediaType()
	require.NoError(t, err)
	return w.RegistryHost(owner) + "/" + repository + "@" + w.PushManifest(owner, repository, "latest", string(kind), manifest)
}

// texts are a function's obstacles in words.
func texts(f survey.Function) (all []string) {
	for _, obstacle := range f.Readiness.Obstacles {
		all = append(all, strings.TrimPrefix(obstacle.Package+": ", ": ")+string(obstacle.Rule)+" "+obstacle.Path)
	}
	return all
}
