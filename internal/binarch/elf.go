package binarch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dualarch/dualarch/internal/elf"
)

// The bounds on one ELF file's tables: far above what linkers write (a C++ library
// of 100 MB has 12 program headers and 40 dynamic entries), far below what a
// forged header could make a reader allocate.
const (
	maxProgramHeaders = 1024
	maxDynamicBytes   = 64 << 10
	maxStringBytes    = 256
	maxNoteBytes      = 4 << 10
)

// readELF reads what a loader reads: the header, the program headers, the
// interpreter and the dynamic section with its version needs. Where the header can
// be read and the rest cannot, both the file and an error are returned.
func readELF(r io.ReaderAt) (File, error) {
	e, err := openELF(r)
	if err != nil {
		return File{Format: ELF}, err
	}
	return e.file()
}

// file is readELF of an opened file.
func (e *elfImage) file() (File, error) {
	f := File{Format: ELF}
	if notForCPU[e.machine] {
		return f, nil
	}
	f.Architectures = []Architecture{e.architecture()}
	f.OS = e.os()
	f.Role = Library
	switch e.kind {
	case elf.TypeRelocatable, elf.TypeCore:
		f.Role = LinkInput
		return f, nil
	case elf.TypeExecutable:
		f.Role = Program
	}
	if err := e.readSegments(&f); err != nil {
		return f, err
	}
	f.Rust = !f.Go && e.saysRust()
	return f, nil
}

// elfImage is an opened ELF file: its header's facts and its program headers.
type elfImage struct {
	table    sectionTable
	r        io.ReaderAt
	order    binary.ByteOrder
	class    elf.Class
	abi      elf.OSABI
	kind     elf.Type
	machine  elf.Machine
	segments []elf.Prog64
	// sectionHeaders are read when they are first asked for.
	sectionHeaders *sectionHeaders
}

func openELF(r io.ReaderAt) (*elfImage, error) {
	var ident [elf.IdentSize]byte
	if _, err := r.ReadAt(ident[:], 0); err != nil {
		return nil, errors.New("ELF header: the file ends inside it")
	}
	e := &elfImage{r: r, class: elf.Class(ident[elf.IdentClass]), abi: elf.OSABI(ident[elf.IdentOSABI])}
	switch ident[elf.IdentData] {
	case elf.LittleEndian:
		e.order = binary.LittleEndian
	case elf.BigEndian:
		e.order = binary.BigEndian
	default:
		return nil, fmt.Errorf("ELF header: byte order %d is unknown", ident[elf.IdentData])
	}
	var offset, count, size uint64
	switch e.class {
	case elf.Class64:
		var h elf.Header64
		if err := e.read(&h, 0, binary.Size(h)); err != nil {
			return nil, errors.New("ELF header: the file ends inside it")
		}
		e.kind, e.machine = elf.Type(h.Type), elf.Machine(h.Machine)
		offset, count, size = h.Phoff, uint64(h.Phnum), uint64(h.Phentsize)
		e.table = sectionTable{h.Shoff, int(h.Shnum), int(h.Shentsize), int(h.Shstrndx)}
	case elf.Class32:
		var h elf.Header32
		if err := e.read(&h, 0, binary.Size(h)); err != nil {
			return nil, errors.New("ELF header: the file ends inside it")
		}
		e.kind, e.machine = elf.Type(h.Type), elf.Machine(h.Machine)
		offset, count, size = uint64(h.Phoff), uint64(h.Phnum), uint64(h.Phentsize)
		e.table = sectionTable{uint64(h.Shoff), int(h.Shnum), int(h.Shentsize), int(h.Shstrndx)}
	default:
		return nil, fmt.Errorf("ELF header: class %d is unknown", ident[elf.IdentClass])
	}
	if e.kind == elf.TypeRelocatable || e.kind == elf.TypeCore || count == 0 {
		return e, nil
	}
	return e, e.readProgramHeaders(offset, count, size)
}

