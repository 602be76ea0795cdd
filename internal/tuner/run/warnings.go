package run

import (
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/jsontext"
)

// What Measure and Restore add to the warnings is bounded: their number, and the bytes of each.
const (
	MaxNotes = 8
	MaxNote  = 400
)

// moreNotes stands for those that are left out.
const moreNotes = "and more of that kind"

// NotPublished is what an output says of its verdict until Publish has kept and announced it.
const NotPublished = "the verdict was neither kept nor announced: the step Publish failed; the execution's history says why"

// CapWarnings keeps different warnings, not too many and not too long ones. What it has kept can be given to it again.
func CapWarnings(warnings []string) []string {
	var kept []string
	for _, w := range warnings {
		if w = jsontext.Truncate(w, MaxNote); !slices.Contains(kept, w) && w != moreNotes {
			kept = append(kept, w)
		}
	}
	if len(kept) > MaxNotes || slices.Contains(warnings, moreNotes) {
		kept = append(kept[:min(len(kept), MaxNotes)], moreNotes)
	}
	return kept
}
