package guard

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// truth is what a native file runs on.
type truth struct {
	architecture binarch.Architecture // "" for what no Lambda runs
	glibc        [2]int               // the newest version it needs
	// machine is that of the header of an ELF file, whatever C library the file needs.
	machine binarch.Architecture
	elf     bool
}

// runsOn reports whether the file can run on the target.
func (f truth) runsOn(target binarch.Target) bool {
	has := [2]int{2, 34}
	if target.Runtime == "provided.al2" {
		has = [2]int{2, 26}
	}
	return f.architecture == target.Architecture && slices.Compare(f.glibc[:], has[:]) <= 0
}

// read tells what a file runs on. What Linux never runs, object files for example, is not native.
func read(path string) (f truth, native bool) {
	file, err := os.Open(path)
	if err != nil {
		return truth{}, false
	}
	defer file.Close() //nolint:errcheck // it was only read
	return readContent(path, file)
}

// readEntry is read of an archive's entry.
func readEntry(entry *zip.File) (f truth, native bool, err error) {
	r, err := entry.Open()
	if err != nil {
		return truth{}, false, err
	}
	defer r.Close() //nolint:errcheck // it was only read
	content, err := io.ReadAll(r)
	f, native = readContent(entry.Name, bytes.NewReader(content))
	return f, native, err
}

func readContent(name string, r io.ReaderAt) (f truth, native bool) {
	if file, err := elf.NewFile(r); err == nil {
		return readELF(file), file.Type != elf.ET_REL
	}
	if _, err := macho.NewFile(r); err == nil {
		return truth{}, true
	}
	if _, err := macho.NewFatFile(r); err == nil {
		return truth{}, true
	}
	// An object file does not begin with MZ, and an Actually Portable Executable is a shell script, too.
	var beginning [8]byte
	if _, err := r.ReadAt(beginning[:], 0); err != nil || string(beginning[:2]) != "MZ" || string(beginning[:]) == "MZqFpD='" {
		return truth{}, false
	}
	// Only Windows runs .exe files: every pip and setuptools has some.
	if _, err := pe.NewFile(r); err == nil {
		return truth{}, filepath.Ext(name) != ".exe"
	}
	return truth{}, false
}

func readELF(file *elf.File) truth {
	machine := map[elf.Machine]binarch.Architecture{elf.EM_X86_64: binarch.X8664, elf.EM_AARCH64: binarch.Arm64}[file.Machine]
	f := truth{architecture: machine, machine: machine, elf: true}
	// Lambda's systems have glibc only.
	libraries, _ := file.ImportedLibraries()
	if slices.ContainsFunc(libraries, func(name string) bool { return name == "libc.so" || strings.HasPrefix(name, "libc.musl-") }) {
		return truth{machine: machine, elf: true}
	}
	needs, _ := file.DynamicVersionNeeds()
	for _, library := range needs {
		for _, need := range library.Needs {
			var version [2]int
			if n, _ := fmt.Sscanf(need.Dep, "GLIBC_%d.%d", &version[0], &version[1]); n == 2 && need.Flags&elf.VER_FLG_WEAK == 0 && slices.Compare(version[:], f.glibc[:]) > 0 {
				f.glibc = version
			}
		}
	}
	return f
}
