package containers

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/emulator"
)

// If Docker lacks something, `cdk deploy` stops before CloudFormation is asked to change anything.
// docs/containers.md quotes the texts.
func TestDeploymentStops(t *testing.T) {
	dir := t.TempDir()
	for _, p := range platforms {
		base := filepath.Join(dir, p.goarch)
		compile(t, p, "./standin/sh", filepath.Join(base, "bin", "sh"))
		if p.lambda != emulator.HostArchitecture() {
			alienate(t, filepath.Join(base, "bin", "sh"))
		}
		standInForBase(t, p, base)
	}
	assembly := synthesize(t, filepath.Join(dir, "cdk.out"), everyOption(t, dir))

	e, err := emulator.Start(t.Context(), emulator.Options{Name: "containers-stops"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Stop()) })
	var output bytes.Buffer
	require.NoError(t, e.Bootstrap(t.Context(), &output), "%s", &output)
	shim(t, e)
	actions := record(t, e)
	environment := slices.Clone(e.CLIEnvironment)
	for _, image := range imagesIn(t, assembly) {
		forgetDeployed(t, e, ecr+"/cdk-hnb659fds-container-assets-"+emulator.Account+"-"+emulator.Region+":"+image.hash)
	}

	for _, test := range []struct {
		name        string
		environment []string
		want        string // a regular expression
	}{
		{"no Docker", []string{"CDK_DOCKER=no-such-docker"},
			`Failed to find and execute 'no-such-docker' while attempting to build a container asset\. Please install 'no-such-docker' and try again\.`},
		// By the builder, and by the release: the last is that of Docker 29.
		{"no daemon", []string{"DOCKER_HOST=unix:///nowhere/docker.sock"},
			`Cannot connect to the Docker daemon at unix:///nowhere/docker\.sock|cannot connect to the Docker daemon\. Is 'docker daemon' running|failed to connect to the docker API at unix:///nowhere/docker\.sock`},
		{"no emulation of the other architecture", nil,
			"exec /bin/sh: exec format error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			e.CLIEnvironment = append(slices.Clone(environment), test.environment...)
			actions.clear()
			var output bytes.Buffer
			require.Error(t, e.OnAssembly(t.Context(), &output, assembly, "deploy", "--all", "--require-approval", "never"))
			require.Regexp(t, test.want, output.String())
			require.Subset(t, []string{"DescribeStacks"}, actions.list(), "CloudFormation was asked for more than what is there")
		})
	}
	t.Run("nothing is missing", func(t *testing.T) {
		for _, p := range platforms {
			base := filepath.Join(dir, p.goarch)
			require.NoError(t, os.RemoveAll(base))
			compile(t, p, "./standin/sh", filepath.Join(base, "bin", "sh"))
			standInForBase(t, p, base)
		}
		e.CLIEnvironment = environment
		actions.clear()
		var output bytes.Buffer
		require.NoError(t, e.OnAssembly(t.Context(), &output, assembly, "deploy", "--all", "--require-approval", "never"), "%s", &output)
		require.Contains(t, actions.list(), "CreateChangeSet", "the recorder does not see what changes a stack")
		for _, image := range imagesIn(t, assembly) {
			requireOptions(t, image)
		}
	})
}

// standInForBase makes the base image of an architecture from a folder with a shell.
func standInForBase(t *testing.T, p platform, dir string) {
	t.Helper()
	write(t, filepath.Join(dir, "Dockerfile"), "FROM scratch\nCOPY bin /bin\n")
	build(t, p, "dualarch-test/base:"+p.goarch, dir)
}

// alienate makes a program one for a processor that nothing here emulates, like the other
// architecture's on a machine without qemu and its binfmt_misc registration, which this machine has.
func alienate(t *testing.T, file string) {
	t.Helper()
	program, err := os.OpenFile(file, os.O_WRONLY, 0)
	require.NoError(t, err)
	const machine = 18 // where the ELF header says it
	_, err = program.WriteAt(binary.LittleEndian.AppendUint16(nil, uint16(elf.EM_NONE)), machine)
	require.NoError(t, err)
	require.NoError(t, program.Close())
}

// recorder records what CloudFormation was asked for.
type recorder struct {
	lock    sync.Mutex
	actions []string
}

func (r *recorder) clear() {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.actions = nil
}

func (r *recorder) list() []string {
	r.lock.Lock()
	defer r.lock.Unlock()
	slices.Sort(r.actions)
	return slices.Compact(slices.Clone(r.actions))
}

// record has the CDK CLI call the emulator's CloudFormation through a recorder.
func record(t *testing.T, e *emulator.Emulator) *recorder {
	t.Helper()
	target, err := url.Parse(e.URL)
	require.NoError(t, err)
	kept := &recorder{}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		form, err := url.ParseQuery(string(body))
		if err == nil {
			kept.lock.Lock()
			kept.actions = append(kept.actions, form.Get("Action"))
			kept.lock.Unlock()
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	e.CLIEnvironment = append(e.CLIEnvironment, "AWS_ENDPOINT_URL_CLOUDFORMATION="+server.URL)
	return kept
}
