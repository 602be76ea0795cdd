package tuning

import "github.com/dualarch/dualarch/tuning/explore"

// Responses compare what the targets answered.
type Responses struct{}

// NewResponses starts a comparison for an input.
func NewResponses(in Input) *Responses { return &Responses{} }

// Add takes one answer to the payload with the given index. It is safe for concurrent use.
func (r *Responses) Add(a explore.Architecture, payload int, body []byte) {}
