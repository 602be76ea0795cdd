package zstd

import (
	"encoding/binary"
	"math/bits"
)

// backward reads bits from the end of a stream to its beginning. left is negative once more was read than there was;
// what is missing reads as zeros.
type backward struct {
	data []byte
	left int
}

// newBackward begins behind the bit that marks the end.
func newBackward(data []byte) (backward, error) {
	if len(data) == 0 || data[len(data)-1] == 0 {
		return backward{}, errCorrupt
	}
	return backward{data, 8*len(data) - 1 - bits.LeadingZeros8(data[len(data)-1])}, nil
}

// take reads up to 56 bits.
func (b *backward) take(n int) uint64 {
	value := b.peek(n)
	b.left -= n
	return value
}

// peek reads without going on.
func (b *backward) peek(n int) uint64 {
	if b.left >= n {
		return b.at(b.left-n, n)
	}
	if b.left <= 0 {
		return 0
	}
	return b.at(0, b.left) << (n - b.left)
}

// at returns n bits from a position on, counted from the beginning.
func (b *backward) at(position, n int) uint64 {
	first := position >> 3
	var word uint64
	if first+8 <= len(b.data) {
		word = binary.LittleEndian.Uint64(b.data[first:])
	} else {
		for i, value := range b.data[first:] {
			word |= uint64(value) << (8 * i)
		}
	}
	return word >> (position & 7) & (1<<n - 1)
}

// forward reads bits from the beginning of a text.
type forward struct {
	data     []byte
	position int
}

// take reads up to 16 bits; what is missing reads as zeros.
func (f *forward) take(n int) int {
	value := 0
	for i := range n {
		at := f.position + i
		if at>>3 < len(f.data) {
			value |= int(f.data[at>>3]>>(at&7)&1) << i
		}
	}
	f.position += n
	return value
}

// rest is what follows the last byte that was read from.
func (f *forward) rest() ([]byte, error) {
	used := (f.position + 7) >> 3
	if used > len(f.data) {
		return nil, errCorrupt
	}
	return f.data[used:], nil
}
