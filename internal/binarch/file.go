package binarch

import (
	"fmt"
	"slices"
	"strings"
)

// Format is the kind of file that was recognised.
type Format string

// What a file can be. Only Script and Plain say nothing about an architecture;
// they are kept for the few paths that Lambda itself starts.
const (
	ELF         Format = "ELF"
	MachO       Format = "Mach-O"
	PE          Format = "PE"
	APE         Format = "Actually Portable Executable"
	Dotnet      Format = ".NET assembly"
	Archive     Format = "ar archive"
	WebAssembly Format = "WebAssembly"
	Wheel       Format = "wheel tag"
	Script      Format = "script"
	Plain       Format = "plain file"
)

// Role is what a native file is for.
type Role string

// A LinkInput (an object file, a static library, debug symbols) is never run.
const (
	Program   Role = "program"
	Library   Role = "library"
	LinkInput Role = "link input"
)

// File is one file that can be right or wrong for an architecture.
type File struct {
	// Path inside what was scanned, with "/"; "!/" leads into an archive, as in
	// "lib/jna.jar!/com/sun/jna/linux-aarch64/libjnidispatch.so".
	Path   string
	Format Format
	OS     OS
	// Architectures the file has code for: one, or more for universal Mach-O files
	// and wheels with several tags. None means any.
	Architectures []Architecture
	Role          Role
	// Interpreter is the dynamic loader an ELF program asks for, or a script's
	// "#!" line without the "#!".
	Interpreter string
	// Musl is true for what is linked against musl instead of glibc.
	Musl bool
	// Glibc is the newest glibc version the file cannot do without.
	Glibc Version
	// GlibcProvided is the newest version a C library itself offers.
	GlibcProvided Version
	// GlibcABI are what it needs of glibc beside that, by the names behind GLIBC_ABI_, and
	// GlibcABIProvided are those that a C library offers.
	GlibcABI, GlibcABIProvided []string
	// Cxx is the version of libstdc++ that the file cannot do without, and CxxProvided the
	// one that a libstdc++ itself offers.
	Cxx, CxxProvided Cxx
	// Executable is the execute permission, as far as the container has one.
	Executable bool
	// Go is true for what the Go linker wrote.
	Go bool
	// Rust is true for what rustc compiled and nobody stripped.
	Rust bool
}

// BuiltFor is what the file is built for, in words: "x86_64 Linux",
// "x86_64 and arm64 macOS", "arm64 Linux (musl)".
func (f File) BuiltFor() string {
	names := make([]string, len(f.Architectures))
	for i, a := range f.Architectures {
		names[i] = string(a)
	}
	text := strings.Join(names, " and ")
	if f.OS != "" {
		text = strings.TrimSpace(text + " " + string(f.OS))
	}
	switch {
	case f.Format == Archive:
		text += " (static library)"
	case f.Format == Wheel:
		text += " (by its wheel tag)"
	case f.Format == Dotnet:
		text += " (.NET assembly)"
	case f.Role == LinkInput:
		text += " (object file)"
	case f.Musl:
		text += " (musl)"
	}
	return text
}

func (f File) hasCodeFor(a Architecture) bool {
	return len(f.Architectures) == 0 || slices.Contains(f.Architectures, a)
}

// Version is a glibc version, 2.34 say; the zero value means none is known.
type Version struct{ Major, Minor int }

// String is "2.34", or "none".
func (v Version) String() string {
	if v == (Version{}) {
		return "none"
	}
	return fmt.Sprintf("%d.%d", v.Major, v.Minor)
}

func (v Version) newerThan(other Version) bool {
	return v.Major > other.Major || v.Major == other.Major && v.Minor > other.Minor
}

// parseGlibc reads a symbol version's name: GLIBC_2.34, GLIBC_2.2.5. GLIBC_PRIVATE
// and the names of other libraries give the zero Version.
func parseGlibc(name string) Version {
	number, ok := strings.CutPrefix(name, "GLIBC_")
	if !ok {
		return Version{}
	}
	var v Version
	if n, _ := fmt.Sscanf(number, "%d.%d", &v.Major, &v.Minor); n != 2 || v.Major < 0 || v.Minor < 0 {
		return Version{}
	}
	return v
}
