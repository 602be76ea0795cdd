package tunerbinary

import (
	"runtime/debug"
	"slices"
)

const (
	module = "github.com/dualarch/dualarch"
	// devel is the version of what was built from a folder, as Go calls it.
	devel = "(devel)"
)

// Version returns this module's version in the running program.
func Version() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return devel
	}
	return versionOf(build)
}

func versionOf(build *debug.BuildInfo) string {
	for _, m := range append([]*debug.Module{&build.Main}, build.Deps...) {
		switch {
		case m.Path != module:
		case m.Replace != nil && m.Replace.Version != "":
			return m.Replace.Version + " of " + m.Replace.Path
		// Built in a checkout, it has a version made of the commit, whatever else was changed.
		case m == &build.Main && slices.ContainsFunc(build.Settings, func(s debug.BuildSetting) bool { return s.Key == "vcs.revision" }):
			return devel
		case m.Replace == nil && m.Version != "":
			return m.Version
		}
	}
	return devel
}
