package binarch

import (
	"bytes"
	"debug/macho"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxMachOArchitectures is four times what a universal file ever had.
const maxMachOArchitectures = 32

var machOCPUs = map[macho.Cpu]Architecture{
	macho.CpuAmd64: X8664, macho.CpuArm64: Arm64, macho.Cpu386: "i386",
	macho.CpuArm: "arm", macho.CpuPpc: "ppc", macho.CpuPpc64: "ppc64",
}

// File types beside those that debug/macho names.
const (
	machODylibStub = 9
	machODsym      = 10
)

// readMachO reads a thin or universal file's header. Nothing behind the header
// matters: whatever it says, the file is for macOS.
func readMachO(r io.ReaderAt) (File, error) {
	f := File{Format: MachO, OS: MacOS, Role: Library}
	var b [8]byte
	if _, err := r.ReadAt(b[:], 0); err != nil {
		return f, errors.New("Mach-O header: the file ends inside it")
	}
	magic := binary.BigEndian.Uint32(b[:])
	if magic != macho.MagicFat && magic != machOFat64 {
		a, role, err := readThinMachO(r, 0)
		if err != nil {
			return f, err
		}
		f.Architectures, f.Role = []Architecture{a}, role
		// Go's linker adds a section, whose name stands among the load commands.
		commands := make([]byte, headSize)
		n, _ := r.ReadAt(commands, 0)
		f.Go = bytes.Contains(commands[:n], []byte("__go_buildinfo"))
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
		f.Architectures = append(f.Architectures, machOArchitecture(macho.Cpu(binary.BigEndian.Uint32(entry))))
		offset := int64(binary.BigEndian.Uint32(entry[8:]))
		if magic == machOFat64 {
			offset = int64(binary.BigEndian.Uint64(entry[8:]) &^ (1 << 63))
		}
		if _, role, err := readThinMachO(r, offset); err == nil {
			f.Role = role
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
	if magic := binary.BigEndian.Uint32(b[:]); magic == macho.Magic32 || magic == macho.Magic64 {
		order = binary.BigEndian
	}
	role := Library
	switch macho.Type(order.Uint32(b[12:])) {
	case macho.TypeExec:
		role = Program
	case macho.TypeObj, machODylibStub, machODsym:
		role = LinkInput
	}
	return machOArchitecture(macho.Cpu(order.Uint32(b[4:]))), role, nil
}

func machOArchitecture(cpu macho.Cpu) Architecture {
	if a, ok := machOCPUs[cpu]; ok {
		return a
	}
	return Architecture(fmt.Sprintf("Mach-O CPU %d", uint32(cpu)))
}
