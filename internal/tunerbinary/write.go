package tunerbinary

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/gobuild"
)

// Write builds the tuner of this program's version of the Module, and writes it: into a .zip file, or as a file named
// bootstrap, whose folder synthesis takes.
func Write(file, goarch string) error {
	if !strings.HasSuffix(file, ".zip") && filepath.Base(file) != bootstrap {
		return fmt.Errorf("%q is neither a .zip file nor named bootstrap; give tuner.zip, or a folder's bootstrap", file)
	}
	dir, err := sources()
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "dualarch-tuner-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	built, err := gobuild.NewBuilder(filepath.Join(scratch, "bin")).Register(gobuild.Spec{
		Dir: filepath.Join(dir, "functions", "powertuning"), GOARCH: goarch,
		Ldflags: []string{`"-X=main.version=` + mark + Version() + end + `"`},
	}).Output()
	if err != nil {
		return err
	}
	content, err := os.ReadFile(filepath.Join(built.Dir, bootstrap))
	if err != nil {
		return err
	}
	if versionIn(content) != Version() {
		return errors.New("the tuner that was built does not say its version")
	}
	mode := os.FileMode(0o755)
	if strings.HasSuffix(file, ".zip") {
		if content, err = zipped(content); err != nil {
			return err
		}
		mode = 0o644
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	half := file + ".part"
	if err := errors.Join(os.WriteFile(half, content, mode), os.Chmod(half, mode)); err != nil {
		return errors.Join(err, os.Remove(half))
	}
	return os.Rename(half, file)
}

// sources returns the folder of the module's version that this program was built of.
func sources() (string, error) {
	if Version() == devel {
		return gobuild.ModuleDir(Module)
	}
	return gobuild.CompiledIn(Module)
}

// zipped packs a binary so that the same one gives the same bytes.
func zipped(binary []byte) ([]byte, error) {
	var content bytes.Buffer
	archive := zip.NewWriter(&content)
	header := &zip.FileHeader{Name: bootstrap, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(0o755)
	entry, err := archive.CreateHeader(header)
	if err != nil {
		return nil, err
	}
	if _, err := entry.Write(binary); err != nil {
		return nil, err
	}
	err = archive.Close()
	return content.Bytes(), err
}
