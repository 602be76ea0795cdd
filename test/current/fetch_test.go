package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFetchModule(t *testing.T) {
	const path = "example.com/service/lambda"
	f := fetcher{goCommand: "go", folder: t.TempDir(), environment: proxy(t, path, "v1.114.4", nil)}
	m, err := f.module(t.Context(), path)
	require.NoError(t, err)
	require.Equal(t, "v1.114.4", m.Version)
	require.FileExists(t, filepath.Join(m.Dir, "go.mod"))

	f.goCommand = filepath.Join(f.folder, "go")
	_, err = f.module(t.Context(), path)
	require.EqualError(t, err, path+" was not fetched: go mod: fork/exec "+f.goCommand+": no such file or directory")
}

func TestFetchWheels(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.zip")
	archive(t, empty, nil)
	f := fetcher{folder: t.TempDir()}
	write := "cp " + empty + ` "$2/cfn_lint-1.58.0-py3-none-any.whl" && cp ` + empty + ` "$2/botocore-1.44.8-py3-none-any.whl"`

	f.pip = program(t, `[ "$3 $4" = "botocore cfn-lint" ] && `+write)
	wheels, err := f.wheels(t.Context(), "botocore", "cfn-lint")
	require.NoError(t, err)
	for name, version := range map[string]string{"botocore": "1.44.8", "cfn-lint": "1.58.0"} {
		require.Equal(t, version, wheels[name].Version)
		require.NoError(t, wheels[name].Close())
	}

	f.pip = program(t, write+` && rm "$2"/botocore* && : >"$2/cfn_lint-1.58.0-py3-none-any.whl"`)
	_, err = f.wheels(t.Context(), "botocore", "cfn-lint")
	require.ErrorContains(t, err, "botocore was not fetched: pip wrote 0 wheels of it\n")
	require.ErrorContains(t, err, "cfn_lint-1.58.0-py3-none-any.whl: zip: not a valid zip file")
}
