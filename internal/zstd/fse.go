package zstd

import "math/bits"

// table decodes symbols of finite state entropy: each state stands for a symbol, and says how to come to the next one.
type table struct {
	states []state
	log    int // of their number
}

type state struct {
	next   uint16
	symbol uint8
	bits   uint8
}

// only is the table of a single symbol.
func only(symbol uint8) *table { return &table{states: []state{{symbol: symbol}}} }

// first returns the state that a stream begins with.
func (t *table) first(b *backward) state { return t.states[b.take(t.log)] }

// after returns the state that follows another.
func (t *table) after(s state, b *backward) state {
	return t.states[int(s.next)+int(b.take(int(s.bits)))]
}

// readTable reads the probabilities of up to maxSymbol+1 symbols, and returns their table and what follows it.
func readTable(data []byte, maxSymbol, maxLog int) (*table, []byte, error) {
	in := &forward{data: data}
	log := in.take(4) + 5
	if log > maxLog {
		return nil, nil, errCorrupt
	}
	var shares []int
	left := 1 << log
	for left > 0 {
		if len(shares) > maxSymbol || in.position > 8*len(data) {
			return nil, nil, errCorrupt
		}
		// A share is one of left+2 values. The small ones take a bit less.
		width := bits.Len(uint(left + 1))
		value := in.take(width)
		short, few := value&(1<<(width-1)-1), 1<<width-2-left
		switch {
		case short < few:
			value = short
			in.position--
		case value >= 1<<(width-1):
			value -= few
		}
		share := value - 1
		shares = append(shares, share)
		left -= max(share, -share)
		for more := 3; share == 0 && more == 3; {
			more = in.take(2)
			shares = append(shares, make([]int, more)...)
		}
	}
	if left < 0 || len(shares) > maxSymbol+1 {
		return nil, nil, errCorrupt
	}
	rest, err := in.rest()
	return newTable(shares, log), rest, err
}

// newTable spreads the symbols over the states by their shares of them; -1 is less than one.
func newTable(shares []int, log int) *table {
	size := 1 << log
	t := &table{states: make([]state, size), log: log}
	count := make([]int, len(shares))
	last := size - 1
	for symbol, share := range shares {
		if count[symbol] = share; share == -1 {
			t.states[last].symbol = uint8(symbol)
			last--
			count[symbol] = 1
		}
	}
	at := 0
	for symbol, share := range shares {
		for range max(0, share) {
			t.states[at].symbol = uint8(symbol)
			for at = (at + size/2 + size/8 + 3) & (size - 1); at > last; {
				at = (at + size/2 + size/8 + 3) & (size - 1)
			}
		}
	}
	for i := range t.states {
		s := &t.states[i]
		n := count[s.symbol]
		count[s.symbol]++
		width := log + 1 - bits.Len(uint(n))
		s.bits, s.next = uint8(width), uint16(n<<width-size)
	}
	return t
}
