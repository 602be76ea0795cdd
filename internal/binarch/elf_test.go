package binarch

import (
	"debug/elf"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

func TestReadELF(t *testing.T) {
	tests := []struct {
		name string
		spec elfSpec
		want File
	}{
		{"library", elfSpec{needed: []string{"libm.so.6", "libc.so.6"}, needs: []string{"GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.9", "GLIBC_PRIVATE"}},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: Library, Glibc: Version{2, 34}}},
		{"weak versions only make the loader warn", elfSpec{needs: []string{"GLIBC_2.17"}, weak: []string{"GLIBC_2.38"}},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: Library, Glibc: Version{2, 17}}},
		{"program", elfSpec{machine: elf.EM_AARCH64, interp: "/lib/ld-linux-aarch64.so.1", needed: []string{"libc.so.6"}},
			File{Architectures: []Architecture{Arm64}, OS: Linux, Role: Program, Interpreter: "/lib/ld-linux-aarch64.so.1"}},
		{"musl program", elfSpec{interp: "/lib/ld-musl-x86_64.so.1", needed: []string{"libc.musl-x86_64.so.1"}},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: Program, Interpreter: "/lib/ld-musl-x86_64.so.1", Musl: true}},
		{"musl library", elfSpec{needed: []string{"libc.so"}},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: Library, Musl: true}},
		{"static program", elfSpec{kind: elf.ET_EXEC},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: Program}},
		{"static position-independent program", elfSpec{pie: true},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: Program}},
		{"Go program", elfSpec{kind: elf.ET_EXEC, note: goNote},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: Program, Go: true}},
		{"Rust program", elfSpec{pie: true, comment: "GCC: (GNU) 11\x00rustc version 1.80.0\x00"},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: Program, Rust: true}},
		{"C program", elfSpec{pie: true, comment: "GCC: (GNU) 11\x00"},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: Program}},
		{"C library itself", elfSpec{defs: []string{"libc.so.6", "GLIBC_2.2.5", "GLIBC_2.36", "GLIBC_PRIVATE"}},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: Library, GlibcProvided: Version{2, 36}}},
		{"object", elfSpec{kind: elf.ET_REL},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: LinkInput}},
		{"32 bits", elfSpec{machine: elf.EM_386, narrow: true, needs: []string{"GLIBC_2.1"}},
			File{Architectures: []Architecture{"i386"}, OS: Linux, Role: Library, Glibc: Version{2, 1}}},
		{"x32", elfSpec{narrow: true}, File{Architectures: []Architecture{"x32"}, OS: Linux, Role: Library}},
		{"arm64 with 32-bit pointers", elfSpec{machine: elf.EM_AARCH64, narrow: true},
			File{Architectures: []Architecture{"arm64_ilp32"}, OS: Linux, Role: Library}},
		{"big-endian arm64", elfSpec{machine: elf.EM_AARCH64, big: true},
			File{Architectures: []Architecture{"arm64_be"}, OS: Linux, Role: Library}},
		{"big-endian", elfSpec{machine: elf.EM_S390, big: true, needs: []string{"GLIBC_2.4"}},
			File{Architectures: []Architecture{"s390x"}, OS: Linux, Role: Library, Glibc: Version{2, 4}}},
		{"ppc64le", elfSpec{machine: elf.EM_PPC64}, File{Architectures: []Architecture{"ppc64le"}, OS: Linux, Role: Library}},
		{"unknown machine", elfSpec{machine: 4711}, File{Architectures: []Architecture{"ELF machine 4711"}, OS: Linux, Role: Library}},
		{"FreeBSD", elfSpec{abi: elf.ELFOSABI_FREEBSD}, File{Architectures: []Architecture{X8664}, OS: "FreeBSD", Role: Library}},
		{"FreeBSD, by its C library", elfSpec{needed: []string{"libc.so.7"}}, File{Architectures: []Architecture{X8664}, OS: "FreeBSD", Role: Library}},
		{"Solaris, by its C library", elfSpec{needed: []string{"libc.so.1"}}, File{Architectures: []Architecture{X8664}, OS: "Solaris", Role: Library}},
		{"NetBSD, by its C library", elfSpec{needed: []string{"libc.so.12"}}, File{Architectures: []Architecture{X8664}, OS: "NetBSD", Role: Library}},
		{"OpenBSD, by its C library", elfSpec{needed: []string{"libc.so.97.0"}}, File{Architectures: []Architecture{X8664}, OS: "OpenBSD", Role: Library}},
		{"OpenBSD, by its note", elfSpec{note: []byte("\x08\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00OpenBSD\x00\x00\x00\x00\x00")},
			File{Architectures: []Architecture{X8664}, OS: "OpenBSD", Role: Library}},
		{"Cosmopolitan, by its notes for several", elfSpec{note: []byte("\x08\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00OpenBSD\x00\x00\x00\x00\x00" +
			"\x07\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00NetBSD\x00\x00\x00\x00\x00\x00")},
			File{Architectures: []Architecture{X8664}, OS: Linux, Role: Library}},
		{"Android, by its note behind another one", elfSpec{machine: elf.EM_AARCH64, needed: []string{"libc.so"}, note: []byte("\x04\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00GNU\x00ab\x00\x00" +
			"\x08\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00\x00Android\x00\x15\x00\x00\x00")},
			File{Architectures: []Architecture{Arm64}, OS: Android, Role: Library}},
		{"Android, by its libraries", elfSpec{machine: elf.EM_AARCH64, needed: []string{"libm.so", "libdl.so", "libc.so"}},
			File{Architectures: []Architecture{Arm64}, OS: Android, Role: Library}},
		{"RISC-V of 32 bits", elfSpec{machine: elf.EM_RISCV, narrow: true}, File{Architectures: []Architecture{"riscv32"}, OS: Linux, Role: Library}},
		{"RISC-V of 64 bits", elfSpec{machine: elf.EM_RISCV}, File{Architectures: []Architecture{"riscv64"}, OS: Linux, Role: Library}},
		{"MIPS of 64 bits", elfSpec{machine: elf.EM_MIPS}, File{Architectures: []Architecture{"mips64"}, OS: Linux, Role: Library}},
		{"LoongArch of 32 bits", elfSpec{machine: elf.EM_LOONGARCH, narrow: true}, File{Architectures: []Architecture{"loong32"}, OS: Linux, Role: Library}},
		{"S/390 of 31 bits", elfSpec{machine: elf.EM_S390, narrow: true, big: true}, File{Architectures: []Architecture{"s390"}, OS: Linux, Role: Library}},
		{"code for the kernel's virtual machine", elfSpec{machine: elf.EM_BPF}, File{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.want.Format = ELF
			got, err := readELF(strings.NewReader(string(test.spec.build())))
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(test.want, got))
		})
	}
}

