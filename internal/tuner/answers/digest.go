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
)

// digest stands for a part of an answer that is not kept.
type digest struct {
	bytes int
	hash  string
}

func (d digest) String() string { return fmt.Sprintf("%d bytes with SHA-256 %s…", d.bytes, d.hash) }

// digestLarge replaces large values by their hash. The result depends only on the value and its depth, so equal parts
// of two answers stay equal.
func digestLarge(value any, depth int) any {
	switch v := value.(type) {
	case string:
		if len(v) > maxText {
			return digestOf(v)
		}
	case []any:
		if len(v) > maxMembers || depth == maxDepth {
			return digestOf(v)
		}
		for i := range v {
			v[i] = digestLarge(v[i], depth+1)
		}
	case map[string]any:
		if len(v) > maxMembers || depth == maxDepth {
			return digestOf(v)
		}
		for name := range v {
			v[name] = digestLarge(v[name], depth+1)
		}
	}
	return value
}

func digestOf(value any) digest {
	text := canonical(value)
	if s, isText := value.(string); isText {
		text = []byte(s)
	}
	return digest{bytes: len(text), hash: shortHash(text)}
}

func shortHash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
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
		return append(b, v.String()...)
	}
	return fmt.Append(b, value) // a boolean, null, nothing
}
