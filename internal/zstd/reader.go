package zstd

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

const (
	magic     = 0xfd2fb528
	skippable = 0x184d2a50 // and the 15 numbers after it
	// maxBlock is the most that a block may become.
	maxBlock = 128 << 10
)

// ErrWindow says that a frame asks for more memory than its reader may have.
var ErrWindow = errors.New("window size exceeded")

// errCorrupt says that what was read is not Zstandard.
var errCorrupt = errors.New("data is corrupt")

// Reader reads what comes out of a Zstandard file.
type Reader struct {
	source    *bufio.Reader
	maxWindow uint64

	// history holds what came out of the frame last, the window at least. What is unread stands behind read.
	history []byte
	read    int
	err     error

	inFrame  bool
	window   uint64
	checksum bool

	block    []byte // compressed
	literals literals
	tables   sequenceTables
	recent   [3]int // offsets
}

// NewReader returns a reader that remembers at most maxWindow bytes.
func NewReader(r io.Reader, maxWindow uint64) *Reader {
	return &Reader{source: bufio.NewReader(r), maxWindow: maxWindow}
}

// Read reads what was compressed. A file that ends too early gives io.ErrUnexpectedEOF.
func (z *Reader) Read(p []byte) (int, error) {
	for z.read == len(z.history) {
		if z.err != nil {
			return 0, z.err
		}
		if z.err = z.next(); z.err != nil {
			z.history = z.history[:z.read] // nothing of a block that is broken
		}
	}
	n := copy(p, z.history[z.read:])
	z.read += n
	return n, nil
}

// next decompresses a block, or begins a frame.
func (z *Reader) next() error {
	if !z.inFrame {
		return z.frame()
	}
	z.forget()
	var header [3]byte
	if err := z.full(header[:]); err != nil {
		return err
	}
	bits := int(header[0]) | int(header[1])<<8 | int(header[2])<<16
	size := bits >> 3
	switch bits >> 1 & 3 {
	case 0: // as it is
		if size > maxBlock {
			return errCorrupt
		}
		begin := len(z.history)
		z.history = append(z.history, make([]byte, size)...)
		if err := z.full(z.history[begin:]); err != nil {
			return err
		}
	case 1: // one byte, many times
		value, err := z.source.ReadByte()
		if err != nil || size > maxBlock {
			return broken(err)
		}
		for range size {
			z.history = append(z.history, value)
		}
	case 2:
		if size > maxBlock {
			return errCorrupt
		}
		z.block = append(z.block[:0], make([]byte, size)...)
		if err := z.full(z.block); err != nil {
			return err
		}
		if err := z.compressed(z.block); err != nil {
			return err
		}
	default:
		return errCorrupt
	}
	if bits&1 == 0 {
		return nil
	}
	z.inFrame = false
	if z.checksum {
		return z.full(make([]byte, 4))
	}
	return nil
}

// forget lets go of what lies before the window, from time to time.
func (z *Reader) forget() {
	if kept := int(z.window); len(z.history) > kept+max(1<<20, kept/4) {
		n := copy(z.history, z.history[len(z.history)-kept:])
		z.history = z.history[:n]
	}
	z.read = len(z.history)
}

// frame reads a frame's header. io.EOF says that no more frame follows.
func (z *Reader) frame() error {
	var word [4]byte
	if _, err := io.ReadFull(z.source, word[:]); err != nil {
		return err
	}
	number := binary.LittleEndian.Uint32(word[:])
	if number&^15 == skippable {
		if err := z.full(word[:]); err != nil {
			return err
		}
		size := int64(binary.LittleEndian.Uint32(word[:]))
		if n, err := io.CopyN(io.Discard, z.source, size); n < size {
			return broken(err)
		}
		return nil
	}
	if number != magic {
		return errCorrupt
	}
	descriptor, err := z.source.ReadByte()
	if err != nil {
		return broken(err)
	}
	single := descriptor>>5&1 == 1
	if descriptor>>3&1 == 1 {
		return errCorrupt // reserved
	}
	z.window = 0
	if !single {
		b, err := z.source.ReadByte()
		if err != nil {
			return broken(err)
		}
		base := uint64(1) << (10 + b>>3)
		z.window = base + base/8*uint64(b&7)
	}
	dictionary, err := z.number([4]int{0, 1, 2, 4}[descriptor&3])
	if err != nil {
		return err
	}
	if dictionary != 0 {
		return errors.New("it needs a dictionary")
	}
	width := [4]int{0, 2, 4, 8}[descriptor>>6]
	if width == 0 && single {
		width = 1
	}
	content, err := z.number(width)
	if err != nil {
		return err
	}
	if width == 2 {
		content += 256
	}
	if single {
		z.window = content
	}
	if z.window > z.maxWindow {
		return ErrWindow
	}
	z.checksum = descriptor>>2&1 == 1
	z.inFrame = true
	z.history, z.read = z.history[:0], 0
	z.literals, z.tables, z.recent = literals{}, sequenceTables{}, [3]int{1, 4, 8}
	return nil
}

// number reads a number of so many bytes.
func (z *Reader) number(width int) (uint64, error) {
	var b [8]byte
	err := z.full(b[:width])
	return binary.LittleEndian.Uint64(b[:]), err
}

// full fills b.
func (z *Reader) full(b []byte) error {
	if _, err := io.ReadFull(z.source, b); err != nil {
		return broken(err)
	}
	return nil
}

// broken is the error of a file that ends where more has to follow.
func broken(err error) error {
	switch {
	case err == nil:
		return errCorrupt
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// compressed decompresses a block.
func (z *Reader) compressed(block []byte) error {
	text, rest, err := z.literals.read(block)
	if err != nil {
		return err
	}
	return z.sequences(text, rest)
}
