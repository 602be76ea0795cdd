package binarch

import (
	"bytes"
	"encoding/binary"

	"github.com/dualarch/dualarch/internal/elf"
)

const (
	// minTail is how much behind a program is more than a signature or a checksum.
	minTail = 4 << 10
	// pyInstallerCookie begins the last record of PyInstaller's archive.
	pyInstallerCookie = "MEI\x0c\x0b\x0a\x0b\x0e"
	// miniDebugInfo is the section in which Fedora and its kin leave compressed symbols for debuggers.
	miniDebugInfo = ".gnu_debugdata"
	// maxCookieDistance from the end: sections may stand behind the archive.
	maxCookieDistance = 64 << 10
)

// tail says what a program or a library of size bytes holds that no loader maps: an
// archive behind it, or in a section of its own. "" if there is nothing. zipped is true
// for a zip, which can be opened.
func (e *elfImage) tail(size int64) (what string, zipped bool) {
	if mark, err := e.bytes(8, 3); err == nil && (string(mark) == "AI\x01" || string(mark) == "AI\x02") {
		return "the file system of an AppImage", false
	}
	sections, names := e.sections()
	for _, s := range sections {
		if s.Type != elf.SectionProgBits || s.Flags&elf.SectionFlagAlloc != 0 || s.Size < minTail {
			continue
		}
		switch name, err := e.str(names, uint64(s.Name)); {
		case err == nil && name == "pydata":
			return "PyInstaller's archive in a program", false
		case err == nil && name == miniDebugInfo:
			continue
		}
		if head, err := e.bytes(s.Off, 512); err == nil || len(head) > 0 {
			if what := archiveIn(head); what != "" {
				return what + " in a program", false
			}
		}
	}
	end := e.end(sections)
	if end == 0 || size <= 0 || end >= uint64(size) {
		return "", false
	}
	if endsAsZip(e.r, size) {
		return "", true
	}
	length := min(size, maxCookieDistance)
	if last, err := e.bytes(uint64(size-length), int(length)); err == nil && bytes.Contains(last, []byte(pyInstallerCookie)) {
		return "PyInstaller's archive behind a program", false
	}
	length = min(size-int64(end), 512)
	if first, err := e.bytes(end, int(length)); err == nil {
		if what := archiveIn(first); what != "" {
			return what + " behind a program", false
		}
	}
	if uint64(size)-end >= minTail {
		return "data behind a program", false
	}
	return "", false
}

// end is where what the headers describe ends, 0 if they describe nothing.
func (e *elfImage) end(sections []elf.Section64) uint64 {
	var end uint64
	for _, p := range e.segments {
		end = max(end, p.Off+p.Filesz)
	}
	for _, s := range sections {
		if s.Type != elf.SectionNoBits {
			end = max(end, s.Off+s.Size)
		}
	}
	if e.table.offset != 0 {
		end = max(end, e.table.offset+uint64(e.table.count*e.table.size))
	}
	return end
}

// sectionTable is where the section headers are, how many there are, how large each is
// and which one is the names'.
type sectionTable struct {
	offset             uint64
	count, size, names int
}

// sectionHeaders are those of a file, with the offset of their names.
type sectionHeaders struct {
	all   []elf.Section64
	names uint64
}

// sections reads the section headers. They are optional: whatever is wrong with them only
// hides what they say.
func (e *elfImage) sections() (sections []elf.Section64, names uint64) {
	if e.sectionHeaders == nil {
		e.sectionHeaders = &sectionHeaders{}
		if t := e.table; t.offset != 0 && t.count <= maxSections && t.names < t.count {
			if all := e.sectionsAt(t.offset, t.count, t.size); all != nil {
				e.sectionHeaders = &sectionHeaders{all, all[t.names].Off}
			}
		}
	}
	return e.sectionHeaders.all, e.sectionHeaders.names
}

// sectionsAt reads count section headers of size bytes each, those of a 32-bit file in the
// form of a 64-bit one.
func (e *elfImage) sectionsAt(offset uint64, count, size int) []elf.Section64 {
	all := make([]elf.Section64, count)
	if e.class != elf.Class32 {
		if size != binary.Size(elf.Section64{}) || e.read(all, offset, count*size) != nil {
			return nil
		}
		return all
	}
	narrow := make([]elf.Section32, count)
	if size != binary.Size(elf.Section32{}) || e.read(narrow, offset, count*size) != nil {
		return nil
	}
	for i, s := range narrow {
		all[i] = elf.Section64{
			Name: s.Name, Type: s.Type, Flags: uint64(s.Flags), Addr: uint64(s.Addr), Off: uint64(s.Off), Size: uint64(s.Size),
			Link: s.Link, Info: s.Info, Addralign: uint64(s.Addralign), Entsize: uint64(s.Entsize),
		}
	}
	return all
}
