package zstd

// sequenceTables decode the three numbers of a sequence. A frame's blocks may use those of an earlier one.
type sequenceTables struct{ literals, offsets, matches *table }

// coded is a number whose code has a base and so many bits to add.
type coded struct {
	base int
	bits int
}

var (
	literalLengths = codes(0, 16, []int{1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
	matchLengths   = codes(3, 32, []int{1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})

	defaultLiterals = newTable([]int{
		4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1,
	}, 6)
	defaultMatches = newTable([]int{
		1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
		1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
	}, 6)
	defaultOffsets = newTable([]int{
		1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1,
	}, 5)
)

const maxOffsetCode = 31

// codes numbers from a first value on: so many without bits to add, then those with.
func codes(first, plain int, bits []int) []coded {
	var all []coded
	for range plain {
		all = append(all, coded{base: first})
		first++
	}
	for _, n := range bits {
		all = append(all, coded{first, n})
		first += 1 << n
	}
	return all
}

// sequences appends a block's literals and repetitions to the history.
func (z *Reader) sequences(text, data []byte) error {
	count, data, err := sequenceCount(data)
	if err != nil {
		return err
	}
	end := len(z.history) + maxBlock
	if count > 0 {
		if data, err = z.tables.read(data); err != nil {
			return err
		}
		in, err := newBackward(data)
		if err != nil {
			return err
		}
		if text, err = z.repeat(count, text, &in, end); err != nil {
			return err
		}
	} else if len(data) > 0 {
		return errCorrupt
	}
	if len(z.history)+len(text) > end {
		return errCorrupt
	}
	z.history = append(z.history, text...)
	return nil
}

func sequenceCount(data []byte) (int, []byte, error) {
	var b [3]byte
	copy(b[:], data)
	count, used := int(b[0]), 1
	switch {
	case b[0] == 255:
		count, used = int(b[1])+int(b[2])<<8+0x7f00, 3
	case b[0] >= 128:
		count, used = int(b[0]-128)<<8+int(b[1]), 2
	}
	if used > len(data) {
		return 0, nil, errCorrupt
	}
	return count, data[used:], nil
}

// read reads the tables of a block, and returns what follows them.
func (t *sequenceTables) read(data []byte) ([]byte, error) {
	if len(data) == 0 || data[0]&3 != 0 {
		return nil, errCorrupt
	}
	modes := data[0]
	data = data[1:]
	for _, of := range []struct {
		into      **table
		mode      byte
		standard  *table
		maxSymbol int
		maxLog    int
	}{
		{&t.literals, modes >> 6, defaultLiterals, len(literalLengths) - 1, 9},
		{&t.offsets, modes >> 4 & 3, defaultOffsets, maxOffsetCode, 8},
		{&t.matches, modes >> 2 & 3, defaultMatches, len(matchLengths) - 1, 9},
	} {
		var err error
		switch of.mode {
		case 0:
			*of.into = of.standard
		case 1:
			if len(data) == 0 || int(data[0]) > of.maxSymbol {
				return nil, errCorrupt
			}
			*of.into, data = only(data[0]), data[1:]
		case 2:
			if *of.into, data, err = readTable(data, of.maxSymbol, of.maxLog); err != nil {
				return nil, err
			}
		case 3:
			if *of.into == nil {
				return nil, errCorrupt
			}
		}
	}
	return data, nil
}

// repeat appends so many sequences, each some literals and a repetition, and returns the literals that are left.
func (z *Reader) repeat(count int, text []byte, in *backward, end int) ([]byte, error) {
	literal, offset, match := z.tables.literals.first(in), z.tables.offsets.first(in), z.tables.matches.first(in)
	for i := range count {
		distance := 1<<offset.symbol + int(in.take(int(offset.symbol)))
		code := matchLengths[match.symbol]
		length := code.base + int(in.take(code.bits))
		code = literalLengths[literal.symbol]
		plain := code.base + int(in.take(code.bits))
		if i+1 < count {
			literal = z.tables.literals.after(literal, in)
			match = z.tables.matches.after(match, in)
			offset = z.tables.offsets.after(offset, in)
		}
		if in.left < 0 || plain > len(text) || len(z.history)+plain+length > end {
			return nil, errCorrupt
		}
		z.history = append(z.history, text[:plain]...)
		text = text[plain:]
		if !z.copy(z.offset(distance, plain == 0), length) {
			return nil, errCorrupt
		}
	}
	if in.left != 0 {
		return nil, errCorrupt
	}
	return text, nil
}

// offset returns what a distance means: up to 3 it is one of the last offsets.
func (z *Reader) offset(distance int, noLiterals bool) int {
	which := distance - 1
	if noLiterals {
		which++
	}
	if distance > 3 {
		z.recent = [3]int{distance - 3, z.recent[0], z.recent[1]}
		return z.recent[0]
	}
	switch r := z.recent; which {
	case 1:
		z.recent = [3]int{r[1], r[0], r[2]}
	case 2:
		z.recent = [3]int{r[2], r[0], r[1]}
	case 3:
		z.recent = [3]int{r[0] - 1, r[0], r[1]}
	}
	return z.recent[0]
}

// copy repeats length bytes of the history, and reports whether it goes back as far as that.
func (z *Reader) copy(offset, length int) bool {
	begin := len(z.history) - offset
	if offset <= 0 || begin < 0 {
		return false
	}
	for length > 0 {
		// What was just appended is repeated as well if the offset is shorter than the length.
		n := min(length, len(z.history)-begin)
		z.history = append(z.history, z.history[begin:begin+n]...)
		length -= n
	}
	return true
}
