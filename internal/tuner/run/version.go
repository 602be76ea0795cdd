package run

// VersionKey is a version's own name within a run: round and place in it. The same Event gives the same
// tokens, so a step that runs again recognises what it has already published.
type VersionKey struct{ Round, Index int }
