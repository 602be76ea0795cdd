package containers

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// host returns the platform of this machine.
func host() platform {
	if runtime.GOARCH == "arm64" {
		return platforms[1]
	}
	return platforms[0]
}

// standInForRuntime makes an image under the name of Lambda's runtime image for an architecture, with
// what is in a folder, the shell that sam local needs to put the runtime interface emulator into it, and
// the waiter that patientEngine runs in it.
func standInForRuntime(t *testing.T, p platform, name, dir string) {
	t.Helper()
	compile(t, p, "./standin/sh", filepath.Join(dir, "bin", "sh"))
	compile(t, p, "./standin/waiter", filepath.Join(dir, "bin", "waiter"))
	write(t, filepath.Join(dir, "Dockerfile"), "FROM scratch\nENV LAMBDA_TASK_ROOT=/var/task\nCOPY . /\n")
	repository, version, _ := strings.Cut(name, ":")
	repository = "public.ecr.aws/lambda/" + repository
	build(t, p, repository+":"+version+p.lambda, dir)
	forget(t, "image", "rm", "--force", repository+":"+version+"rapid-"+p.lambda)
}

// withPython returns a folder with this machine's Python and, in place of Lambda's runtime interface
// client, a loop that calls a handler.
func withPython(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	paths := strings.Fields(run(t, "python3", "-c", "import os, sys, sysconfig; print(os.path.realpath(sys.executable), sysconfig.get_path('stdlib'))"))
	modules, err := filepath.Glob(filepath.Join(paths[1], "lib-dynload", "*.so"))
	require.NoError(t, err)
	interpreter(t, dir, paths[0], "testdata/runtime/bootstrap.py", modules...)
	entries, err := os.ReadDir(paths[1])
	require.NoError(t, err)
	for _, entry := range entries {
		switch name := entry.Name(); {
		case name == "site-packages", name == "dist-packages", name == "test", strings.HasPrefix(name, "config-"), name == "__pycache__":
			// not the language, and large
		default:
			link(t, filepath.Join(paths[1], name), filepath.Join(dir, paths[1], name))
		}
	}
	return dir
}

// withNode returns the same with the Node.js that package.json pins.
func withNode(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	node, err := filepath.EvalSymlinks(filepath.Join(root, "node_modules", ".bin", "node"))
	require.NoError(t, err)
	node, err = filepath.Abs(node)
	require.NoError(t, err)
	interpreter(t, dir, node, "testdata/runtime/bootstrap.cjs")
	return dir
}

// interpreter puts a program and the libraries it and its modules are linked with into a folder, each
// where it is on this machine, and a script that Lambda's runtime interface emulator starts.
func interpreter(t *testing.T, dir, program, script string, modules ...string) {
	t.Helper()
	files := map[string]bool{program: true}
	for word := range strings.FieldsSeq(run(t, append([]string{"ldd", program}, modules...)...)) {
		if filepath.IsAbs(word) && !strings.HasSuffix(word, ":") { // a file's name stands before its libraries
			files[word] = true
		}
	}
	for file := range files {
		target, err := filepath.EvalSymlinks(file)
		require.NoError(t, err)
		link(t, target, filepath.Join(dir, file))
	}
	source, err := os.ReadFile(script)
	require.NoError(t, err)
	bootstrap := filepath.Join(dir, "var", "runtime", "bootstrap")
	write(t, bootstrap, "#!"+program+"\n"+string(source))
	require.NoError(t, os.Chmod(bootstrap, 0o755))
}
