package binarch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// maxPESections is the format's own limit on Windows.
const maxPESections = 96

var peMachines = map[uint16]Architecture{
	peAMD64: X8664, peARM64: Arm64,
	peI386: "i386", peARMNT: "arm", peARM: "arm",
}

// .NET's ReadyToRun compiler writes the machine combined with a number for the
// operating system (coreclr's IMAGE_FILE_MACHINE_OS_OVERRIDE_*), so that only that
// system takes the native code.
var readyToRunSystems = map[uint16]OS{0x7b79: Linux, 0x4644: MacOS, 0xadc4: "FreeBSD", 0x1993: "NetBSD"}

// readPE tells Windows programs and libraries from .NET assemblies. ok is false
// for what is no PE file at all (a DOS program, a text that starts with "MZ") and
// for an assembly for any CPU. .NET loads the others on their architecture only,
// whether or not they have native code.
func readPE(r io.ReaderAt) (f File, ok bool, err error) {
	var pointer [4]byte
	if _, err := r.ReadAt(pointer[:], 0x3c); err != nil {
		return f, false, nil
	}
	at := int64(binary.LittleEndian.Uint32(pointer[:]))
	var signature [4]byte
	if _, err := r.ReadAt(signature[:], at); err != nil || string(signature[:]) != "PE\x00\x00" {
		return f, false, nil
	}
	f = File{Format: PE, OS: Windows, Role: Library}
	p := peImage{r: r}
	if err := p.open(at + 4); err != nil {
		return f, true, err
	}
	if p.header.Characteristics&peDLL == 0 {
		f.Role = Program
	}
	f.Architectures = []Architecture{peArchitecture(p.header.Machine)}
	managed, anyCPU, err := p.readCLR()
	if err != nil || !managed {
		return f, true, err
	}
	if anyCPU {
		return File{}, false, nil
	}
	f.Format, f.OS, f.Role = Dotnet, "", Library
	for mask, system := range readyToRunSystems {
		if a, known := peMachines[p.header.Machine^mask]; known {
			f.OS, f.Architectures = system, []Architecture{a}
		}
	}
	return f, true, nil
}

func peArchitecture(machine uint16) Architecture {
	if a, ok := peMachines[machine]; ok {
		return a
	}
	return Architecture(fmt.Sprintf("PE machine 0x%x", machine))
}

type peImage struct {
	r        io.ReaderAt
	header   peHeader
	clr      peDirectory
	sections []peSection
}

func (p *peImage) read(v any, at int64) error {
	b := make([]byte, binary.Size(v))
	if _, err := p.r.ReadAt(b, at); err != nil {
		return errors.New("PE header: the file ends inside it")
	}
	return binary.Read(bytes.NewReader(b), binary.LittleEndian, v)
}

func (p *peImage) open(at int64) error {
	if err := p.read(&p.header, at); err != nil {
		return err
	}
	at += int64(binary.Size(p.header))
	var magic uint16
	if p.header.SizeOfOptionalHeader > 0 {
		if err := p.read(&magic, at); err != nil {
			return err
		}
	}
	const narrow, wide = 0x10b, 0x20b
	switch magic {
	case narrow:
		var h peOptional32
		if int(p.header.SizeOfOptionalHeader) >= binary.Size(h) {
			if err := p.read(&h, at); err != nil {
				return err
			}
			p.clr = h.DataDirectory[peCLR]
		}
	case wide:
		var h peOptional64
		if int(p.header.SizeOfOptionalHeader) >= binary.Size(h) {
			if err := p.read(&h, at); err != nil {
				return err
			}
			p.clr = h.DataDirectory[peCLR]
		}
	}
	if p.clr.VirtualAddress == 0 {
		return nil
	}
	if p.header.NumberOfSections > maxPESections {
		return fmt.Errorf("PE header: %d sections, at most %d are read", p.header.NumberOfSections, maxPESections)
	}
	p.sections = make([]peSection, p.header.NumberOfSections)
	return p.read(p.sections, at+int64(p.header.SizeOfOptionalHeader))
}

// readCLR reports whether the file is a .NET assembly, and whether it is for any
// CPU: then it says i386, does not insist on 32 bits and has no native code.
func (p *peImage) readCLR() (managed, anyCPU bool, err error) {
	if p.clr.VirtualAddress == 0 {
		return false, false, nil
	}
	const size, flags, managedNativeHeader, require32Bits = 72, 16, 64, 2
	for _, s := range p.sections {
		if p.clr.VirtualAddress < s.VirtualAddress || p.clr.VirtualAddress-s.VirtualAddress >= s.SizeOfRawData {
			continue
		}
		var header [size]byte
		if err := p.read(&header, int64(s.PointerToRawData)+int64(p.clr.VirtualAddress-s.VirtualAddress)); err != nil {
			return true, false, err
		}
		anyCPU = p.header.Machine == peI386 &&
			binary.LittleEndian.Uint32(header[flags:])&require32Bits == 0 &&
			binary.LittleEndian.Uint32(header[managedNativeHeader:]) == 0
		return true, anyCPU, nil
	}
	return true, false, errors.New("PE header: its .NET header lies outside every section")
}
