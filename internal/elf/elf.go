// Package elf has the structures and numbers of the ELF format that this module reads (System V ABI, "Object Files";
// Linux' elf.h). Package debug/elf also reads DWARF and compressed sections, and costs a user's app eight packages more.
package elf

// The places of what is read in a file's first bytes, and how many these are.
const (
	IdentClass = 4
	IdentData  = 5
	IdentOSABI = 7
	IdentSize  = 16
)

// Class is how wide addresses are.
type Class byte

// The classes.
const (
	Class32 Class = 1
	Class64 Class = 2
)

// The orders of a number's bytes.
const (
	LittleEndian = 1
	BigEndian    = 2
)

// OSABI is the system that a file is for.
type OSABI byte

// The systems that are told apart.
const (
	OSABINone    OSABI = 0
	OSABINetBSD  OSABI = 2
	OSABILinux   OSABI = 3
	OSABISolaris OSABI = 6
	OSABIFreeBSD OSABI = 9
	OSABIOpenBSD OSABI = 12
)

// Type is what kind of file it is.
type Type uint16

// The kinds that are told apart from libraries.
const (
	TypeRelocatable Type = 1
	TypeExecutable  Type = 2
	TypeCore        Type = 4
)

// Machine is the architecture.
type Machine uint16

// The architectures that have a name here.
const (
	MachineSPARC     Machine = 2
	Machine386       Machine = 3
	MachineMIPS      Machine = 8
	MachinePPC       Machine = 20
	MachinePPC64     Machine = 21
	MachineS390      Machine = 22
	MachineARM       Machine = 40
	MachineSPARCV9   Machine = 43
	MachineIA64      Machine = 50
	MachineX8664     Machine = 62
	MachineAArch64   Machine = 183
	MachineCUDA      Machine = 190
	MachineAMDGPU    Machine = 224
	MachineRISCV     Machine = 243
	MachineBPF       Machine = 247
	MachineLoongArch Machine = 258
)

// Types of program headers.
const (
	SegmentLoad    = 1
	SegmentDynamic = 2
	SegmentInterp  = 3
	SegmentNote    = 4
)

// Types and flags of section headers.
const (
	SectionProgBits  = 1
	SectionNote      = 7
	SectionNoBits    = 8
	SectionFlagAlloc = 2
)

// Tags of the dynamic section, and the flag of programs among those of DynamicFlags1.
const (
	DynamicNull       = 0
	DynamicNeeded     = 1
	DynamicStrTab     = 5
	DynamicFlags1     = 0x6ffffffb
	DynamicVerDef     = 0x6ffffffc
	DynamicVerDefNum  = 0x6ffffffd
	DynamicVerNeed    = 0x6ffffffe
	DynamicVerNeedNum = 0x6fffffff
	Flag1PIE          = 0x08000000
)

// Header64 is the header of a 64-bit file.
type Header64 struct {
	Ident                                                [IdentSize]byte
	Type, Machine                                        uint16
	Version                                              uint32
	Entry, Phoff, Shoff                                  uint64
	Flags                                                uint32
	Ehsize, Phentsize, Phnum, Shentsize, Shnum, Shstrndx uint16
}

// Header32 is that of a 32-bit file.
type Header32 struct {
	Ident                                                [IdentSize]byte
	Type, Machine                                        uint16
	Version, Entry, Phoff, Shoff, Flags                  uint32
	Ehsize, Phentsize, Phnum, Shentsize, Shnum, Shstrndx uint16
}

// Prog64 is a program header of a 64-bit file.
type Prog64 struct {
	Type, Flags                             uint32
	Off, Vaddr, Paddr, Filesz, Memsz, Align uint64
}

// Prog32 is one of a 32-bit file.
type Prog32 struct {
	Type, Off, Vaddr, Paddr, Filesz, Memsz, Flags, Align uint32
}

// Section64 is a section header of a 64-bit file.
type Section64 struct {
	Name, Type             uint32
	Flags, Addr, Off, Size uint64
	Link, Info             uint32
	Addralign, Entsize     uint64
}

// Section32 is one of a 32-bit file.
type Section32 struct {
	Name, Type, Flags, Addr, Off, Size, Link, Info, Addralign, Entsize uint32
}
