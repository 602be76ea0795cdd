package main

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tunerbinary"
)

func TestVersion(t *testing.T) {
	for _, args := range [][]string{{"--version"}, {"-v"}, {"check", "--version"}} {
		status, stdout, stderr := dualarch(t, args...)
		require.Zero(t, status)
		require.Empty(t, stderr)
		require.Regexp(t, `^dualarch version \S.*, `+runtime.Version()+"\n$", stdout)
	}
}

func TestVersionOfABuild(t *testing.T) {
	ours := func(version string) debug.Module { return debug.Module{Path: tunerbinary.Module, Version: version} }
	checkout := []debug.BuildSetting{{Key: "vcs.revision", Value: "86f3110"}, {Key: "vcs.modified", Value: "false"}}
	edited := []debug.BuildSetting{{Key: "vcs.revision", Value: "86f3110"}, {Key: "vcs.modified", Value: "true"}}
	theirs := debug.Module{Path: "example.com/shop", Version: "v9.9.9"}
	for name, test := range map[string]struct {
		build debug.BuildInfo
		want  string
	}{
		"installed":              {debug.BuildInfo{Main: ours("v1.2.3")}, "v1.2.3, go1.26.8"},
		"in a checkout":          {debug.BuildInfo{Main: ours("v1.2.4-0.20261127123456-86f311000000"), Settings: checkout}, "v1.2.4-0.20261127123456-86f311000000, revision 86f3110, go1.26.8"},
		"in an edited checkout":  {debug.BuildInfo{Main: ours("(devel)"), Settings: edited}, "(devel), revision 86f3110, modified, go1.26.8"},
		"without version":        {debug.BuildInfo{Main: ours("")}, "(devel), go1.26.8"},
		"without modules":        {debug.BuildInfo{}, "(devel), go1.26.8"},
		"as a dependency":        {debug.BuildInfo{Main: theirs, Deps: []*debug.Module{{Path: "example.com/a", Version: "v0.1.0"}, {Path: tunerbinary.Module, Version: "v1.2.3"}}, Settings: edited}, "v1.2.3, go1.26.8"},
		"replaced by a folder":   {debug.BuildInfo{Main: theirs, Deps: []*debug.Module{{Path: tunerbinary.Module, Version: "v1.2.3", Replace: &debug.Module{Path: "../dualarch"}}}}, "(devel), go1.26.8"},
		"replaced by a fork":     {debug.BuildInfo{Main: theirs, Deps: []*debug.Module{{Path: tunerbinary.Module, Version: "v1.2.3", Replace: &debug.Module{Path: "example.com/fork", Version: "v1.2.9"}}}}, "v1.2.9 of example.com/fork, go1.26.8"},
		"another's main package": {debug.BuildInfo{Main: theirs, Settings: checkout}, "(devel), go1.26.8"},
	} {
		t.Run(name, func(t *testing.T) {
			test.build.GoVersion = "go1.26.8"
			require.Equal(t, test.want, versionOf(&test.build))
		})
	}
}
