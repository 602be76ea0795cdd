package measure

import (
	"time"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// progress is how far a version has come.
type progress struct {
	run.PublishedVersion
	target    run.Target
	tenant    string           // that it is invoked for; "" unless the function isolates tenants
	longest   time.Duration    // that an invocation may take, as far as it is waited for
	worst     explore.Spending // one invocation that takes as long as it may; only where a budget was given
	resumed   bool             // it was invoked in an earlier call of Measure
	pending   []int            // numbers of the samples nobody has begun to take
	lanes     int              // invocations at once
	calls     int              // begun in this call of Measure, lost ones included
	lostSince time.Time        // the first of the answers lost in a row, in this call of Measure
	reported  bool             // CloudWatch Logs has a report of each call
	crashed   bool             // an invocation has, in this call of Measure
	taken     []taken
	failed    []taken      // invocations that failed or are made again: billed, but no samples
	unheard   []unanswered // invocations of which nobody heard
	// next is invoked after this one: with onlyColdStarts each invocation has a version of its own, and
	// unless they run in parallel those of a size run in series. follows says that it is another's next.
	next    *progress
	follows bool
}

// taken is a sample and, where its platform report is still to be found, what to find it by.
type taken struct {
	tuning.Sample
	requestID string
	at        time.Time
	elapsed   time.Duration // until its answer came
	init      report.InitBefore
	doubtful  bool // a sandbox of its version had crashed: CloudWatch Logs knows whether it was this one's
}

// sandboxID numbers the version's present sandbox among those of its configuration.
func (v *progress) sandboxID(r run.Round) int {
	id := v.Sandbox + max(1, r.Sandboxes)*max(0, v.ColdStarts-1)
	if r.Phase == run.PhaseExplore {
		// A configuration may be explored in several rounds, each on a version of its own.
		id += (r.Number - 1) * input.MaxNum
	}
	return id
}
