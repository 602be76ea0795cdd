package change

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// versionDescription returns the description of a version of ours. Nothing else has it: what somebody else publishes
// while the function is being changed inherits $LATEST's description, which is longer.
func versionDescription(execution string, t run.VersionKey) string {
	return fmt.Sprintf("dualarch %s#%d.%d", execution, t.Round, t.Index)
}

// latestDescription returns the description of $LATEST while it has a test size. It makes each publish one of a changed
// configuration and says which size is ours.
func latestDescription(execution string, t run.VersionKey, memorySize int) string {
	return fmt.Sprintf("%s at %d MB for a moment", versionDescription(execution, t), memorySize)
}

var markPattern = regexp.MustCompile(`^dualarch (\S+)#(\d+)\.(\d+)( at (\d+) MB for a moment)?$`)

// ParseDescription reads a description made by latestDescription or versionDescription; size is 0 for the latter.
func ParseDescription(description string) (execution string, t run.VersionKey, size int, ok bool) {
	m := markPattern.FindStringSubmatch(description)
	if m == nil {
		return "", run.VersionKey{}, 0, false
	}
	t.Round, _ = strconv.Atoi(m[2])
	t.Index, _ = strconv.Atoi(m[3])
	size, _ = strconv.Atoi(m[5])
	return m[1], t, size, true
}

// owns reports whether a version is one that the run published on the target: it has a description of the run's own, is
// younger than Plan, and holds the code that Plan saw.
func owns(t run.Target, v cloud.FunctionConfiguration, execution string) bool {
	number, err := strconv.Atoi(v.Version)
	by, _, size, ok := ParseDescription(v.Description)
	return err == nil && ok && size == 0 && by == execution && number > t.HighestVersion && v.CodeSHA256 == t.CodeSHA256
}
