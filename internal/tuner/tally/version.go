package tally

import (
	"fmt"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// Version is a published version for the length of one Measure call. Nothing in it changes in that time; what does is
// its progress, which the tally keeps.
type Version struct {
	tuning.Configuration
	Number  string // as Lambda counts the function's versions
	Target  run.Target
	Tenant  string           // the tenant it is invoked for; "" unless the function isolates tenants
	Longest time.Duration    // the longest that one of its invocations is waited for
	worst   explore.Spending // one invocation that runs until its time-out; only with a budget
	Resumed bool             // an earlier Measure call invoked it
	Lanes   int              // invocations at once
	AtOnce  bool             // each lane stands for a sandbox of its own, if they can be told apart
	// Its first sandbox has the number firstSandbox, each later one sandboxStep more.
	firstSandbox, sandboxStep int
	// Next is invoked after this one: with onlyColdStarts each invocation has a version of its own, and unless they
	// run in parallel those of a size run in series. Follows reports that it is another's next.
	Next    *Version
	Follows bool
}

// NewVersion returns what a call knows of a published version from the start.
func NewVersion(p run.PublishedVersion, target run.Target, in input.Input, r run.Round) *Version {
	v := &Version{
		Configuration: p.Configuration, Number: p.Version, Target: target, Longest: in.Longest(target.TimeoutDuration()),
		Resumed: p.Measured > 0, Lanes: 1, firstSandbox: p.Sandbox, sandboxStep: max(1, r.Sandboxes),
	}
	if target.Tenancy {
		v.Tenant = in.TenantID
	}
	// Several rounds may measure a configuration, each on versions of its own.
	v.firstSandbox += run.FirstSandbox(r)
	return v
}

// sandboxID numbers the sandbox that the version's latest cold start began, among those of its configuration.
func (v *Version) sandboxID(coldStarts int) int {
	return v.firstSandbox + v.sandboxStep*max(0, coldStarts-1)
}

// disbelieved says that reports of the version's invocations cannot be true.
func (v *Version) disbelieved() string {
	return fmt.Sprintf("reports of %s at %d MB say that an invocation took longer than its caller waited: they were not believed, and the caller's clock counts", v.Architecture, v.MemorySize)
}
