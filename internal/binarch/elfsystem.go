package binarch

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/elf"
)

// Android is Linux with a C library and a loader of its own, so its files do not run on Lambda.
const Android OS = "Android"

// os is the system that the header's OS ABI names. Most linkers for Unix leave the field at 0, which therefore
// stands for Linux until a note or a library's name says otherwise.
func (e *elfImage) os() OS {
	switch e.abi {
	case elf.OSABINone, elf.OSABILinux:
		return Linux
	case elf.OSABIFreeBSD:
		return "FreeBSD"
	case elf.OSABINetBSD:
		return "NetBSD"
	case elf.OSABIOpenBSD:
		return "OpenBSD"
	case elf.OSABISolaris:
		return "Solaris"
	}
	return OS(fmt.Sprintf("ELF system %d", e.abi))
}

// noteSystems are the owners of the notes by which systems mark their files.
var noteSystems = map[string]OS{
	"Android": Android, "FreeBSD": "FreeBSD", "NetBSD": "NetBSD", "OpenBSD": "OpenBSD", "DragonFly": "DragonFly BSD",
}

// noteOwners are the systems that a PT_NOTE segment names.
func (e *elfImage) noteOwners(b []byte) (systems []OS) {
	const header = 12
	for len(b) >= header {
		owner, desc := uint64(e.order.Uint32(b)), uint64(e.order.Uint32(b[4:]))
		b = b[header:]
		if owner > uint64(len(b)) {
			break
		}
		if system := noteSystems[cString(b[:owner])]; system != "" {
			systems = append(systems, system)
		}
		b = b[min(aligned(owner)+aligned(desc), uint64(len(b))):]
	}
	return systems
}

// notedSystem is the system that notes name, or the one of the header. Cosmopolitan's programs name several, and run
// on Linux as well.
func notedSystem(notes []OS, header OS) OS {
	switch {
	case len(notes) == 0:
		return header
	case slices.ContainsFunc(notes, func(s OS) bool { return s != notes[0] }):
		return Linux
	}
	return notes[0]
}

// aligned rounds up to the words that notes are made of.
func aligned(size uint64) uint64 { return (size + 3) &^ 3 }

// librarySystem is the system whose C library a file needs, "" if the names are those of Linux or tell nothing.
func librarySystem(needed []string) OS {
	plain := false
	for _, name := range needed {
		version, isC := strings.CutPrefix(name, "libc.so.")
		switch {
		case isC:
			if system := cLibrarySystem(version); system != "" {
				return system
			}
		case name == "libc.so":
			plain = true
		}
	}
	// musl is called libc.so as well, but has everything in that one library.
	for _, name := range needed {
		switch name {
		case "libm.so", "libdl.so", "liblog.so", "libandroid.so":
			if plain {
				return Android
			}
		}
	}
	return ""
}

// cLibrarySystem goes by the version of libc.so. glibc's is 6 (6.1 on two architectures of the past).
func cLibrarySystem(version string) OS {
	switch version {
	case "1":
		return "Solaris"
	case "7":
		return "FreeBSD"
	case "8":
		return "DragonFly BSD"
	case "12":
		return "NetBSD"
	}
	major, _, minor := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err == nil && minor && n >= 20 {
		return "OpenBSD"
	}
	return ""
}
