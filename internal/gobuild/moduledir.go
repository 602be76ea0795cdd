package gobuild

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
)

// ModuleDir returns the folder with a module's sources as the app in the
// working directory sees it: its own, a replaced one, a workspace's, or the
// module cache's. If the app's go.mod does not lead to it (the app vendors its
// dependencies, or runs compiled and elsewhere), it is the version compiled
// into the running program, downloaded if the module cache lacks it. That needs
// a module proxy; an error says so.
func ModuleDir(module string) (string, error) {
	info, _ := debug.ReadBuildInfo()
	return moduleDir("", module, info)
}

// moduleDir is ModuleDir for an app in workDir ("" is the working directory)
// with that build information, which may be nil.
func moduleDir(workDir, module string, info *debug.BuildInfo) (string, error) {
	dir, listErr := goOutput(workDir, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", module)
	if listErr == nil && dir != "" {
		return dir, nil
	}
	if listErr == nil {
		listErr = errors.New("go list knows no folder for it (vendored, or not downloaded)")
	}
	dir, err := compiledIn(module, info)
	if err != nil {
		return "", fmt.Errorf("the sources of %s were not found:\n%w\n%w\nRun the app in the folder of its go.mod; the first synthesis needs a module proxy (go help goproxy)",
			module, listErr, err)
	}
	return dir, nil
}

// CompiledIn returns the folder with the sources of a module's version that was compiled into the running program,
// downloaded if the module cache lacks it.
func CompiledIn(module string) (string, error) {
	info, _ := debug.ReadBuildInfo()
	return compiledIn(module, info)
}

// compiledIn returns the folder of the module's version that was compiled into
// the program.
func compiledIn(module string, info *debug.BuildInfo) (string, error) {
	if info == nil {
		return "", errors.New("the program has no build information")
	}
	// The program may be the module's own, installed by its version.
	deps := append(slices.Clip(info.Deps), &info.Main)
	i := slices.IndexFunc(deps, func(m *debug.Module) bool { return m.Path == module && m.Version != "(devel)" })
	if i < 0 {
		return "", errors.New("the program's build information does not name it as a dependency")
	}
	dep := deps[i]
	if dep.Replace != nil {
		dep = dep.Replace
	}
	if dep.Version == "" || dep.Version == "(devel)" { // replaced by a folder
		if stat, err := os.Stat(dep.Path); err == nil && stat.IsDir() && filepath.IsAbs(dep.Path) {
			return dep.Path, nil
		}
		return "", fmt.Errorf("the program was compiled with %s from the folder %s, which is not there", module, dep.Path)
	}
	// Outside of the app, whose go.mod did not lead to it.
	text, err := goOutput(os.TempDir(), "mod", "download", "-json", dep.Path+"@"+dep.Version)
	if err != nil {
		return "", err
	}
	var got struct{ Dir, Sum string }
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		return "", fmt.Errorf("go mod download answered %q: %w", text, err)
	}
	if dep.Sum != "" && got.Sum != dep.Sum {
		return "", fmt.Errorf("%s@%s was compiled in with the checksum %s, but the download has %s",
			dep.Path, dep.Version, dep.Sum, got.Sum)
	}
	return got.Dir, nil
}

// goOutput runs the go command in a folder and returns what it prints.
func goOutput(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		said := strings.TrimSpace(stderr.String() + stdout.String())
		return "", fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, said)
	}
	return strings.TrimSpace(stdout.String()), nil
}
