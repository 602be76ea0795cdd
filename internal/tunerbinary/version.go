package tunerbinary

import (
	"runtime/debug"
	"slices"
)

const (
	// Module is the path of this module.
	Module = "github.com/dualarch/dualarch"
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
	// Built in a checkout, it has a version made of the commit, whatever else was changed.
	if build.Main.Path == Module && slices.ContainsFunc(build.Settings, func(s debug.BuildSetting) bool { return s.Key == "vcs.revision" }) {
		return devel
	}
	return ModuleVersion(build)
}

// ModuleVersion returns the version of this module that a build names.
func ModuleVersion(build *debug.BuildInfo) string {
	for _, m := range append([]*debug.Module{&build.Main}, build.Deps...) {
		if m.Path != Module {
			continue
		}
		switch r := m.Replace; {
		case r == nil && m.Version != "":
			return m.Version
		case r != nil && r.Version != "" && r.Version != devel: // a folder has none, or devel
			return r.Version + " of " + r.Path
		}
	}
	return devel
}
