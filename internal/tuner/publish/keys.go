package publish

import (
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// latestKey returns the key of the last result of a target.
func latestKey(r input.Results, target string) string {
	return r.Prefix + keyname.Of(target) + "/latest.json"
}

// key returns the key of an execution's result. Keys of one target sort by the time at which executions began, and a
// second try has the same.
func key(r input.Results, target string, e run.Execution) string {
	return r.Prefix + keyname.Of(target) + "/" + e.StartTime.UTC().Format("2006-01-02T15-04-05Z") + "-" + keyname.Of(e.Name) + ".json"
}

// location returns where an object is, for people and for package cloud.
func location(r input.Results, key string) string { return "s3://" + r.Bucket + "/" + key }
