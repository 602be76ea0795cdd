package tunerbinary

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Setenv("GOFLAGS", "-buildvcs=false")
	dir := t.TempDir()
	for file, goarch := range map[string]string{"new/tuner.zip": "arm64", "folder/bootstrap": "amd64"} {
		at := filepath.Join(dir, file)
		require.NoError(t, Write(at, goarch))
		path := at
		if filepath.Base(at) == bootstrap {
			path = filepath.Dir(at)
			info, err := os.Stat(at)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o755), info.Mode().Perm())
		}
		got, err := Read(path)
		require.NoError(t, err)
		require.Equal(t, File{SHA256: got.SHA256, Version: devel, GOARCH: goarch}, got)
		require.Len(t, got.SHA256, 64)
		require.Empty(t, got.Problem(goarch))
		require.NoError(t, Write(at, goarch))
		again, err := Read(path)
		require.NoError(t, err)
		require.Equal(t, got, again, "the same bytes")
	}
	require.EqualError(t, Write(filepath.Join(dir, "tuner"), "arm64"),
		`"`+dir+`/tuner" is neither a .zip file nor named bootstrap; give tuner.zip, or a folder's bootstrap`)
}

func TestWhatIsNotTheAppsTuner(t *testing.T) {
	for _, test := range []struct {
		file          File
		version, want string
	}{
		{File{Version: "v1.2.3", GOARCH: "arm64"}, "v1.2.3", ""},
		{File{Version: "v1.2.3", GOARCH: "arm64"}, "v1.3.0",
			"it is the tuner of dualarch v1.2.3, and this app has dualarch v1.3.0; write it again with go run github.com/dualarch/dualarch/cmd/dualarch@v1.3.0 tuner-binary"},
		{File{Version: "v1.2.3"}, devel,
			"it is the tuner of dualarch v1.2.3, and this app has dualarch (devel); write it again with go run github.com/dualarch/dualarch/cmd/dualarch tuner-binary, in the module's folder"},
		{File{Version: "v1.2.3", GOARCH: "amd64"}, "v1.2.3",
			"it is built for x86_64, and TunerArchitecture is arm64; write it again with --arch arm64"},
		{File{}, "v1.2.3", ""}, // it says nothing
	} {
		require.Equal(t, test.want, test.file.problem("arm64", test.version))
	}
}

func TestWhatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	_, err := Read(filepath.Join(dir, "nowhere"))
	require.ErrorIs(t, err, os.ErrNotExist)
	empty := filepath.Join(dir, "empty.zip")
	require.NoError(t, os.WriteFile(empty, []byte("PK\x05\x06"+string(make([]byte, 18))), 0o600))
	_, err = Read(empty)
	require.EqualError(t, err, "it holds no bootstrap")
	require.NoError(t, os.WriteFile(filepath.Join(dir, bootstrap), []byte("#!/bin/sh\n"), 0o600))
	file, err := Read(dir)
	require.NoError(t, err)
	require.Equal(t, File{SHA256: file.SHA256}, file, "a program of the user's own")
}

func TestVersionOf(t *testing.T) {
	for want, build := range map[string]*debug.BuildInfo{
		"v1.2.3": {Main: debug.Module{Path: Module, Version: "v1.2.3"}},
		"v1.2.4": {Main: debug.Module{Path: "example.com/app"}, Deps: []*debug.Module{{Path: "other"}, {Path: Module, Version: "v1.2.4"}}},
		"v1.2.5 of example.com/fork": {Main: debug.Module{Path: "example.com/app"},
			Deps: []*debug.Module{{Path: Module, Version: "v1.0.0", Replace: &debug.Module{Path: "example.com/fork", Version: "v1.2.5"}}}},
	} {
		require.Equal(t, want, versionOf(build))
	}
	for name, build := range map[string]*debug.BuildInfo{
		"a checkout":       {Main: debug.Module{Path: Module, Version: "v0.0.0-20261127"}, Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "1"}}},
		"a folder":         {Main: debug.Module{Path: "example.com/app"}, Deps: []*debug.Module{{Path: Module, Version: "v1.0.0", Replace: &debug.Module{Path: "../dualarch", Version: devel}}}}, // as the go command writes it
		"an empty version": {Main: debug.Module{Path: "example.com/app"}, Deps: []*debug.Module{{Path: Module, Version: "v1.0.0", Replace: &debug.Module{Path: "../dualarch"}}}},
		"nothing":          {},
	} {
		require.Equal(t, devel, versionOf(build), name)
	}
}
