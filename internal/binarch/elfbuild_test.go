package binarch

import (
	"bytes"
	"cmp"
	"debug/elf"
	"encoding/binary"
)

// elfSpec describes an ELF file to build; the zero value is an x86_64 library with
// no dynamic section.
type elfSpec struct {
	machine elf.Machine // default EM_X86_64
	kind    elf.Type    // default ET_DYN
	abi     elf.OSABI
	narrow  bool // ELFCLASS32
	big     bool // big-endian
	interp  string
	needed  []string
	needs   []string // symbol versions of libc.so.6
	weak    []string
	defs    []string
	pie     bool
	note    []byte
	comment string
	section string // that holds comment, default .comment
}

// build lays the file out with one PT_LOAD segment at address 0x10000.
func (s elfSpec) build() []byte {
	const address = 0x10000
	if s.machine == 0 {
		s.machine = elf.EM_X86_64
	}
	if s.kind == 0 {
		s.kind = elf.ET_DYN
	}
	var order binary.ByteOrder = binary.LittleEndian
	if s.big {
		order = binary.BigEndian
	}
	word := func(b *bytes.Buffer, v uint64) {
		if s.narrow {
			_ = binary.Write(b, order, uint32(v))
		} else {
			_ = binary.Write(b, order, v)
		}
	}
	headerSize, progSize := 64, 56
	if s.narrow {
		headerSize, progSize = 52, 32
	}
	const progs = 4
	data := headerSize + progs*progSize

	var body bytes.Buffer
	at := func() uint64 { return uint64(data + body.Len()) }
	interpAt := at()
	if s.interp != "" {
		body.WriteString(s.interp + "\x00")
	}
	noteAt := at()
	body.Write(s.note)

	table := []byte{0}
	name := func(text string) uint32 {
		offset := len(table)
		table = append(append(table, text...), 0)
		return uint32(offset)
	}
	var dynamic bytes.Buffer
	entry := func(tag elf.DynTag, value uint64) { word(&dynamic, uint64(tag)); word(&dynamic, value) }
	for _, lib := range s.needed {
		entry(elf.DT_NEEDED, uint64(name(lib)))
	}
	if n := len(s.needs) + len(s.weak); n > 0 {
		entry(elf.DT_VERNEED, address+at())
		entry(elf.DT_VERNEEDNUM, 1)
		_ = binary.Write(&body, order, []uint16{1, uint16(n)})
		_ = binary.Write(&body, order, []uint32{name("libc.so.6"), 16, 0})
		for i, version := range append(append([]string{}, s.needs...), s.weak...) {
			flags, next := uint16(0), uint32(16)
			if i >= len(s.needs) {
				flags = 2
			}
			if i == n-1 {
				next = 0
			}
			_ = binary.Write(&body, order, uint32(0))
			_ = binary.Write(&body, order, []uint16{flags, uint16(i + 2)})
			_ = binary.Write(&body, order, []uint32{name(version), next})
		}
	}
	if len(s.defs) > 0 {
		entry(elf.DT_VERDEF, address+at())
		entry(elf.DT_VERDEFNUM, uint64(len(s.defs)))
		for i, version := range s.defs {
			next := uint32(28)
			if i == len(s.defs)-1 {
				next = 0
			}
			_ = binary.Write(&body, order, []uint16{1, 0, uint16(i + 1), 1})
			_ = binary.Write(&body, order, []uint32{0, 20, next, name(version), 0})
		}
	}
	if s.pie {
		entry(elf.DT_FLAGS_1, uint64(elf.DF_1_PIE))
	}
	hasDynamic := dynamic.Len() > 0
	entry(elf.DT_STRTAB, address+at())
	entry(elf.DT_NULL, 0)
	body.Write(table)
	dynamicAt := at()
	body.Write(dynamic.Bytes())

	loaded := at() // sections that nothing loads follow
	sectionsAt, sectionCount, sectionNames, sectionSize := uint64(0), 0, uint16(0), binary.Size(elf.Section64{})
	if s.comment != "" {
		// As Go's linker does, the headers stand before the sections.
		if s.narrow {
			sectionSize = binary.Size(elf.Section32{})
		}
		sectionsAt, sectionCount, sectionNames = at(), 3, 2
		commentAt := at() + uint64(sectionCount*sectionSize)
		name := cmp.Or(s.section, ".comment")
		names := "\x00" + name + "\x00.shstrtab\x00"
		for _, h := range []elf.Section64{
			{},
			{Name: 1, Type: uint32(elf.SHT_PROGBITS), Off: commentAt, Size: uint64(len(s.comment))},
			{Name: uint32(len(name) + 2), Type: uint32(elf.SHT_STRTAB), Off: commentAt + uint64(len(s.comment)), Size: uint64(len(names))},
		} {
			if s.narrow {
				_ = binary.Write(&body, order, elf.Section32{Name: h.Name, Type: h.Type, Off: uint32(h.Off), Size: uint32(h.Size)})
			} else {
				_ = binary.Write(&body, order, h)
			}
		}
		body.WriteString(s.comment + names)
	}

	segment := func(b *bytes.Buffer, kind elf.ProgType, present bool, offset, size uint64) {
		if !present {
			kind = elf.PT_NULL
		}
		if s.narrow {
			_ = binary.Write(b, order, elf.Prog32{Type: uint32(kind), Off: uint32(offset), Vaddr: uint32(address + offset), Filesz: uint32(size), Memsz: uint32(size)})
		} else {
			_ = binary.Write(b, order, elf.Prog64{Type: uint32(kind), Off: offset, Vaddr: address + offset, Filesz: size, Memsz: size})
		}
	}
	var out bytes.Buffer
	ident := [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), 1, byte(s.abi)}
	if s.narrow {
		ident[elf.EI_CLASS] = byte(elf.ELFCLASS32)
	}
	if s.big {
		ident[elf.EI_DATA] = byte(elf.ELFDATA2MSB)
	}
	if s.narrow {
		_ = binary.Write(&out, order, elf.Header32{
			Ident: ident, Type: uint16(s.kind), Machine: uint16(s.machine), Version: 1,
			Phoff: uint32(headerSize), Phentsize: uint16(progSize), Phnum: progs,
			Shoff: uint32(sectionsAt), Shentsize: uint16(sectionSize), Shnum: uint16(sectionCount), Shstrndx: sectionNames,
		})
	} else {
		_ = binary.Write(&out, order, elf.Header64{
			Ident: ident, Type: uint16(s.kind), Machine: uint16(s.machine), Version: 1,
			Phoff: uint64(headerSize), Phentsize: uint16(progSize), Phnum: progs,
			Shoff: sectionsAt, Shentsize: uint16(sectionSize), Shnum: uint16(sectionCount), Shstrndx: sectionNames,
		})
	}
	segment(&out, elf.PT_LOAD, true, 0, loaded)
	segment(&out, elf.PT_INTERP, s.interp != "", interpAt, uint64(len(s.interp)+1))
	segment(&out, elf.PT_NOTE, s.note != nil, noteAt, uint64(len(s.note)))
	segment(&out, elf.PT_DYNAMIC, hasDynamic, dynamicAt, uint64(dynamic.Len()))
	out.Write(body.Bytes())
	return out.Bytes()
}

