package models

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOpenWheel(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cfn_lint-1.58.0-py3-none-any.whl")
	out, err := os.Create(file)
	require.NoError(t, err)
	w := zip.NewWriter(out)
	entry, err := w.Create("cfnlint/data/a.json")
	require.NoError(t, err)
	_, err = entry.Write([]byte("{}"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, out.Close())

	wheel, err := OpenWheel(file)
	require.NoError(t, err)
	defer func() { require.NoError(t, wheel.Close()) }()
	require.Equal(t, "1.58.0", wheel.Version)
	content, err := fs.ReadFile(wheel, "cfnlint/data/a.json")
	require.NoError(t, err)
	require.Equal(t, "{}", string(content))

	_, err = OpenWheel("cfn_lint-1.58.0.tar.gz")
	require.EqualError(t, err, "cfn_lint-1.58.0.tar.gz: the name of a wheel has the form name-version-python-abi-platform.whl")
	_, err = OpenWheel("a-1-py3-none-any.whl")
	require.EqualError(t, err, "a-1-py3-none-any.whl: open a-1-py3-none-any.whl: no such file or directory")
}
