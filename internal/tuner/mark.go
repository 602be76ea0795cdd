package tuner

import (
	"fmt"
	"regexp"
	"strconv"
)

// versionKey is a version's own name within a run: round and place in it. The same Event gives the same
// tokens, so a step that runs again recognises what it has already published.
type versionKey struct{ round, index int }

// versionDescription is the description of a version of ours. Nothing else carries it: what somebody
// else publishes while the function is being changed inherits $LATEST's mark, which is longer.
func versionDescription(execution string, t versionKey) string {
	return fmt.Sprintf("dualarch %s#%d.%d", execution, t.round, t.index)
}

// latestDescription is the description of $LATEST while it has a test size. It makes each publish one of a changed
// configuration and says which size is ours.
func latestDescription(execution string, t versionKey, memorySize int) string {
	return fmt.Sprintf("%s at %d MB for a moment", versionDescription(execution, t), memorySize)
}

var markPattern = regexp.MustCompile(`^dualarch (\S+)#(\d+)\.(\d+)( at (\d+) MB for a moment)?$`)

// parseDescription reads a description made by mark or versionDescription; size is 0 for the latter.
func parseDescription(description string) (execution string, t versionKey, size int, ok bool) {
	m := markPattern.FindStringSubmatch(description)
	if m == nil {
		return "", versionKey{}, 0, false
	}
	t.round, _ = strconv.Atoi(m[2])
	t.index, _ = strconv.Atoi(m[3])
	size, _ = strconv.Atoi(m[5])
	return m[1], t, size, true
}

// owns says whether a version is one that the run published on the target: it has a description of the
// run's own, is younger than Plan, and holds the code that Plan saw.
func (t Target) owns(v FunctionConfiguration, execution string) bool {
	number, err := strconv.Atoi(v.Version)
	by, _, size, ok := parseDescription(v.Description)
	return err == nil && ok && size == 0 && by == execution && number > t.HighestVersion && v.CodeSHA256 == t.CodeSHA256
}
