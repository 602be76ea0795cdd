package packages

import (
	"bytes"
	"compress/flate"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"sort"
	"sync"
)

// Kind is what a package is like.
type Kind int

// The kinds.
const (
	Text   Kind = iota // source files alone, which run anywhere
	Wheel              // Python with a native library of a package for x86_64
	Go                 // a Go program for x86_64, called bootstrap
	Both               // Node.js with an addon for each architecture
	Broken             // source files, and an archive that cannot be read

)

// Package is a zip, which is made when it is read.
type Package struct {
	seed uint64
	kind Kind
	// about is what was asked for, and size what it has.
	about, size int64
}

// layout is what a zip consists of: headers of its own and contents that all packages share.
type layout struct {
	parts []part
	size  int64
}

type part struct {
	at   int64
	data []byte
}

// content is what files have in them.
type content struct {
	size       int
	sum        uint32
	compressed []byte
}

// contents are made once.
var contents = sync.OnceValue(func() map[string]content {
	random := rand.New(rand.NewPCG(1, 2))
	noise := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(random.Uint32())
		}
		return b
	}
	var text bytes.Buffer
	for text.Len() < 48<<10 {
		fmt.Fprintf(&text, "def function_%x(argument):\n    return argument + %d\n\n", random.Uint32(), random.Uint32())
	}
	made := map[string]content{}
	for name, b := range map[string][]byte{
		"text": text.Bytes(), "data": noise(1 << 20), "large": noise(8 << 20), "broken": []byte("PK\x03\x04 and no more"),
		"x86": append(program(elf.EM_X86_64), noise(512<<10)...), "arm": append(program(elf.EM_AARCH64), noise(512<<10)...), "go": goProgram(noise(1 << 20)),
	} {
		var z bytes.Buffer
		w, err := flate.NewWriter(&z, flate.DefaultCompression)
		if err == nil {
			_, err = w.Write(b)
		}
		if err == nil {
			err = w.Close()
		}
		if err != nil {
			panic(err) // a buffer takes everything
		}
		made[name] = content{len(b), crc32.ChecksumIEEE(b), z.Bytes()}
	}
	return made
})

// program is the header of a static Linux program.
func program(machine elf.Machine) []byte {
	h := elf.Header64{Type: uint16(elf.ET_EXEC), Machine: uint16(machine), Version: 1, Ehsize: 64, Phentsize: 56}
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS], h.Ident[elf.EI_DATA], h.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), 1
	return encoded(h)
}

// goProgram has the note by which the Go linker's programs are known.
func goProgram(code []byte) []byte {
	h := elf.Header64{Type: uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: 1, Ehsize: 64, Phentsize: 56, Phnum: 2, Phoff: 64}
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS], h.Ident[elf.EI_DATA], h.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), 1
	note := append(encoded(struct{ Name, Description, Type uint32 }{4, 4, 4}), "Go\x00\x00id\x00\x00"...)
	const noteAt = 64 + 2*56
	whole := uint64(noteAt + len(note) + len(code))
	segments := []elf.Prog64{
		{Type: uint32(elf.PT_LOAD), Flags: 5, Filesz: whole, Memsz: whole, Align: 4096},
		{Type: uint32(elf.PT_NOTE), Flags: 4, Off: noteAt, Filesz: uint64(len(note)), Memsz: uint64(len(note)), Align: 4},
	}
	return bytes.Join([][]byte{encoded(h), encoded(segments), note, code}, nil)
}

func encoded(v any) []byte {
	b, err := binary.Append(nil, binary.LittleEndian, v)
	if err != nil {
		panic(err) // structs of numbers
	}
	return b
}

// New returns a package of about so many bytes, 64 KB at least. The same seed gives the same package.
func New(seed uint64, size int64, kind Kind) *Package {
	p := &Package{seed: seed, kind: kind, about: size}
	p.size = p.layout().size
	return p
}

// recent are the layouts that were made last: a package is read in many calls.
var recent = struct {
	sync.Mutex
	made  map[*Package]*layout
	order []*Package
}{made: map[*Package]*layout{}}

