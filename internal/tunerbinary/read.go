package tunerbinary

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/dualarch/dualarch/internal/elf"
)

const (
	// Env names the environment variable with the path of a file or folder that synthesis takes in the place of
	// building the tuner. A TunerBinary of the properties goes before it.
	Env = "DUALARCH_TUNER_BINARY"

	bootstrap = "bootstrap"
	// Mark stands before the version in functions/powertuning, and end behind it.
	mark, end = "dualarch-tuner-version:", ";"
)

// File is a file that was read.
type File struct {
	// SHA256 is of the file: the folder's bootstrap, or the .zip file as it is.
	SHA256 string
	// Version is the module's version that the tuner was built of, "" if it does not say.
	Version string
	// GOARCH is "amd64" or "arm64", "" if it is neither.
	GOARCH string
}

// Read reads a folder that holds bootstrap, or a .zip file that does.
func Read(path string) (File, error) {
	name := path
	if !strings.HasSuffix(path, ".zip") {
		name = filepath.Join(path, bootstrap)
	}
	content, err := os.ReadFile(name)
	if err != nil {
		return File{}, err
	}
	sum := sha256.Sum256(content)
	if name == path {
		if content, err = unzipped(content); err != nil {
			return File{}, err
		}
	}
	return File{SHA256: hex.EncodeToString(sum[:]), Version: versionIn(content), GOARCH: goarchOf(content)}, nil
}

func unzipped(content []byte) ([]byte, error) {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, err
	}
	file, err := archive.Open(bootstrap)
	if err != nil {
		return nil, errors.New("it holds no bootstrap")
	}
	binary, err := io.ReadAll(file)
	return binary, errors.Join(err, file.Close())
}

// versionIn finds the version that a binary says.
func versionIn(binary []byte) string {
	_, rest, found := bytes.Cut(binary, []byte(mark))
	version, _, ended := bytes.Cut(rest[:min(len(rest), 200)], []byte(end))
	if !found || !ended {
		return ""
	}
	return string(version)
}

func goarchOf(content []byte) string {
	if !bytes.HasPrefix(content, []byte("\x7fELF")) || len(content) < 20 {
		return ""
	}
	switch elf.Machine(binary.LittleEndian.Uint16(content[18:])) {
	case elf.MachineX8664:
		return "amd64"
	case elf.MachineAArch64:
		return "arm64"
	}
	return ""
}

// Problem says why a file cannot be the tuner of this program's version of the module, built for an architecture; "" if
// it can. A file that does not say its version is taken as it is.
func (f File) Problem(goarch string) string {
	return f.problem(goarch, Version())
}

func (f File) problem(goarch, version string) string {
	switch {
	case f.Version == "": // it is the user's own
	case f.Version != version:
		return fmt.Sprintf("it is the tuner of dualarch %s, and this app has dualarch %s; write it again with %s", f.Version, version, Command(version))
	case f.GOARCH != "" && f.GOARCH != goarch:
		return fmt.Sprintf("it is built for %s, and TunerArchitecture is %s; write it again with --arch %s", lambdaName(f.GOARCH), lambdaName(goarch), lambdaName(goarch))
	}
	return ""
}

// Command returns the command that writes the file for a version.
func Command(version string) string {
	if version == devel {
		return "go run github.com/dualarch/dualarch/cmd/dualarch tuner-binary, in the module's folder"
	}
	return "go run github.com/dualarch/dualarch/cmd/dualarch@" + version + " tuner-binary"
}

func lambdaName(goarch string) string {
	if goarch == "amd64" {
		return "x86_64"
	}
	return goarch
}
