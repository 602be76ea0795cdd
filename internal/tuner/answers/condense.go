package answers

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"strconv"
)

// condense reads valid JSON as it is compared: what is large or deep stands there as its digest, and what pointers point
// to is left out; an element of a list leaves its place. A list of a million small elements is never held as a whole: as
// Go values an answer takes up to 40 times its bytes.
func condense(text []byte, depth int, ignore [][]string) any {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return (&condenser{decoder}).value(depth, ignore)
}

type condenser struct{ *json.Decoder }

// token returns the next token of text that is known to be valid.
func (c *condenser) token() json.Token {
	t, err := c.Token()
	if err != nil {
		return nil
	}
	return t
}

func (c *condenser) value(depth int, ignore [][]string) any {
	switch t := c.token().(type) {
	case json.Delim:
		if t == '[' {
			return c.list(depth, ignore)
		}
		return c.object(depth, ignore)
	case string:
		return digestText(t)
	default:
		return t // a number, a boolean, null
	}
}

// list keeps short lists; of others it hashes one element after the other.
func (c *condenser) list(depth int, ignore [][]string) any {
	var kept []any
	var whole *hashing
	n := 0
	for ; c.More(); n++ {
		below, ignored := inside(ignore, strconv.Itoa(n))
		element := c.value(depth+1, below)
		if ignored {
			element = nothing
		}
		if whole == nil && (n == maxMembers || depth >= maxDepth) {
			whole = newHashing()
			for _, k := range kept {
				whole.element(k)
			}
			kept = nil
		}
		if whole != nil {
			whole.element(element)
		} else {
			kept = append(kept, element)
		}
	}
	c.token() // the bracket that ends it
	switch {
	case whole != nil:
		return whole.end()
	case depth >= maxDepth:
		return newHashing().end()
	case kept == nil:
		return []any{}
	case depth > 0 && memoryOf(kept) > maxPart:
		return digestOf(canonical(kept))
	}
	return kept
}

// object keeps small objects. Members are compared in the order of their names, so all of them are held until the last
// has come; each is small by then.
func (c *condenser) object(depth int, ignore [][]string) any {
	members := map[string]any{}
	for c.More() {
		name, _ := c.token().(string)
		below, ignored := inside(ignore, name)
		if member := c.value(depth+1, below); !ignored {
			members[name] = member
		}
	}
	c.token() // the brace that ends it
	if len(members) > maxMembers || depth >= maxDepth || depth > 0 && memoryOf(members) > maxPart {
		return digestOf(canonical(members))
	}
	return members
}

// hashing hashes a list's canonical text while it comes.
type hashing struct {
	sum   hash.Hash
	bytes int
	text  []byte // of one element
}

func newHashing() *hashing {
	h := &hashing{sum: sha256.New()}
	h.write([]byte{'['})
	return h
}

func (h *hashing) write(b []byte) {
	_, _ = h.sum.Write(b) // a hash takes everything
	h.bytes += len(b)
}

func (h *hashing) element(value any) {
	h.text = append(appendCanonical(h.text[:0], value), ',')
	h.write(h.text)
}

func (h *hashing) end() digest {
	h.write([]byte{']'})
	return digest{bytes: h.bytes, hash: hex.EncodeToString(h.sum.Sum(nil)[:hashBytes])}
}

// memoryOf returns about how many bytes of memory a condensed value takes.
func memoryOf(value any) int {
	const perValue, perMember = 32, 64
	switch v := value.(type) {
	case map[string]any:
		sum := 10 * perValue
		for name, member := range v {
			sum += perMember + len(name) + memoryOf(member)
		}
		return sum
	case []any:
		sum := perValue
		for _, element := range v {
			sum += memoryOf(element)
		}
		return sum
	case string:
		return perValue + len(v)
	case json.Number:
		return perValue + len(v)
	}
	return perValue
}