// held is how many layouts are recent.
const held = 16

func (p *Package) recentLayout() *layout {
	recent.Lock()
	defer recent.Unlock()
	if l := recent.made[p]; l != nil {
		return l
	}
	l := p.layout()
	recent.made[p] = l
	if recent.order = append(recent.order, p); len(recent.order) > held {
		delete(recent.made, recent.order[0])
		recent.order = recent.order[1:]
	}
	return l
}

// layout puts the zip together.
func (p *Package) layout() *layout {
	random := rand.New(rand.NewPCG(p.seed, 7))
	l := &layout{}
	var directory bytes.Buffer
	count := 0
	add := func(name, of string) {
		l.add(&directory, name, contents()[of])
		count++
	}
	add("version.txt", "text")
	l.append(encoded(p.seed)) // tells packages apart; nothing reads it
	switch p.kind {
	case Text:
		add("app.py", "text")
	case Wheel:
		add("app.py", "text")
		add("native/core.cpython-313-x86_64-linux-gnu.so", "x86")
	case Go:
		add("bootstrap", "go")
	case Both:
		add("index.js", "text")
		add("node_modules/native/prebuilds/linux-x64/native.node", "x86")
		add("node_modules/native/prebuilds/linux-arm64/native.node", "arm")
	case Broken:
		add("app.py", "text")
		add("broken.zip", "broken")
	}
	for sources := l.size + (p.about-l.size)/10; l.size < sources; {
		add(fmt.Sprintf("package%02d/module%04d.py", random.IntN(40), count), "text")
	}
	for l.size+int64(directory.Len()) < p.about {
		of := "data"
		if left := p.about - l.size; left > 16<<20 && random.IntN(2) == 0 {
			of = "large"
		} else if left < 1<<20 {
			of = "text"
		}
		add(fmt.Sprintf("assets/data%04d.bin", count), of)
	}
	at := l.size
	end := encoded(struct {
		Signature                    uint32
		Disk, First, Here, All       uint16
		DirectorySize, DirectoryFrom uint32
		Comment                      uint16
	}{0x06054b50, 0, 0, uint16(count), uint16(count), uint32(directory.Len()), uint32(at), 0})
	l.append(append(directory.Bytes(), end...))
	return l
}

func (l *layout) append(b []byte) {
	l.parts = append(l.parts, part{l.size, b})
	l.size += int64(len(b))
}

// add writes a file's header and content, and its entry in the directory.
func (l *layout) add(directory *bytes.Buffer, name string, c content) {
	at := l.size
	common := struct {
		Version, Flags, Method, Time, Date uint16
		Sum, Compressed, Size              uint32
		Name, Extra                        uint16
	}{20, 0, 8, 0, 0x5921, c.sum, uint32(len(c.compressed)), uint32(c.size), uint16(len(name)), 0}
	l.append(bytes.Join([][]byte{encoded(uint32(0x04034b50)), encoded(common), []byte(name)}, nil))
	l.append(c.compressed)
	const madeByUnix, executable = 3<<8 | 20, 0o100755 << 16
	directory.Write(bytes.Join([][]byte{
		encoded(uint32(0x02014b50)), encoded(uint16(madeByUnix)), encoded(common),
		encoded(struct {
			Comment, Disk, Internal uint16
			External, At            uint32
		}{0, 0, 0, executable, uint32(at)}), []byte(name),
	}, nil))
}

// Size is the zip's, in bytes.
func (p *Package) Size() int64 { return p.size }

// ReadAt is of io.ReaderAt.
func (p *Package) ReadAt(b []byte, at int64) (int, error) {
	n, parts := 0, p.recentLayout().parts
	i := sort.Search(len(parts), func(i int) bool { return parts[i].at+int64(len(parts[i].data)) > at })
	for ; n < len(b) && i < len(parts); i++ {
		from := at + int64(n) - parts[i].at
		n += copy(b[n:], parts[i].data[from:])
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}
