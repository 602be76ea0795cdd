package binarch

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
)

const (
	maxSections     = 256
	maxCommentBytes = 4 << 10
)

// saysRust looks for rustc in the .comment section, where compilers leave their
// names and "strip" leaves them alone. Sections are optional; whatever is wrong
// with them only means that nobody said Rust.
func (e *elfImage) saysRust() bool {
	var offset uint64
	var count, size, names int
	switch e.class {
	case elf.ELFCLASS64:
		var h elf.Header64
		if e.read(&h, 0, binary.Size(h)) != nil {
			return false
		}
		offset, count, size, names = h.Shoff, int(h.Shnum), int(h.Shentsize), int(h.Shstrndx)
	default:
		return false // Lambda has no 32-bit target that Rust is built for
	}
	if offset == 0 || count > maxSections || names >= count || size != binary.Size(elf.Section64{}) {
		return false
	}
	sections := make([]elf.Section64, count)
	if e.read(sections, offset, count*size) != nil {
		return false
	}
	table := sections[names]
	for _, s := range sections {
		// .comment is the one section of merged strings that is not loaded.
		if elf.SectionType(s.Type) != elf.SHT_PROGBITS || s.Addr != 0 || s.Size > maxCommentBytes {
			continue
		}
		name, err := e.str(table.Off, uint64(s.Name))
		if err != nil || name != ".comment" {
			continue
		}
		b, err := e.bytes(s.Off, int(s.Size))
		return err == nil && bytes.Contains(b, []byte("rustc version"))
	}
	return false
}
