package containers

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// compile compiles a main package of this module into a file.
func compile(t *testing.T, p platform, dir, file string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	command := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", file, dir)
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+p.goarch)
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
}

// standInForGo makes an image under the name of the Go base image in functions/prime/Dockerfile: the
// Go that runs this test, for the building machine, with Prime's modules instead of a module proxy.
// It tests the Dockerfile, not the image that it names.
// All tests share it, because the Go toolchain is large.
func standInForGo(t *testing.T) {
	t.Helper()
	goImage.once.Do(func() {
		makeGoImage(t)
		goImage.made = true
	})
	require.True(t, goImage.made, "another test could not make %s", goImage.name)
}

var goImage = struct {
	name string
	once sync.Once
	made bool
}{name: "public.ecr.aws/docker/library/golang:1.26"}

func makeGoImage(t *testing.T) {
	t.Helper()
	here := host()
	dir := t.TempDir()
	compile(t, here, "./standin/sh", filepath.Join(dir, "bin", "sh"))
	goroot := strings.TrimSpace(run(t, "go", "env", "GOROOT"))
	for _, part := range []string{"bin", "lib", "pkg", "src", "go.env", "VERSION"} {
		link(t, filepath.Join(goroot, part), filepath.Join(dir, "usr", "local", "go", part))
	}
	proxy(t, filepath.Join(dir, "modules"))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "tmp"), 0o777))
	dockerfile := `FROM scratch
COPY . /
ENV PATH=/usr/local/go/bin:/bin GOTOOLCHAIN=local GOPATH=/go HOME=/root GOPROXY=file:///modules
`
	write(t, filepath.Join(dir, "Dockerfile"), dockerfile)
	docker(t, "build", "--quiet", "--platform", here.docker(), "--tag", goImage.name, dir)
}

// forgetGoImage removes it, when all tests have ended.
func forgetGoImage() {
	if goImage.made {
		_ = exec.Command(program(), "image", "rm", "--force", goImage.name).Run()
	}
}

// proxy lays out the modules that Prime is compiled from as a module proxy has them.
func proxy(t *testing.T, dir string) {
	t.Helper()
	listed := run(t, "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}@{{.Version}}{{end}}{{end}}", "../../functions/prime")
	seen := map[string]bool{}
	for module := range strings.FieldsSeq(listed) {
		if seen[module] {
			continue
		}
		seen[module] = true
		var files struct{ Info, GoMod, Zip string }
		require.NoError(t, json.Unmarshal([]byte(run(t, "go", "mod", "download", "-json", module)), &files))
		path, _, _ := strings.Cut(module, "@")
		for _, file := range []string{files.Info, files.GoMod, files.Zip} {
			link(t, file, filepath.Join(dir, path, "@v", filepath.Base(file)))
		}
	}
	require.NotEmpty(t, seen)
}

// link copies a file or a folder, by hard links if the file system can, because the Go toolchain is
// large.
func link(t *testing.T, from, to string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if os.Link(path, target) == nil {
			return nil
		}
		return copyFile(path, target)
	}))
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, info.Mode().Perm())
}

func write(t *testing.T, file, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(content), 0o644))
}

// run runs a program and returns what it prints.
func run(t *testing.T, argv ...string) string {
	t.Helper()
	command := exec.Command(argv[0], argv[1:]...)
	var output, complaints bytes.Buffer
	command.Stdout, command.Stderr = &output, &complaints
	require.NoError(t, command.Run(), "%s\n%s\n%s", strings.Join(argv, " "), &output, &complaints)
	return output.String()
}
