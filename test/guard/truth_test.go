package guard

import (
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dualarch/dualarch/internal/binarch"
)

// truth is what a native file runs on.
type truth struct {
	architecture binarch.Architecture // "" for what no Lambda runs
	glibc        [2]int               // the newest version it needs
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
	if file, err := elf.Open(path); err == nil {
		defer file.Close() //nolint:errcheck // it was only read
		return readELF(file), file.Type != elf.ET_REL
	}
	if file, err := macho.Open(path); err == nil {
		return truth{}, file.Close() == nil
	}
	if file, err := macho.OpenFat(path); err == nil {
		return truth{}, file.Close() == nil
	}
	// Only Windows runs .exe files: every pip and setuptools has some.
	if file, err := pe.Open(path); err == nil {
		return truth{}, file.Close() == nil && filepath.Ext(path) != ".exe"
	}
	return truth{}, false
}

func readELF(file *elf.File) truth {
	f := truth{architecture: map[elf.Machine]binarch.Architecture{elf.EM_X86_64: binarch.X8664, elf.EM_AARCH64: binarch.Arm64}[file.Machine]}
	// Lambda's systems have glibc only.
	libraries, _ := file.ImportedLibraries()
	if slices.ContainsFunc(libraries, func(name string) bool { return name == "libc.so" || strings.HasPrefix(name, "libc.musl-") }) {
		return truth{}
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
