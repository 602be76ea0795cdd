package answers

import (
	"slices"
	"strings"
)

// Names below an answer's own members may be data: keys that are mail addresses, say. With disablePayloadLogs the state
// carries two bytes of a hash in the place of each, which tell places apart, and the output none.

// concealMark stands before a name's hash. No name begins with it: "~" is followed by 0 or 1 in a pointer.
const concealMark = "~#"

// concealed replaces the names in a pointer below the first by their hashes.
func concealed(pointer string) string {
	steps := strings.Split(pointer, "/") // the first is "" or the envelope's prefix
	for i := 2; i < len(steps); i++ {
		steps[i] = concealMark + shortHash([]byte(steps[i]))[:2*shownHash]
	}
	return strings.Join(steps, "/")
}

// shownPointer returns a pointer of the state as the output has it.
func shownPointer(pointer string) string {
	if before, _, hidden := strings.Cut(pointer, "/"+concealMark); hidden {
		return before + "/…"
	}
	return pointer
}

// shownPointers returns all of them, each once.
func shownPointers(pointers []string) []string {
	var all []string
	for _, p := range pointers {
		if p = shownPointer(p); !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}
