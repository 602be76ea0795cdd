package run

import "github.com/dualarch/dualarch/internal/tuner/input"

// VersionKey is a version's own name within a run: round and place in it. The same Event gives the same
// keys, so a step that runs again recognises what it has already published.
type VersionKey struct{ Round, Index int }

// CountsWarmOnly reports whether the round's Samples are warm ones: the first call of each sandbox, a cold start, comes
// on top (and is kept as a sample that is marked cold).
func CountsWarmOnly(in input.Input, r Round) bool {
	return r.Phase == PhaseConfirm || in.SetsColdApart()
}
