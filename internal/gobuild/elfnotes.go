package gobuild

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/dualarch/dualarch/internal/elf"
)

// note is an ELF note. Its text is a slice of the binary that it was found in.
type note struct {
	owner string
	kind  uint32
	text  []byte
}

type notes []note

// elfNotes returns the notes in a binary's sections.
func elfNotes(file []byte) (notes, error) {
	sections, err := elfSections(file)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read as an ELF file: %w", err)
	}
	var all notes
	for _, section := range sections {
		if section.Type != elf.SectionNote {
			continue
		}
		content, within := part(file, section.Off, section.Size)
		if !within {
			return nil, fmt.Errorf("its section %s ends behind its last byte", section.name)
		}
		found, err := parseNotes(content)
		if err != nil {
			return nil, fmt.Errorf("its section %s: %w", section.name, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// section is a section's header with the section's name.
type section struct {
	elf.Section64
	name string
}

// elfSections returns the sections of a 64-bit file with the byte order of both of Lambda's architectures.
func elfSections(file []byte) ([]section, error) {
	if !bytes.HasPrefix(file, []byte("\x7fELF")) {
		return nil, fmt.Errorf("bad magic number '%v' in record at byte 0x0", file[:min(4, len(file))])
	}
	var header elf.Header64
	if _, err := binary.Decode(file, binary.LittleEndian, &header); err != nil {
		return nil, errors.New("its header is cut off")
	}
	if elf.Class(header.Ident[elf.IdentClass]) != elf.Class64 || header.Ident[elf.IdentData] != elf.LittleEndian {
		return nil, errors.New("it is not one of 64 bits and little-endian")
	}
	headers := make([]elf.Section64, header.Shnum)
	table, within := part(file, header.Shoff, uint64(binary.Size(headers)))
	if !within || len(headers) > 0 && int(header.Shstrndx) >= len(headers) {
		return nil, errors.New("its section headers are cut off")
	}
	if _, err := binary.Decode(table, binary.LittleEndian, headers); err != nil {
		return nil, err
	}
	if len(headers) == 0 {
		return nil, nil
	}
	names, _ := part(file, headers[header.Shstrndx].Off, headers[header.Shstrndx].Size)
	all := make([]section, len(headers))
	for i, h := range headers {
		name, _, _ := bytes.Cut(names[min(uint64(h.Name), uint64(len(names))):], []byte{0})
		all[i] = section{h, string(name)}
	}
	return all, nil
}

// part returns size bytes at an offset, and whether there are as many.
func part(file []byte, offset, size uint64) ([]byte, bool) {
	if all := uint64(len(file)); offset > all || size > all-offset {
		return nil, false
	}
	return file[offset:][:size], true
}

// parseNotes reads the notes of one section: three words, then the owner's name
// and the text, each padded to whole words.
func parseNotes(data []byte) (notes, error) {
	const word = 4
	padded := func(n uint32) uint64 { return (uint64(n) + word - 1) &^ (word - 1) }
	var all notes
	for len(data) > 0 {
		if len(data) < 3*word {
			return nil, errors.New("a note is cut off")
		}
		owner, text := binary.LittleEndian.Uint32(data), binary.LittleEndian.Uint32(data[word:])
		kind := binary.LittleEndian.Uint32(data[2*word:])
		data = data[3*word:]
		if padded(owner)+padded(text) > uint64(len(data)) {
			return nil, errors.New("a note is cut off")
		}
		all = append(all, note{
			owner: strings.TrimRight(string(data[:owner]), "\x00"),
			kind:  kind,
			text:  data[padded(owner):][:text:text],
		})
		data = data[padded(owner)+padded(text):]
	}
	return all, nil
}

// only returns the text of the one note of an owner and kind, or nil if there
// is none.
func (n notes) only(owner string, kind uint32) ([]byte, error) {
	var found []byte
	for _, note := range n {
		if note.owner != owner || note.kind != kind {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("it has several notes %s of type %d; one was expected", owner, kind)
		}
		found = note.text
	}
	return found, nil
}
