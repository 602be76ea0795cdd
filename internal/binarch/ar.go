package binarch

import (
	"errors"
	"io"
	"strconv"
	"strings"
)

// maxArchiveMembers is how many members are looked at for the first object file.
const maxArchiveMembers = 256

// readArchive tells what a static library's first object is built for. ok is false
// where there is none: a Debian package is an ar archive too.
func readArchive(r io.ReaderAt, size int64) (f File, ok bool, err error) {
	const headerSize = 60
	at := int64(len(arMagic))
	for range maxArchiveMembers {
		if at >= size {
			return f, false, nil
		}
		var header [headerSize]byte
		if _, err := r.ReadAt(header[:], at); err != nil {
			return f, false, errors.New("ar archive: the file ends inside a member's header")
		}
		length, err := strconv.ParseInt(strings.TrimSpace(string(header[48:58])), 10, 64)
		if err != nil || length < 0 || string(header[58:]) != "`\n" {
			return f, false, errors.New("ar archive: a member's header is damaged")
		}
		data := at + headerSize
		// BSD archives put a long name in front of the member's data.
		if name, ok := strings.CutPrefix(string(header[:16]), "#1/"); ok {
			if n, err := strconv.ParseInt(strings.TrimSpace(name), 10, 64); err == nil && n > 0 && n <= length {
				data += n
			}
		}
		member := io.NewSectionReader(r, data, max(0, at+headerSize+length-data))
		head := make([]byte, 64)
		n, _ := member.ReadAt(head, 0)
		switch sniff(head[:n]) {
		case ELF:
			f, err = readELF(member)
			f.Format, f.Role = Archive, LinkInput
			return f, err == nil, err
		case MachO:
			f, err = readMachO(member)
			f.Format, f.Role = Archive, LinkInput
			return f, err == nil, err
		}
		at += headerSize + length + length%2
	}
	return f, false, nil
}
