package elf

import (
	stdelf "debug/elf"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

// The numbers and sizes are those of debug/elf.
func TestLikeTheStandardLibrary(t *testing.T) {
	for _, pair := range [][2]any{
		{stdelf.EI_CLASS, IdentClass}, {stdelf.EI_DATA, IdentData}, {stdelf.EI_OSABI, IdentOSABI}, {stdelf.EI_NIDENT, IdentSize},
		{stdelf.ELFCLASS32, Class32}, {stdelf.ELFCLASS64, Class64}, {stdelf.ELFDATA2LSB, LittleEndian}, {stdelf.ELFDATA2MSB, BigEndian},
		{stdelf.ELFOSABI_NONE, OSABINone}, {stdelf.ELFOSABI_NETBSD, OSABINetBSD}, {stdelf.ELFOSABI_LINUX, OSABILinux},
		{stdelf.ELFOSABI_SOLARIS, OSABISolaris}, {stdelf.ELFOSABI_FREEBSD, OSABIFreeBSD}, {stdelf.ELFOSABI_OPENBSD, OSABIOpenBSD},
		{stdelf.ET_REL, TypeRelocatable}, {stdelf.ET_EXEC, TypeExecutable}, {stdelf.ET_CORE, TypeCore},
		{stdelf.EM_SPARC, MachineSPARC}, {stdelf.EM_386, Machine386}, {stdelf.EM_MIPS, MachineMIPS}, {stdelf.EM_PPC, MachinePPC},
		{stdelf.EM_PPC64, MachinePPC64}, {stdelf.EM_S390, MachineS390}, {stdelf.EM_ARM, MachineARM}, {stdelf.EM_SPARCV9, MachineSPARCV9},
		{stdelf.EM_IA_64, MachineIA64}, {stdelf.EM_X86_64, MachineX8664}, {stdelf.EM_AARCH64, MachineAArch64}, {stdelf.EM_CUDA, MachineCUDA},
		{stdelf.EM_AMDGPU, MachineAMDGPU}, {stdelf.EM_RISCV, MachineRISCV}, {stdelf.EM_BPF, MachineBPF}, {stdelf.EM_LOONGARCH, MachineLoongArch},
		{stdelf.PT_LOAD, SegmentLoad}, {stdelf.PT_DYNAMIC, SegmentDynamic}, {stdelf.PT_INTERP, SegmentInterp}, {stdelf.PT_NOTE, SegmentNote},
		{stdelf.SHT_PROGBITS, SectionProgBits}, {stdelf.SHT_NOTE, SectionNote}, {stdelf.SHT_NOBITS, SectionNoBits}, {stdelf.SHF_ALLOC, SectionFlagAlloc},
		{stdelf.DT_NULL, DynamicNull}, {stdelf.DT_NEEDED, DynamicNeeded}, {stdelf.DT_STRTAB, DynamicStrTab}, {stdelf.DT_FLAGS_1, DynamicFlags1},
		{stdelf.DT_VERDEF, DynamicVerDef}, {stdelf.DT_VERDEFNUM, DynamicVerDefNum}, {stdelf.DT_VERNEED, DynamicVerNeed},
		{stdelf.DT_VERNEEDNUM, DynamicVerNeedNum}, {stdelf.DF_1_PIE, Flag1PIE},
	} {
		require.EqualValues(t, pair[0], pair[1], "%v", pair[0])
	}
	for _, pair := range [][2]any{
		{stdelf.Header64{}, Header64{}}, {stdelf.Header32{}, Header32{}}, {stdelf.Prog64{}, Prog64{}}, {stdelf.Prog32{}, Prog32{}},
		{stdelf.Section64{}, Section64{}}, {stdelf.Section32{}, Section32{}},
	} {
		require.Equal(t, binary.Size(pair[0]), binary.Size(pair[1]), "%T", pair[0])
	}
}
