package mark

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf16"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Mark is what a description of the tuner's own says.
type Mark struct {
	// Execution is the run's name and Hash that of its ARN, because names repeat across state machines. Marks of
	// journals of format 1 have no hash.
	Execution, Hash string
	run.VersionKey
	// MemorySize is the test size that $LATEST has for a moment; 0 in a version's mark.
	MemorySize int
	// Before is what $LATEST had, for who has no journal; nil in a version's mark and in those without a hash.
	Before *Before
}

// Before is what $LATEST had before the run.
type Before struct {
	MemorySize  int
	Description string
	Cut         bool // the description was too long to stand in the mark as a whole
}

// hashOf tells executions of the same name apart.
func hashOf(execution string) string {
	sum := sha256.Sum256([]byte(execution))
	return hex.EncodeToString(sum[:6])
}

// OfVersion returns the description of a version of ours. Nothing else has it: what somebody else publishes
// while the function is being changed inherits $LATEST's description, which is longer.
func OfVersion(e run.Execution, k run.VersionKey) string {
	return fmt.Sprintf("dualarch %s@%s#%d.%d", e.Name, hashOf(e.ARN), k.Round, k.Index)
}

// maxDescription is how long a description may be.
const maxDescription = 256

// OfLatest returns the description of $LATEST while it has a test size. It makes each publish one of a changed
// configuration, says which size is ours, and what the target had before: whoever finds it can put that back.
func OfLatest(e run.Execution, k run.VersionKey, memorySize int, t run.Target) string {
	head := fmt.Sprintf("%s at %d MB for a moment, else %d MB", OfVersion(e, k), memorySize, t.MemorySize)
	if whole := head + ": " + t.Description; characters(whole) <= maxDescription {
		return whole
	}
	cut := head + ", cut: "
	for _, r := range t.Description {
		if characters(cut+string(r)) > maxDescription {
			break
		}
		cut += string(r)
	}
	return cut
}

// characters counts as Java does, in which Lambda's limits are written.
func characters(s string) int { return len(utf16.Encode([]rune(s))) }

var pattern = regexp.MustCompile(`(?s)^dualarch (\S+?)(?:@([0-9a-f]{12}))?#(\d+)\.(\d+)(?: at (\d+) MB for a moment(?:, else (\d+) MB(, cut)?: (.*))?)?$`)

// Parse reads a description made by OfLatest or OfVersion.
func Parse(description string) (Mark, bool) {
	p := pattern.FindStringSubmatch(description)
	if p == nil {
		return Mark{}, false
	}
	m := Mark{Execution: p[1], Hash: p[2]}
	m.Round, _ = strconv.Atoi(p[3])
	m.Index, _ = strconv.Atoi(p[4])
	m.MemorySize, _ = strconv.Atoi(p[5])
	if m.Hash != "" && p[6] != "" {
		m.Before = &Before{Description: p[8], Cut: p[7] != ""}
		m.Before.MemorySize, _ = strconv.Atoi(p[6])
	}
	return m, true
}

// By reports whether the run with the target in its journal made the mark.
func (m Mark) By(e run.Execution, t run.Target) bool {
	return m.Execution == e.Name && (m.Hash == hashOf(e.ARN) || m.Hash == "" && t.NamedMarks)
}

// OnVersion reports whether a version has the mark of any run.
func OnVersion(v cloud.FunctionConfiguration) (Mark, bool) {
	m, ok := Parse(v.Description)
	return m, ok && m.MemorySize == 0 && m.Hash != "" && cloud.VersionNumber(v) > 0
}

// Owns reports whether a version is one that the run published on the target: it has a description of the run's own, is
// younger than Plan, and holds the code that Plan saw.
func Owns(t run.Target, v cloud.FunctionConfiguration, e run.Execution) bool {
	m, ok := Parse(v.Description)
	return ok && m.MemorySize == 0 && m.By(e, t) && cloud.VersionNumber(v) > t.HighestVersion && v.CodeSHA256 == t.CodeSHA256
}