func (e *elfImage) readProgramHeaders(offset, count, size uint64) error {
	if count > maxProgramHeaders {
		return fmt.Errorf("ELF header: %d program headers, at most %d are read", count, maxProgramHeaders)
	}
	e.segments = make([]elf.Prog64, count)
	if e.class == elf.Class64 {
		if want := uint64(binary.Size(elf.Prog64{})); size != want {
			return fmt.Errorf("ELF header: program headers of %d bytes, want %d", size, want)
		}
		if err := e.read(e.segments, offset, int(size*count)); err != nil {
			return errors.New("ELF program headers: the file ends before them")
		}
		return nil
	}
	narrow := make([]elf.Prog32, count)
	if want := uint64(binary.Size(elf.Prog32{})); size != want {
		return fmt.Errorf("ELF header: program headers of %d bytes, want %d", size, want)
	}
	if err := e.read(narrow, offset, int(size*count)); err != nil {
		return errors.New("ELF program headers: the file ends before them")
	}
	for i, p := range narrow {
		e.segments[i] = elf.Prog64{
			Type: p.Type, Flags: p.Flags, Off: uint64(p.Off), Vaddr: uint64(p.Vaddr),
			Filesz: uint64(p.Filesz), Memsz: uint64(p.Memsz),
		}
	}
	return nil
}

// read decodes size bytes at offset into v.
func (e *elfImage) read(v any, offset uint64, size int) error {
	b, err := e.bytes(offset, size)
	if err != nil {
		return err
	}
	return binary.Read(bytes.NewReader(b), e.order, v)
}

func (e *elfImage) bytes(offset uint64, size int) ([]byte, error) {
	if offset > 1<<62 {
		return nil, io.ErrUnexpectedEOF
	}
	b := make([]byte, size)
	if n, err := e.r.ReadAt(b, int64(offset)); n < size {
		return b[:n], err
	}
	return b, nil
}

// readSegments fills in the interpreter, the toolchain and the dynamic section.
func (e *elfImage) readSegments(f *File) error {
	var notes []OS
	for _, p := range e.segments {
		switch p.Type {
		case elf.SegmentInterp:
			b, err := e.bytes(p.Off, int(min(p.Filesz, maxStringBytes)))
			if err != nil {
				return errors.New("ELF interpreter: the file ends before it")
			}
			f.Interpreter = cString(b)
			f.Role = Program
		case elf.SegmentNote:
			// A note that cannot be read only hides which toolchain wrote the file.
			b, _ := e.bytes(p.Off, int(min(p.Filesz, maxNoteBytes)))
			f.Go = f.Go || bytes.Contains(b, []byte("\x04\x00\x00\x00Go\x00\x00"))
			notes = append(notes, e.noteOwners(b)...)
		}
	}
	f.OS = notedSystem(notes, f.OS)
	f.Musl = strings.Contains(f.Interpreter, "/ld-musl-")
	for _, p := range e.segments {
		if p.Type == elf.SegmentDynamic {
			return e.readDynamic(p, f)
		}
	}
	return nil
}

func cString(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

var elfMachines = map[elf.Machine]Architecture{
	elf.Machine386: "i386", elf.MachineARM: "arm", elf.MachinePPC: "ppc", elf.MachinePPC64: "ppc64",
	elf.MachineS390: "s390x", elf.MachineRISCV: "riscv64", elf.MachineLoongArch: "loong64",
	elf.MachineMIPS: "mips", elf.MachineSPARC: "sparc", elf.MachineSPARCV9: "sparc64", elf.MachineIA64: "ia64",
}

// notForCPU are machines whose files are data to a program on the CPU: code for a
// GPU or for the kernel's virtual machine.
var notForCPU = map[elf.Machine]bool{elf.MachineBPF: true, elf.MachineCUDA: true, elf.MachineAMDGPU: true}

func (e *elfImage) architecture() Architecture {
	wide := e.class == elf.Class64
	little := e.order == binary.LittleEndian
	switch {
	case e.machine == elf.MachineX8664 && wide:
		return X8664
	case e.machine == elf.MachineX8664:
		return "x32"
	case e.machine == elf.MachineAArch64 && wide && little:
		return Arm64
	case e.machine == elf.MachineAArch64 && wide:
		return "arm64_be"
	case e.machine == elf.MachineAArch64:
		return "arm64_ilp32"
	case e.machine == elf.MachinePPC64 && little:
		return "ppc64le"
	case e.machine == elf.MachineRISCV && !wide:
		return "riscv32"
	case e.machine == elf.MachineLoongArch && !wide:
		return "loong32"
	case e.machine == elf.MachineMIPS && wide:
		return "mips64"
	case e.machine == elf.MachineS390 && !wide:
		return "s390"
	}
	if a, ok := elfMachines[e.machine]; ok {
		return a
	}
	return Architecture(fmt.Sprintf("ELF machine %d", e.machine))
}
