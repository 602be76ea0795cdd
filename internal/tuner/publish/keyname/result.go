package keyname

import (
	"path"
	"strings"
	"time"
)

// Latest returns the key of a target's last result.
func Latest(prefix, target string) string { return prefix + Of(target) + "/latest.json" }

// began is how a key says when an execution began: keys of one target sort by it.
const began = "2006-01-02T15-04-05Z"

// Result returns the key of an execution's result. A second try has the same.
func Result(prefix, target, execution string, start time.Time) string {
	return prefix + Of(target) + "/" + start.UTC().Format(began) + "-" + Of(execution) + ".json"
}

// ParseResult returns when the execution of a key began and its name as Of writes it. ok is false for the key of anything
// else, such as Latest.
func ParseResult(key string) (start time.Time, execution string, ok bool) {
	name, isJSON := strings.CutSuffix(path.Base(key), ".json")
	if !isJSON || len(name) <= len(began)+1 || name[len(began)] != '-' {
		return time.Time{}, "", false
	}
	start, err := time.Parse(began, name[:len(began)])
	return start, name[len(began)+1:], err == nil
}
