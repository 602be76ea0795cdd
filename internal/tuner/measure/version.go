package measure

import (
	"time"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// version is a published version for the length of one Measure call. Nothing in it changes in that time; what does is
// its progress, which the tally keeps.
type version struct {
	tuning.Configuration
	number  string // as Lambda counts the function's versions
	target  run.Target
	tenant  string           // the tenant it is invoked for; "" unless the function isolates tenants
	longest time.Duration    // the longest that one of its invocations is waited for
	worst   explore.Spending // one invocation that runs until its time-out; only with a budget
	resumed bool             // an earlier Measure call invoked it
	lanes   int              // invocations at once
	// Its first sandbox has the number firstSandbox, each later one sandboxStep more.
	firstSandbox, sandboxStep int
	// next is invoked after this one: with onlyColdStarts each invocation has a version of its own, and unless they
	// run in parallel those of a size run in series. follows reports that it is another's next.
	next    *version
	follows bool
}

// newVersion returns what a call knows of a published version from the start.
func newVersion(p run.PublishedVersion, target run.Target, in input.Input, r run.Round) *version {
	v := &version{
		Configuration: p.Configuration, number: p.Version, target: target, longest: in.Longest(target.TimeoutDuration()),
		resumed: p.Measured > 0, lanes: 1, firstSandbox: p.Sandbox, sandboxStep: max(1, r.Sandboxes),
	}
	if target.Tenancy {
		v.tenant = in.TenantID
	}
	// Several rounds may measure a configuration, each on versions of its own.
	v.firstSandbox += run.FirstSandbox(r)
	return v
}

// sandboxID numbers the sandbox that the version's latest cold start began, among those of its configuration.
func (v *version) sandboxID(coldStarts int) int {
	return v.firstSandbox + v.sandboxStep*max(0, coldStarts-1)
}
