package zstd

import (
	"encoding/binary"
	"math/bits"
)

// literals reads the part of a block that is not repeated. A frame's blocks may use the code of an earlier one.
type literals struct {
	code *huffman
	text []byte
}

// huffman decodes bytes: an entry for each value of the next bits.
type huffman struct {
	entries []huffmanEntry
	bits    int
}

type huffmanEntry struct{ value, bits uint8 }

const maxHuffmanBits = 11

// read returns the literals of a block, and what follows them.
func (l *literals) read(block []byte) (text, rest []byte, err error) {
	if len(block) == 0 {
		return nil, nil, errCorrupt
	}
	kind, form := block[0]&3, block[0]>>2&3
	var header [8]byte
	copy(header[:], block)
	number := binary.LittleEndian.Uint64(header[:])
	if kind < 2 {
		width, shift := 1, 3
		if form&1 == 1 {
			width, shift = 2+int(form>>1), 4
		}
		size := int(number & (1<<(8*width) - 1) >> shift)
		if width > len(block) || size > maxBlock {
			return nil, nil, errCorrupt
		}
		return l.plain(block[width:], size, kind == 1)
	}
	width, bits := [4]int{3, 3, 4, 5}[form], [4]int{10, 10, 14, 18}[form]
	size, compressed := int(number>>4&(1<<bits-1)), int(number>>(4+bits)&(1<<bits-1))
	if width+compressed > len(block) || size > maxBlock {
		return nil, nil, errCorrupt
	}
	rest = block[width+compressed:]
	streams := block[width : width+compressed]
	if kind == 2 {
		if l.code, streams, err = readHuffman(streams); err != nil {
			return nil, nil, err
		}
	}
	if l.code == nil {
		return nil, nil, errCorrupt
	}
	l.text = append(l.text[:0], make([]byte, size)...)
	if form == 0 {
		return l.text, rest, l.code.decode(streams, l.text)
	}
	return l.text, rest, l.code.four(streams, l.text)
}

// plain returns size bytes as they are, or one that is repeated.
func (l *literals) plain(data []byte, size int, repeated bool) (text, rest []byte, err error) {
	switch {
	case repeated && len(data) > 0:
		l.text = append(l.text[:0], make([]byte, size)...)
		for i := range l.text {
			l.text[i] = data[0]
		}
		return l.text, data[1:], nil
	case repeated, size > len(data):
		return nil, nil, errCorrupt
	}
	return data[:size], data[size:], nil
}

// four decodes a text that is divided among four streams.
func (h *huffman) four(data, text []byte) error {
	if len(data) < 6 {
		return errCorrupt
	}
	var sizes [4]int
	rest := len(data) - 6
	for i := range 3 {
		sizes[i] = int(binary.LittleEndian.Uint16(data[2*i:]))
		rest -= sizes[i]
	}
	sizes[3] = rest
	data = data[6:]
	share := (len(text) + 3) / 4
	if rest < 0 || 3*share > len(text) {
		return errCorrupt
	}
	for i, size := range sizes {
		part := text
		if i < 3 {
			part, text = text[:share], text[share:]
		}
		if err := h.decode(data[:size], part); err != nil {
			return err
		}
		data = data[size:]
	}
	return nil
}

// decode fills a text from one stream.
func (h *huffman) decode(data, text []byte) error {
	in, err := newBackward(data)
	if err != nil {
		return err
	}
	for i := range text {
		e := h.entries[in.peek(h.bits)]
		in.left -= int(e.bits)
		text[i] = e.value
	}
	if in.left != 0 {
		return errCorrupt
	}
	return nil
}

// readHuffman reads a code, and returns what follows it.
func readHuffman(data []byte) (*huffman, []byte, error) {
	if len(data) == 0 {
		return nil, nil, errCorrupt
	}
	size := int(data[0])
	data = data[1:]
	var weights []uint8
	if size >= 128 { // written out, half a byte each
		count := size - 127
		size = (count + 1) / 2
		if size > len(data) {
			return nil, nil, errCorrupt
		}
		for i := range count {
			weights = append(weights, data[i/2]>>(4*(1-i%2))&15)
		}
	} else {
		if size > len(data) {
			return nil, nil, errCorrupt
		}
		var err error
		if weights, err = readWeights(data[:size]); err != nil {
			return nil, nil, err
		}
	}
	h, err := newHuffman(weights)
	return h, data[size:], err
}

// readWeights reads weights that are compressed: two states take turns until the stream ends.
func readWeights(data []byte) ([]uint8, error) {
	t, stream, err := readTable(data, maxHuffmanBits+1, 6)
	if err != nil {
		return nil, err
	}
	in, err := newBackward(stream)
	if err != nil {
		return nil, err
	}
	var weights []uint8
	now, other := t.first(&in), t.first(&in)
	for in.left >= 0 && len(weights) < 255 {
		weights = append(weights, now.symbol)
		now, other = other, t.after(now, &in)
	}
	return append(weights, now.symbol), nil
}

// newHuffman makes the code in which a value of weight w has a share of 2^(w-1); the last value has what is left of a
// power of two.
func newHuffman(weights []uint8) (*huffman, error) {
	sum := 0
	for _, w := range weights {
		if w > maxHuffmanBits {
			return nil, errCorrupt
		}
		sum += 1 << w >> 1
	}
	width := bits.Len(uint(sum))
	left := 1<<width - sum
	if sum == 0 || width > maxHuffmanBits || left&(left-1) != 0 || len(weights) > 255 {
		return nil, errCorrupt
	}
	weights = append(weights, uint8(bits.Len(uint(left))))
	h := &huffman{bits: width}
	for weight := uint8(1); int(weight) <= width; weight++ {
		for value, w := range weights {
			if w != weight {
				continue
			}
			for range 1 << w >> 1 {
				h.entries = append(h.entries, huffmanEntry{uint8(value), uint8(width+1) - w})
			}
		}
	}
	if len(h.entries) != 1<<width {
		return nil, errCorrupt
	}
	return h, nil
}