// Shorthands for the packages that tests build.
var (
	x86Library = string(elfSpec{needed: []string{"libc.so.6"}, needs: []string{"GLIBC_2.2.5"}}.build())
	armLibrary = string(elfSpec{machine: elf.EM_AARCH64, needed: []string{"libc.so.6"}, needs: []string{"GLIBC_2.17"}}.build())
	x86Musl    = string(elfSpec{needed: []string{"libc.musl-x86_64.so.1"}}.build())
	armMusl    = string(elfSpec{machine: elf.EM_AARCH64, needed: []string{"libc.musl-aarch64.so.1"}}.build())
	x86Program = string(elfSpec{kind: elf.ET_EXEC, interp: "/lib64/ld-linux-x86-64.so.2", needed: []string{"libc.so.6"}}.build())
	armProgram = string(elfSpec{machine: elf.EM_AARCH64, kind: elf.ET_EXEC, interp: "/lib/ld-linux-aarch64.so.1", needed: []string{"libc.so.6"}}.build())
	i386       = string(elfSpec{machine: elf.EM_386, narrow: true}.build())
	goNote     = []byte("\x04\x00\x00\x00\x04\x00\x00\x00\x04\x00\x00\x00Go\x00\x00abcd")
	x86Go      = string(elfSpec{kind: elf.ET_EXEC, note: goNote}.build())
	armGo      = string(elfSpec{machine: elf.EM_AARCH64, kind: elf.ET_EXEC, note: goNote}.build())
	x86Object  = string(elfSpec{kind: elf.ET_REL}.build())
)

