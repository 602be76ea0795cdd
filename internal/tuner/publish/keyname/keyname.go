package keyname

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// longest is how many bytes a target's name takes in a key, which may have 1024.
const longest = 200

// Of returns a target's name as a part of objects' keys and as the value of a metric's dimension, which take printable
// ASCII only: letters, digits, - _ and . stay as they are, every other byte becomes ! and two hexadecimal digits. So does
// a point at the beginning, because . and .. are no names. Different names stay different.
func Of(target string) string {
	var b strings.Builder
	for i := range len(target) {
		c := target[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.' && i > 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "!%02x", c)
		}
	}
	written := b.String()
	if len(written) > longest {
		hash := sha256.Sum256([]byte(target))
		written = written[:longest-17] + "!" + hex.EncodeToString(hash[:8])
	}
	return written
}
