package jsontext

import (
	"encoding/json"
	"math"
)

// Length returns how many bytes a value takes as JSON. A value that cannot be written is longer than anything
// may be: no step could hand it on.
func Length(value any) int {
	text, err := json.Marshal(value)
	if err != nil {
		return math.MaxInt32
	}
	return len(text)
}
