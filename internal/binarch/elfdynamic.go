package binarch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/dualarch/dualarch/internal/elf"
)

// The bounds on what a dynamic section refers to; libtorch, a giant, needs 30
// libraries and 40 symbol versions.
const (
	maxNeeded   = 512
	maxVersions = 4096
)

// dynamicTable is what the dynamic section says, addresses turned into offsets.
type dynamicTable struct {
	strings  uint64
	needed   []uint64
	verneed  uint64
	verdef   uint64
	needs    uint64
	defs     uint64
	programs bool
}

// readDynamic finds out which C library a file is linked against and which
// versions of glibc it needs or, being the C library, provides.
func (e *elfImage) readDynamic(p elf.Prog64, f *File) error {
	table, err := e.readDynamicTable(p)
	if err != nil {
		return err
	}
	if table.programs {
		f.Role = Program
	}
	needed := make([]string, len(table.needed))
	for i, offset := range table.needed {
		name, err := e.str(table.strings, offset)
		if err != nil {
			return err
		}
		needed[i] = name
		// musl's own name for itself, and the one that its static toolchains write.
		if strings.HasPrefix(name, "libc.musl-") || name == "libc.so" {
			f.Musl = true
		}
	}
	if system := librarySystem(needed); system != "" && f.OS == Linux {
		f.OS = system
	}
	f.Musl = f.Musl && f.OS == Linux
	if table.verneed != 0 {
		needs, err := e.versionNeeds(table)
		f.Glibc, f.GlibcABI, f.Cxx = needs.glibc, needs.abi, needs.cxx
		if err != nil {
			return err
		}
	}
	if table.verdef != 0 {
		defined, err := e.versionDefinitions(table)
		f.GlibcProvided, f.GlibcABIProvided, f.CxxProvided = defined.glibc, defined.abi, defined.cxx
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *elfImage) readDynamicTable(p elf.Prog64) (dynamicTable, error) {
	var table dynamicTable
	b, err := e.bytes(p.Off, int(min(p.Filesz, maxDynamicBytes)))
	if err != nil {
		return table, errors.New("ELF dynamic section: the file ends before it")
	}
	width := 8
	if e.class == elf.Class32 {
		width = 4
	}
	for ; len(b) >= 2*width; b = b[2*width:] {
		tag, value := e.word(b[:width]), e.word(b[width:2*width])
		switch tag {
		case elf.DynamicNull:
			return table, nil
		case elf.DynamicNeeded:
			if len(table.needed) < maxNeeded {
				table.needed = append(table.needed, value)
			}
		case elf.DynamicStrTab:
			table.strings = e.fileOffset(value)
		case elf.DynamicVerNeed:
			table.verneed = e.fileOffset(value)
		case elf.DynamicVerNeedNum:
			table.needs = value
		case elf.DynamicVerDef:
			table.verdef = e.fileOffset(value)
		case elf.DynamicVerDefNum:
			table.defs = value
		case elf.DynamicFlags1:
			table.programs = value&elf.Flag1PIE != 0
		}
	}
	return table, nil
}

func (e *elfImage) word(b []byte) uint64 {
	if len(b) == 4 {
		return uint64(e.order.Uint32(b))
	}
	return e.order.Uint64(b)
}

// fileOffset is where the loader would find the address in the file, 0 for an
// address outside every segment.
func (e *elfImage) fileOffset(address uint64) uint64 {
	for _, p := range e.segments {
		if p.Type == elf.SegmentLoad && address >= p.Vaddr && address-p.Vaddr < p.Filesz {
			return p.Off + (address - p.Vaddr)
		}
	}
	return 0
}

func (e *elfImage) str(table, offset uint64) (string, error) {
	b, err := e.bytes(table+offset, maxStringBytes)
	if end := bytes.IndexByte(b, 0); table != 0 && end >= 0 {
		return string(b[:end]), nil
	}
	if err == nil {
		return "", errors.New("ELF string table: a name is too long")
	}
	return "", errors.New("ELF string table: the file ends before it")
}

// versionNeeds are the versions in .gnu.version_r that are not weak: a weak one only
// makes the loader warn.
func (e *elfImage) versionNeeds(table dynamicTable) (needs libraryVersions, err error) {
	type verneed struct {
		Version, Count  uint16
		File, Aux, Next uint32
	}
	type vernaux struct {
		Hash         uint32
		Flags, Other uint16
		Name, Next   uint32
	}
	const weak = 2
	at, left := table.verneed, maxVersions
	for i := uint64(0); i < table.needs && left > 0; i++ {
		var need verneed
		if err := e.read(&need, at, binary.Size(need)); err != nil {
			return needs, errors.New("ELF version needs: the file ends inside them")
		}
		aux := at + uint64(need.Aux)
		for j := uint16(0); j < need.Count && left > 0; j++ {
			left--
			var a vernaux
			if err := e.read(&a, aux, binary.Size(a)); err != nil {
				return needs, errors.New("ELF version needs: the file ends inside them")
			}
			name, err := e.str(table.strings, uint64(a.Name))
			if err != nil {
				return needs, err
			}
			if a.Flags&weak == 0 {
				needs.add(name)
			}
			if a.Next == 0 {
				break
			}
			aux += uint64(a.Next)
		}
		left--
		if need.Next == 0 {
			break
		}
		at += uint64(need.Next)
	}
	return needs, nil
}

// versionDefinitions are the versions in .gnu.version_d.
func (e *elfImage) versionDefinitions(table dynamicTable) (defined libraryVersions, err error) {
	type verdef struct {
		Version, Flags, Index, Count uint16
		Hash, Aux, Next              uint32
	}
	at := table.verdef
	for range min(table.defs, maxVersions) {
		var def verdef
		if err := e.read(&def, at, binary.Size(def)); err != nil {
			return defined, errors.New("ELF version definitions: the file ends inside them")
		}
		// The first of a definition's names is its own, the others are its parents.
		var nameOffset uint32
		if err := e.read(&nameOffset, at+uint64(def.Aux), 4); err != nil {
			return defined, errors.New("ELF version definitions: the file ends inside them")
		}
		name, err := e.str(table.strings, uint64(nameOffset))
		if err != nil {
			return defined, err
		}
		defined.add(name)
		if def.Next == 0 {
			break
		}
		at += uint64(def.Next)
	}
	return defined, nil
}
