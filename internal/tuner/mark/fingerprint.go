package mark

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// EnvironmentCheck is what the journal keeps of the environment: one byte, in hexadecimal.
//
// The journal stands in the execution's history for 90 days, and whoever may read that must not be able to
// try secrets out on it. Of wrong guesses at the whole environment one byte excuses one in 256, so of a
// list of a million passwords four thousand are left. It is salted with the function's ARN and not with
// the execution's: the bytes of a hundred executions with a hundred salts would make a whole hash again.
// A change is missed once in 256; between Plan and the run's first change, where most of a deployment's
// chances are, RevisionID misses none, and within one Prepare the whole hashes are compared.
func EnvironmentCheck(function, hash string) string {
	if hash == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(function + " " + hash))
	return hex.EncodeToString(sum[:1])
}

// Matches reports whether a configuration of the target is the one that Plan saw apart from memory size and
// description, as far as the journal tells.
func Matches(t run.Target, c cloud.FunctionConfiguration) bool {
	return c.Fingerprint == t.Fingerprint && c.CodeSHA256 == t.CodeSHA256 && EnvironmentCheck(t.Function, c.Environment) == t.EnvironmentCheck
}

// SameExceptSize reports whether two configurations are the same apart from memory size and description. If Lambda's
// own hash says that nothing has changed between two reads, a field that AWS has begun to send in between is no change.
func SameExceptSize(a, b cloud.FunctionConfiguration) bool {
	unchanged := a.Fingerprint == b.Fingerprint || a.ConfigSHA256 != "" && a.ConfigSHA256 == b.ConfigSHA256
	return unchanged && a.CodeSHA256 == b.CodeSHA256 && a.Environment == b.Environment
}