// machO is a thin Mach-O file's header.
func machO(cpu, kind uint32) string {
	var b bytes.Buffer
	_ = binary.Write(&b, binary.LittleEndian, []uint32{0xfeedfacf, cpu, 0, kind, 0, 0, 0, 0})
	return b.String()
}

const (
	cpuX86, cpuArm                       = 0x01000007, 0x0100000c
	machOObject, machOExecute, machODlib = 1, 2, 6
)

// machOFor is a thin Mach-O library with a load command that names its platform.
func machOFor(cpu uint32, command ...uint32) string {
	var b bytes.Buffer
	_ = binary.Write(&b, binary.LittleEndian, []uint32{0xfeedfacf, cpu, 0, machODlib, 2, 0, 0, 0})
	_ = binary.Write(&b, binary.LittleEndian, []uint32{0x1b, 24, 0, 0, 0, 0}) // LC_UUID
	_ = binary.Write(&b, binary.LittleEndian, command)
	return b.String()
}

// Libraries for iOS and its simulator.
var (
	iosLibrary          = machOFor(cpuArm, loadBuildVersion, 24, 2, 0, 0, 0)
	iosSimulatorLibrary = machOFor(cpuX86, loadBuildVersion, 24, 7, 0, 0, 0)
)

// universal is a Mach-O file with libraries for both architectures.
func universal() string {
	var b bytes.Buffer
	_ = binary.Write(&b, binary.BigEndian, []uint32{
		0xcafebabe, 2, cpuX86, 3, 48, 32, 0, cpuArm, 0, 80, 32, 0,
	})
	return b.String() + machO(cpuX86, machODlib) + machO(cpuArm, machODlib)
}

// universal64 is a universal file with 64-bit offsets.
func universal64() string {
	var b bytes.Buffer
	_ = binary.Write(&b, binary.BigEndian, []uint32{0xcafebabf, 1, cpuArm, 0, 0, 40, 0, 32, 0, 0})
	return b.String() + machO(cpuArm, machODlib)
}

// peSpec describes a PE file to build.
type peSpec struct {
	machine      uint16
	program      bool
	managed, r2r bool
	only32Bit    bool
}

func (s peSpec) build() string {
	const peAt, sectionAddress = 64, 0x2000
	var b bytes.Buffer
	b.WriteString("MZ")
	b.Write(make([]byte, 0x3c-2))
	_ = binary.Write(&b, binary.LittleEndian, uint32(peAt))
	b.WriteString("PE\x00\x00")
	characteristics := uint16(0x2000)
	if s.program {
		characteristics = 0
	}
	_ = binary.Write(&b, binary.LittleEndian, []uint16{s.machine, 1, 0, 0, 0, 0, 0, 0, 240, characteristics})
	optional := make([]byte, 240)
	binary.LittleEndian.PutUint16(optional, 0x20b)
	if s.managed {
		binary.LittleEndian.PutUint32(optional[112+14*8:], sectionAddress)
		binary.LittleEndian.PutUint32(optional[112+14*8+4:], 72)
	}
	b.Write(optional)
	section := make([]byte, 40)
	copy(section, ".text")
	binary.LittleEndian.PutUint32(section[8:], 72)
	binary.LittleEndian.PutUint32(section[12:], sectionAddress)
	binary.LittleEndian.PutUint32(section[16:], 72)
	binary.LittleEndian.PutUint32(section[20:], uint32(b.Len()+40))
	b.Write(section)
	clr := make([]byte, 72)
	if s.only32Bit {
		clr[16] = 2
	}
	if s.r2r {
		binary.LittleEndian.PutUint32(clr[64:], 0x3000)
	}
	b.Write(clr)
	return b.String()
}

// archive is an ar archive of one object.
func archive(object string) string {
	header := make([]byte, 60)
	copy(header, bytes.Repeat([]byte{' '}, 60))
	copy(header, "object.o/")
	copy(header[48:], []byte(itoa(len(object))))
	copy(header[58:], "`\n")
	return arMagic + string(header) + object
}

func itoa(n int) string {
	digits := ""
	for ; n > 0; n /= 10 {
		digits = string(rune('0'+n%10)) + digits
	}
	return digits
}
