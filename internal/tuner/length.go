package tuner

import (
	"encoding/json"
	"math"
)

// lengthOf returns how many bytes a value takes as JSON. A value that cannot be written is longer than anything
// may be: no step could hand it on.
func lengthOf(value any) int {
	text, err := json.Marshal(value)
	if err != nil {
		return math.MaxInt32
	}
	return len(text)
}
