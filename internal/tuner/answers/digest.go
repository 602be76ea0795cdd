package answers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// What an answer keeps whole; of what is larger or deeper a hash is kept.
const (
	maxText    = 1 << 10 // bytes of a text
	maxMembers = 256     // of an object or a list
	maxDepth   = 6
	// maxPart is how much memory a member or an element may take as it is kept, in bytes: 256 of them fit into
	// Measure's memory.
	maxPart = 256 << 10
)

// digest stands for a part of an answer that is not kept.
type digest struct {
	bytes int
	hash  string
}

// String names few bytes of the hash: they tell digests apart, and do not let anybody try out what was answered.
func (d digest) String() string {
	return fmt.Sprintf("%d bytes with SHA-256 %s…", d.bytes, d.hash[:2*shownHash])
}

const (
	hashBytes = 8 // of a hash that is compared in memory
	shownHash = 2 // of a hash that is written down
)

// digestText returns a text, or its digest if it is large.
func digestText(text string) any {
	if len(text) > maxText {
		return digestOf([]byte(text))
	}
	return text
}

func digestOf(text []byte) digest { return digest{bytes: len(text), hash: shortHash(text)} }

func shortHash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:hashBytes])
}

// canonical returns the same text for equal values: members are sorted by name, and 1.0 is written as 1.
func canonical(value any) []byte { return appendCanonical(nil, value) }

func appendCanonical(b []byte, value any) []byte {
	switch v := value.(type) {
	case map[string]any:
		b = append(b, '{')
		for _, name := range slices.Sorted(maps.Keys(v)) {
			b = append(strconv.AppendQuote(b, name), ':')
			b = append(appendCanonical(b, v[name]), ',')
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for _, element := range v {
			b = append(appendCanonical(b, element), ',')
		}
		return append(b, ']')
	case json.Number:
		if f, err := v.Float64(); err == nil {
			return strconv.AppendFloat(b, f, 'g', -1, 64)
		}
		return append(b, v...)
	case string:
		return strconv.AppendQuote(b, v)
	case digest:
		return append(append(strconv.AppendInt(b, int64(v.bytes), 10), '#'), v.hash...)
	}
	return fmt.Append(b, value) // a boolean, null, nothing
}
