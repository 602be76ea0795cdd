package mark

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// OfVersion returns the description of a version of ours. Nothing else has it: what somebody else publishes
// while the function is being changed inherits $LATEST's description, which is longer.
func OfVersion(execution string, t run.VersionKey) string {
	return fmt.Sprintf("dualarch %s#%d.%d", execution, t.Round, t.Index)
}

// OfLatest returns the description of $LATEST while it has a test size. It makes each publish one of a changed
// configuration and says which size is ours.
func OfLatest(execution string, t run.VersionKey, memorySize int) string {
	return fmt.Sprintf("%s at %d MB for a moment", OfVersion(execution, t), memorySize)
}

var pattern = regexp.MustCompile(`^dualarch (\S+)#(\d+)\.(\d+)( at (\d+) MB for a moment)?$`)

// Parse reads a description made by OfLatest or OfVersion; size is 0 for the latter.
func Parse(description string) (execution string, t run.VersionKey, size int, ok bool) {
	m := pattern.FindStringSubmatch(description)
	if m == nil {
		return "", run.VersionKey{}, 0, false
	}
	t.Round, _ = strconv.Atoi(m[2])
	t.Index, _ = strconv.Atoi(m[3])
	size, _ = strconv.Atoi(m[5])
	return m[1], t, size, true
}

// Owns reports whether a version is one that the run published on the target: it has a description of the run's own, is
// younger than Plan, and holds the code that Plan saw.
func Owns(t run.Target, v cloud.FunctionConfiguration, execution string) bool {
	number, err := strconv.Atoi(v.Version)
	by, _, size, ok := Parse(v.Description)
	return err == nil && ok && size == 0 && by == execution && number > t.HighestVersion && v.CodeSHA256 == t.CodeSHA256
}
