package publish

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// longestName is how many bytes a target's name takes in a key, which may have 1024.
const longestName = 200

// Name returns a target's name as a part of objects' keys and as the value of a metric's dimension, which take printable
// ASCII only: letters, digits, - _ and . stay as they are, every other byte becomes ! and two hexadecimal digits. So does
// a point at the beginning, because . and .. are no names. Different names stay different.
func Name(target string) string {
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
	name := b.String()
	if len(name) > longestName {
		hash := sha256.Sum256([]byte(target))
		name = name[:longestName-17] + "!" + hex.EncodeToString(hash[:8])
	}
	return name
}

// latestKey returns the key of the last result of a target.
func latestKey(r input.Results, target string) string {
	return r.Prefix + Name(target) + "/latest.json"
}

// key returns the key of an execution's result. Keys of one target sort by the time at which executions began, and a
// second try has the same.
func key(r input.Results, target string, e run.Execution) string {
	return r.Prefix + Name(target) + "/" + e.StartTime.UTC().Format("2006-01-02T15-04-05Z") + "-" + Name(e.Name) + ".json"
}

// location returns where an object is, for people and for package cloud.
func location(r input.Results, key string) string { return "s3://" + r.Bucket + "/" + key }
