package binarch

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// maxArchiveMembers is how many members are looked at for the first object file.
const maxArchiveMembers = 256

// arMember is one member of an ar archive.
type arMember struct {
	name string
	data *io.SectionReader
}

// eachMember calls do for the members of an ar archive until it returns false.
func eachMember(r io.ReaderAt, size int64, do func(arMember) bool) error {
	const headerSize = 60
	at := int64(len(arMagic))
	for range maxArchiveMembers {
		if at >= size {
			return nil
		}
		var header [headerSize]byte
		if _, err := r.ReadAt(header[:], at); err != nil {
			return errors.New("ar archive: the file ends inside a member's header")
		}
		length, err := strconv.ParseInt(strings.TrimSpace(string(header[48:58])), 10, 64)
		if err != nil || length < 0 || string(header[58:]) != "`\n" {
			return errors.New("ar archive: a member's header is damaged")
		}
		data := at + headerSize
		// BSD archives put a long name in front of the member's data.
		if name, ok := strings.CutPrefix(string(header[:16]), "#1/"); ok {
			if n, err := strconv.ParseInt(strings.TrimSpace(name), 10, 64); err == nil && n > 0 && n <= length {
				data += n
			}
		}
		member := arMember{
			name: strings.TrimRight(string(header[:16]), " /"),
			data: io.NewSectionReader(r, data, max(0, at+headerSize+length-data)),
		}
		if !do(member) {
			return nil
		}
		at += headerSize + length + length%2
	}
	return nil
}

// readArchive tells what a static library's first object is built for. ok is false
// if there is none.
func readArchive(r io.ReaderAt, size int64) (f File, ok bool, err error) {
	damaged := eachMember(r, size, func(member arMember) bool {
		head := make([]byte, 64)
		n, _ := member.data.ReadAt(head, 0)
		switch sniff(head[:n]) {
		case ELF:
			f, err = readELF(member.data)
		case MachO:
			f, err = readMachO(member.data)
		default:
			return true
		}
		f.Format, f.Role = Archive, LinkInput
		ok = err == nil
		return false
	})
	return f, ok, errors.Join(err, damaged)
}

// isDebian reports whether an ar archive is a Debian package.
func isDebian(head []byte) bool {
	return strings.HasPrefix(string(head), arMagic+"debian-binary")
}

// debian looks at what a Debian package holds.
func (s *scan) debian(p place, c *content) error {
	var looked error
	damaged := eachMember(c, c.size, func(member arMember) bool {
		var entry *content
		if looked = s.count(member.data.Size()); looked != nil {
			return false
		}
		if entry, looked = diskContent(member.data, member.data.Size(), make([]byte, headSize)); looked == nil {
			looked = s.look(p.entry(member.name, 0o644), entry)
		}
		return looked == nil
	})
	return errors.Join(looked, damaged)
}
