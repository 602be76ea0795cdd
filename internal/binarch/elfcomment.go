package binarch

import (
	"bytes"

	"github.com/dualarch/dualarch/internal/elf"
)

const (
	maxSections     = 256
	maxCommentBytes = 4 << 10
)

// saysRust looks for rustc in the .comment section, where compilers leave their
// names and "strip" leaves them alone.
func (e *elfImage) saysRust() bool {
	sections, names := e.sections()
	for _, s := range sections {
		// .comment is the one section of merged strings that is not loaded.
		if s.Type != elf.SectionProgBits || s.Addr != 0 || s.Size > maxCommentBytes {
			continue
		}
		name, err := e.str(names, uint64(s.Name))
		if err != nil || name != ".comment" {
			continue
		}
		b, err := e.bytes(s.Off, int(s.Size))
		return err == nil && bytes.Contains(b, []byte("rustc version"))
	}
	return false
}