func TestReadELFRefusesWhatNoLinkerWrites(t *testing.T) {
	whole := elfSpec{needed: []string{"libc.so.6"}, needs: []string{"GLIBC_2.34"}}.build()
	patched := func(at int, b ...byte) string {
		patched := append([]byte{}, whole...)
		copy(patched[at:], b)
		return string(patched)
	}
	tests := []struct{ name, file, want string }{
		{"nothing behind the magic", "\x7fELF", "ELF header: the file ends inside it"},
		{"half a header", string(whole[:40]), "ELF header: the file ends inside it"},
		{"class", patched(4, 9), "ELF header: class 9 is unknown"},
		{"byte order", patched(5, 7), "ELF header: byte order 7 is unknown"},
		{"65,535 program headers", patched(56, 0xff, 0xff), "ELF header: 65535 program headers, at most 1024 are read"},
		{"size of program headers", patched(54, 1, 0), "ELF header: program headers of 1 bytes, want 56"},
		{"program headers beyond the end", patched(32, 0, 0, 0, 0, 0, 0, 0, 0x70), "ELF program headers: the file ends before them"},
		{"no program headers left", string(whole[:80]), "ELF program headers: the file ends before them"},
		{"dynamic section cut off", string(whole[:len(whole)-40]), "ELF dynamic section: the file ends before it"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := readELF(strings.NewReader(test.file))
			require.EqualError(t, err, test.want)
		})
	}
}

// A version table whose entries point at each other must end.
func TestReadELFWithCircularVersions(t *testing.T) {
	file := elfSpec{needed: []string{"libc.so.6"}, needs: []string{"GLIBC_2.34"}}.build()
	at := strings.Index(string(file), "\x01\x00\x01\x00") // vn_version 1, vn_cnt 1
	require.Positive(t, at)
	copy(file[at:], []byte{1, 0, 0xff, 0xff})          // 65,535 entries
	copy(file[at+12:], []byte{0xff, 0xff, 0xff, 0xff}) // the next table far away
	copy(file[at+16+12:], []byte{0, 0, 0, 0x80, 0, 0}) // the next entry too
	_, err := readELF(strings.NewReader(string(file)))
	require.EqualError(t, err, "ELF version needs: the file ends inside them")
}
