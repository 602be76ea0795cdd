package gobuild

import (
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"strings"
)

// note is an ELF note. Its text is a slice of the binary that it was found in.
type note struct {
	owner string
	kind  uint32
	text  []byte
}

type notes []note

// elfNotes returns the notes in a binary's sections.
func elfNotes(binary []byte) (notes, error) {
	file, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		return nil, fmt.Errorf("it cannot be read as an ELF file: %w", err)
	}
	var all notes
	for _, section := range file.Sections {
		if section.Type != elf.SHT_NOTE {
			continue
		}
		size := uint64(len(binary))
		if section.Offset > size || section.FileSize > size-section.Offset {
			return nil, fmt.Errorf("its section %s ends behind its last byte", section.Name)
		}
		found, err := parseNotes(file, binary[section.Offset:][:section.FileSize])
		if err != nil {
			return nil, fmt.Errorf("its section %s: %w", section.Name, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// parseNotes reads the notes of one section: three words, then the owner's name
// and the text, each padded to whole words.
func parseNotes(file *elf.File, data []byte) (notes, error) {
	const word = 4
	padded := func(n uint32) uint64 { return (uint64(n) + word - 1) &^ (word - 1) }
	var all notes
	for len(data) > 0 {
		if len(data) < 3*word {
			return nil, errors.New("a note is cut off")
		}
		owner, text := file.ByteOrder.Uint32(data), file.ByteOrder.Uint32(data[word:])
		kind := file.ByteOrder.Uint32(data[2*word:])
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
