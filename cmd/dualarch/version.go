package main

import (
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/dualarch/dualarch/internal/tunerbinary"
)

// versionTemplate is the same for --version of the command and of its subcommands.
const versionTemplate = "dualarch version {{.Version}}\n"

// version describes this build.
func version() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		build = &debug.BuildInfo{GoVersion: runtime.Version()}
	}
	return versionOf(build)
}

// versionOf returns the version of this module, the revision of its source if the build knows it, and that
// of Go. If the command was built as a dependency of another module, the revision would be that module's.
func versionOf(build *debug.BuildInfo) string {
	parts := []string{tunerbinary.ModuleVersion(build)}
	settings := map[string]string{}
	for _, s := range build.Settings {
		settings[s.Key] = s.Value
	}
	if revision := settings["vcs.revision"]; revision != "" && build.Main.Path == tunerbinary.Module {
		parts = append(parts, "revision "+revision)
		if settings["vcs.modified"] == "true" {
			parts = append(parts, "modified")
		}
	}
	return strings.Join(append(parts, build.GoVersion), ", ")
}
