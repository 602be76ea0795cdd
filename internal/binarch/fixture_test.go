package binarch

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// files are a package's files by path; a path that ends with "*" is executable, and one
// that ends with "/" is a folder, which only a tar needs.
type files map[string]string

// each calls do in the paths' order.
func (f files) each(do func(name string, mode fs.FileMode, content string)) {
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if plain, ok := bytes.CutSuffix([]byte(name), []byte("*")); ok {
			do(string(plain), 0o755, f[name])
			continue
		}
		do(name, 0o644, f[name])
	}
}

func (f files) folder(t testing.TB) string {
	t.Helper()
	root := t.TempDir()
	f.each(func(name string, mode fs.FileMode, content string) {
		path := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), mode))
	})
	return root
}

// packed zips what lies behind "!/".
func (f files) packed(t testing.TB) files {
	t.Helper()
	whole, inside := files{}, map[string]files{}
	for name, content := range f {
		archive, entry, nested := strings.Cut(name, "!/")
		if !nested {
			whole[name] = content
			continue
		}
		if inside[archive] == nil {
			inside[archive] = files{}
		}
		inside[archive][entry] = content
	}
	for archive, entries := range inside {
		whole[archive] = entries.packed(t).zip(t)
	}
	return whole
}

func (f files) zip(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f.each(func(name string, mode fs.FileMode, content string) {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		header.SetMode(mode)
		entry, err := w.CreateHeader(header)
		require.NoError(t, err)
		_, err = entry.Write([]byte(content))
		require.NoError(t, err)
	})
	require.NoError(t, w.Close())
	return b.String()
}

func (f files) tar(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	f.each(func(name string, mode fs.FileMode, content string) {
		kind := byte(tar.TypeReg)
		if strings.HasSuffix(name, "/") {
			kind = tar.TypeDir
		}
		require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Mode: int64(mode), Size: int64(len(content)), Typeflag: kind}))
		_, err := w.Write([]byte(content))
		require.NoError(t, err)
	})
	require.NoError(t, w.Close())
	return b.String()
}

func gzipped(t testing.TB, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(content))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

// file writes content to a file of that name and returns its path.
func file(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	return path
}

// alarms are a package's findings for one architecture, information left out, as
// "rule path".
func alarms(t testing.TB, path string, target Target) []string {
	t.Helper()
	report, err := Check(t.Context(), path, []Target{target}, Options{})
	require.NoError(t, err)
	list := []string{}
	for _, f := range report.Findings {
		if f.Severity != Info {
			list = append(list, string(f.Rule)+" "+f.Path)
		}
	}
	return list
}
