package pages

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

// Publish lays out this module, as it lies here, as a module proxy has its version v1.0.0.
func Publish(t *testing.T, proxy string) {
	t.Helper()
	root, err := Root()
	require.NoError(t, err)
	version := module.Version{Path: "github.com/dualarch/dualarch", Version: "v1.0.0"}
	at := filepath.Join(proxy, version.Path, "@v")
	write(t, filepath.Join(at, "list"), []byte(version.Version+"\n"))
	write(t, filepath.Join(at, version.Version+".info"), []byte(`{"Version":"`+version.Version+`"}`))
	requirements, err := os.ReadFile(filepath.Join(root, "go.mod"))
	require.NoError(t, err)
	write(t, filepath.Join(at, version.Version+".mod"), requirements)
	var content bytes.Buffer
	require.NoError(t, modzip.Create(&content, version, sources(t, root)))
	write(t, filepath.Join(at, version.Version+".zip"), content.Bytes())
}

// source is a file of the module.
type source struct{ root, file string }

func (s source) Path() string                 { return s.file }
func (s source) Lstat() (os.FileInfo, error)  { return os.Lstat(filepath.Join(s.root, s.file)) }
func (s source) Open() (io.ReadCloser, error) { return os.Open(filepath.Join(s.root, s.file)) }

// sources returns the module's files without what was installed and built among them.
func sources(t *testing.T, root string) []modzip.File {
	t.Helper()
	var files []modzip.File
	require.NoError(t, filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		switch {
		case err != nil:
			return err
		case file != root && (name == "node_modules" || name == "cdk.out" || strings.HasPrefix(name, ".")):
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case !entry.Type().IsRegular():
			return nil
		}
		relative, err := filepath.Rel(root, file)
		files = append(files, source{root, filepath.ToSlash(relative)})
		return err
	}))
	return files
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, content, 0o644))
}
