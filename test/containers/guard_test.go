package containers

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/gobuild"
)

// dualarch check reads what docker save writes: all layers, less what a later one removed or replaced.
func TestSavedImages(t *testing.T) {
	other := map[string]platform{"x86_64": platforms[1], "arm64": platforms[0]}
	remove := filepath.Join(t.TempDir(), "remove")
	require.NoError(t, os.Mkdir(remove, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(remove, "go.mod"), []byte("module example.com/remove\n\ngo 1.26\n"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(remove, "main.go"),
		[]byte("package main\n\nimport \"os\"\n\nfunc main() {\n\tif os.RemoveAll(os.Args[1]) != nil {\n\t\tos.Exit(1)\n\t}\n}\n"), 0o644))
	for _, p := range platforms {
		t.Run(p.lambda, func(t *testing.T) {
			remover, err := gobuild.Register(gobuild.Spec{Dir: remove, GOARCH: p.goarch}).Output()
			require.NoError(t, err)
			context := t.TempDir()
			for name, file := range map[string]string{
				"remove": filepath.Join(remover.Dir, "bootstrap"), "right": prime(t, p), "wrong": prime(t, other[p.lambda]),
			} {
				require.NoError(t, os.Link(file, filepath.Join(context, name)))
			}
			require.NoError(t, os.WriteFile(filepath.Join(context, "Dockerfile"), []byte(`FROM scratch
COPY remove /remove
COPY wrong /opt/removed/wrong
COPY wrong /opt/replaced
COPY wrong /opt/left
RUN ["/remove", "/opt/removed"]
COPY right /opt/replaced
ENTRYPOINT ["/opt/replaced"]
`), 0o644))
			image := "dualarch-test/saved:" + p.lambda
			build(t, p, image, context)
			saved := filepath.Join(t.TempDir(), "image.tar")
			docker(t, "save", "--output", saved, image)
			report, err := binarch.Check(t.Context(), saved, []binarch.Target{
				{Architecture: binarch.Architecture(p.lambda)}, {Architecture: binarch.Architecture(other[p.lambda].lambda)},
			}, binarch.Options{})
			require.NoError(t, err)
			var got []string
			for _, f := range report.Findings {
				got = append(got, fmt.Sprint(f.Severity, " ", f))
			}
			require.Equal(t, []string{
				fmt.Sprintf("error opt/left: built for %s Linux, deployed to %s: it cannot be executed there; build it with CGO_ENABLED=0 GOOS=linux GOARCH=%s",
					other[p.lambda].lambda, p.lambda, p.goarch),
				fmt.Sprintf("error %s: built for %s Linux, deployed to %s: the image cannot start there; build the image with docker build --platform linux/%s",
					image, p.lambda, other[p.lambda].lambda, other[p.lambda].goarch),
			}, got)
		})
	}
}
