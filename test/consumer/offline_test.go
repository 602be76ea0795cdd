package consumer

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/gobuild"
	"github.com/dualarch/dualarch/test/pages"
)

// In the module of an app, "go mod tidy" and "go mod download" fetch all that synthesis builds: from then on no network
// is needed. If something is missing after all, the error is short, and says what to do; and a file that "dualarch
// tuner-binary" has written takes the place of the build, if it is of the app's version.
func TestSynthesisWithoutANetwork(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	away := t.TempDir()
	proxy, app := filepath.Join(away, "proxy"), filepath.Join(away, "app")
	pages.Publish(t, proxy)
	copyFile(t, "testdata/app.go.txt", filepath.Join(app, "main.go"))
	copyFile(t, "testdata/orders.go.txt", filepath.Join(app, "functions", "orders", "main.go"))
	write(t, filepath.Join(app, "go.mod"), []byte("module example.com/shop\n\ngo 1.26\n\nrequire github.com/dualarch/dualarch v1.0.0\n"))

	settings := strings.Fields(run(t, root, nil, "go", "env", "GOMODCACHE", "GOPROXY"))
	// -trimpath makes what is compiled independent of where the module cache lies.
	common := []string{"GOFLAGS=-modcacherw -trimpath", "GOSUMDB=off", "GONOPROXY=none", "GOPRIVATE=", "GOWORK=off"}
	common = append(common, "GOPROXY=file://"+proxy+",file://"+filepath.Join(settings[0], "cache", "download")+","+settings[1])
	online := append([]string{"GOMODCACHE=" + filepath.Join(away, "first")}, common...)
	fetch := pages.Block(t, "go mod tidy") // go mod tidy, go mod download
	require.Len(t, fetch, 2)
	run(t, app, online, "bash", "-c", fetch[0])
	bin, tuner := filepath.Join(away, "bin"), filepath.Join(away, "tuner.zip")
	run(t, away, append([]string{"GOBIN=" + bin}, online...), "go", "install", "github.com/dualarch/dualarch/cmd/dualarch@v1.0.0")
	path := "PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH")
	run(t, away, append([]string{path}, online...), "bash", "-c", pages.Command(t, "dualarch tuner-binary"))

	cache := filepath.Join(away, "second") // holds what the one command has fetched
	run(t, app, append([]string{"GOMODCACHE=" + cache}, common...), "bash", "-c", fetch[1])
	offline := append(common, "GOMODCACHE="+cache, "GOPROXY=off", "DUALARCH_CACHE_DIR="+filepath.Join(away, "built"))
	program := filepath.Join(away, "shop")
	run(t, app, offline, "go", "build", "-o", program, ".")
	synthesize := func(more ...string) (string, string, error) {
		out := t.TempDir()
		command := exec.Command(program)
		command.Dir, command.Env = app, append(append(os.Environ(), offline...), append(more, "CDK_OUTDIR="+out, "GOFLAGS=")...)
		said, err := command.CombinedOutput()
		return out, string(said), err
	}
	steps := func(out string) map[string]function {
		nested, err := filepath.Glob(filepath.Join(out, "*.nested.template.json"))
		require.NoError(t, err)
		require.Len(t, nested, 1, "the tuning stack")
		return readFunctions(t, nested[0])
	}

	out, said, err := synthesize()
	require.NoError(t, err, said)
	built, err := gobuild.Register(gobuild.Spec{Dir: filepath.Join(root, "functions", "powertuning"), GOARCH: "arm64"}).Output()
	require.NoError(t, err)
	for id, step := range steps(out) {
		require.Equal(t, built.SHA256, hash(t, step.binary(out)), "%s has other bytes than in this module", id)
	}

	require.NoError(t, os.RemoveAll(filepath.Join(cache, "github.com", "aws", "smithy-go@"+version(t, app, offline, "github.com/aws/smithy-go"))))
	require.NoError(t, os.RemoveAll(filepath.Join(cache, "cache", "download", "github.com", "aws", "smithy-go")))
	empty := "GOCACHE=" + filepath.Join(away, "cache")
	_, said, err = synthesize("DUALARCH_CACHE_DIR="+filepath.Join(away, "other"), empty)
	require.Error(t, err)
	problem, _, _ := strings.Cut(said, "goroutine ")
	require.Contains(t, problem, "module lookup disabled by GOPROXY=off")
	require.Contains(t, problem, " more lines)\n\t(the first build downloads the modules that the module cache lacks")
	require.Contains(t, problem, `(or give a file that "dualarch tuner-binary" writes, here or in the environment variable DUALARCH_TUNER_BINARY)`)
	require.Less(t, strings.Count(problem, "\n"), 16, problem)

	out, said, err = synthesize("DUALARCH_TUNER_BINARY=" + tuner)
	require.NoError(t, err, said)
	for _, step := range steps(out) {
		require.Equal(t, hash(t, tuner), hash(t, filepath.Join(out, "asset."+step.Code.S3Key)))
	}
	other := filepath.Join(away, "other.zip")
	run(t, root, []string{"GOFLAGS=-buildvcs=false -trimpath"}, "go", "run", "./cmd/dualarch", "tuner-binary", "--output", other)
	_, said, err = synthesize("DUALARCH_TUNER_BINARY=" + other)
	require.Error(t, err)
	require.Contains(t, said, `DUALARCH_TUNER_BINARY: "`+other+`" cannot be used: it is the tuner of dualarch (devel), and this app has dualarch v1.0.0; `+
		"write it again with go run github.com/dualarch/dualarch/cmd/dualarch@v1.0.0 tuner-binary")
}

func version(t *testing.T, app string, environment []string, module string) string {
	t.Helper()
	return strings.TrimSpace(run(t, app, environment, "go", "list", "-m", "-f", "{{.Version}}", module))
}
