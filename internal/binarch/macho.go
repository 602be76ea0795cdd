package binarch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxMachOArchitectures is four times what a universal file ever had.
const maxMachOArchitectures = 32

var machOCPUs = map[uint32]Architecture{
	machOAMD64: X8664, machOARM64: Arm64, machO386: "i386",
	machOARM: "arm", machOPPC: "ppc", machOPPC64: "ppc64",
}

// CPUs (Apple's mach/machine.h).
const (
	machO386   = 7
	machOAMD64 = 0x01000007
	machOARM   = 12
	machOARM64 = 0x0100000c
	machOPPC   = 18
	machOPPC64 = 0x01000012
)

// Magic numbers and file types (Apple's mach-o/loader.h).
const (
	machO32         = 0xfeedface
	machO64         = 0xfeedfacf
	machOObj        = 1
	machOExecutable = 2
	machODylibStub  = 9
	machODsym       = 10
)

// Load commands that name a system, and those systems' numbers in LC_BUILD_VERSION (Apple's mach-o/loader.h).
const (
	loadVersionMinMacOS   = 0x24
	loadVersionMinIOS     = 0x25
	loadVersionMinTVOS    = 0x2f
	loadVersionMinWatchOS = 0x30
	loadBuildVersion      = 0x32
)

var machOMinimums = map[uint32]OS{
	loadVersionMinMacOS: MacOS, loadVersionMinIOS: "iOS", loadVersionMinTVOS: "tvOS", loadVersionMinWatchOS: "watchOS",
}

var machOPlatforms = map[uint32]OS{
	1: MacOS, 2: "iOS", 3: "tvOS", 4: "watchOS", 5: "bridgeOS", 6: "Mac Catalyst", 7: "iOS simulator",
	8: "tvOS simulator", 9: "watchOS simulator", 10: "DriverKit", 11: "visionOS", 12: "visionOS simulator",
}

// readMachO reads a thin or universal file's header and its first load commands.
func readMachO(r io.ReaderAt) (File, error) {
	f := File{Format: MachO, OS: MacOS, Role: Library}
	var b [8]byte
	if _, err := r.ReadAt(b[:], 0); err != nil {
		return f, errors.New("Mach-O header: the file ends inside it")
	}
	magic := binary.BigEndian.Uint32(b[:])
	if magic != machOFat && magic != machOFat64 {
		a, role, err := readThinMachO(r, 0)
		if err != nil {
			return f, err
		}
		head := machOHead(r, 0)
		f.Architectures, f.Role, f.OS = []Architecture{a}, role, machOSystem(head)
		// Go's linker adds a section, whose name stands among the load commands.
		f.Go = bytes.Contains(head, []byte("__go_buildinfo"))
		return f, nil
	}
	count := int64(binary.BigEndian.Uint32(b[4:]))
	if count == 0 || count > maxMachOArchitectures {
		return f, fmt.Errorf("Mach-O header: %d architectures, at most %d are read", count, maxMachOArchitectures)
	}
	width := int64(20)
	if magic == machOFat64 {
		width = 32
	}
	for i := range count {
		entry := make([]byte, width)
		if _, err := r.ReadAt(entry, 8+i*width); err != nil {
			return f, errors.New("Mach-O header: the file ends inside it")
		}
		f.Architectures = append(f.Architectures, machOArchitecture(binary.BigEndian.Uint32(entry)))
		offset := int64(binary.BigEndian.Uint32(entry[8:]))
		if magic == machOFat64 {
			offset = int64(binary.BigEndian.Uint64(entry[8:]) &^ (1 << 63))
		}
		if _, role, err := readThinMachO(r, offset); err == nil {
			f.Role, f.OS = role, machOSystem(machOHead(r, offset))
		}
	}
	return f, nil
}

func readThinMachO(r io.ReaderAt, offset int64) (Architecture, Role, error) {
	var b [16]byte
	if _, err := r.ReadAt(b[:], offset); err != nil {
		return "", Library, errors.New("Mach-O header: the file ends inside it")
	}
	var order binary.ByteOrder = binary.LittleEndian
	if magic := binary.BigEndian.Uint32(b[:]); magic == machO32 || magic == machO64 {
		order = binary.BigEndian
	}
	role := Library
	switch order.Uint32(b[12:]) {
	case machOExecutable:
		role = Program
	case machOObj, machODylibStub, machODsym:
		role = LinkInput
	}
	return machOArchitecture(order.Uint32(b[4:])), role, nil
}

// machOHead is the header of a thin file and its first load commands.
func machOHead(r io.ReaderAt, offset int64) []byte {
	b := make([]byte, headSize)
	n, _ := r.ReadAt(b, offset)
	return b[:n]
}

// machOSystem is the system that the load commands name. macOS is what they are for if they name none, as those of
// object files may.
func machOSystem(b []byte) OS {
	header := 32
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(b) < header:
		return MacOS
	case b[0] == 0xfe && b[3]&1 == 0, b[3] == 0xfe && b[0]&1 == 0:
		header = 28
	}
	if b[0] == 0xfe {
		order = binary.BigEndian
	}
	count := order.Uint32(b[16:])
	for b = b[header:]; count > 0 && len(b) >= 12; count-- {
		command, size := order.Uint32(b), order.Uint32(b[4:])
		if system, ok := machOMinimums[command]; ok {
			return system
		}
		if command == loadBuildVersion {
			platform := order.Uint32(b[8:])
			if system, ok := machOPlatforms[platform]; ok {
				return system
			}
			return OS(fmt.Sprintf("Apple platform %d", platform))
		}
		if size < 8 || int64(size) > int64(len(b)) {
			break
		}
		b = b[size:]
	}
	return MacOS
}

func machOArchitecture(cpu uint32) Architecture {
	if a, ok := machOCPUs[cpu]; ok {
		return a
	}
	return Architecture(fmt.Sprintf("Mach-O CPU %d", cpu))
}
