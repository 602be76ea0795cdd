package timing

import (
	"time"

	"github.com/dualarch/dualarch/internal/tuner/report"
)

// Reserve is the time that a step keeps to end in order.
const Reserve = 20 * time.Second

// StepTimeout is how long the Lambda function of a step may run. Only Measure may be given longer: it changes nothing
// that another invocation would have to wait for.
const StepTimeout = 15 * time.Minute

// Overhead is what Measure needs of its time besides one invocation that lasts as long as its function's
// Timeout allows: before it, its initialisation, which no Timeout includes, and after it.
const Overhead = BeforeFirst + report.InitLimit*time.Millisecond + Reserve

// BeforeFirst is for what Measure does before it invokes: read the state, the locks and a payload in S3.
const BeforeFirst = 30 * time.Second

// LongestTimeout returns the longest time-out of a function all of whose invocations a Measure step of that time-out
// can wait for.
func LongestTimeout(measure time.Duration) time.Duration { return measure - Overhead }

// Expected returns how long an invocation may take if the slowest one until now took so long; longest if none is known.
func Expected(slowest, longest time.Duration) time.Duration {
	if slowest == 0 {
		return longest
	}
	return min(longest, 3*slowest)
}

// ClockSkew is the most that the clocks of two Lambda functions differ by.
const ClockSkew = 2 * time.Second

// Ending is what a run keeps of its time to put the functions back and to reach its verdict: Restore reads, writes and
// deletes for some seconds, tries again what is throttled, and the steps' Lambdas have to start.
const Ending = 45 * time.Second

// Results is what a run that keeps its results keeps of its time besides, so that its verdict is not lost with them:
// enough for Lambda to start Publish at its third try, and for what that does then.
const Results = 75 * time.Second

// ResultsTimeout is how long the Lambda function that keeps results may run.
const ResultsTimeout = time.Minute

// UsualIngestion is how long CloudWatch Logs usually needs until it shows what a function logged.
const UsualIngestion = 5 * time.Second

// What publishing takes: an update of $LATEST for each version and one to put it back. A snapshot takes minutes. A run is
// refused by the least, priced by what is usual, and given time for the most.
const (
	LeastPublishing = 500 * time.Millisecond // one version
	UsualPublishing = 1500 * time.Millisecond
	mostPublishing  = 3 * time.Second

	UsualSnapshot = 150 * time.Second // those of a round, together
	mostSnapshot  = 3 * time.Minute
)

// Publishing estimates how long the versions of a round take that are published of one function.
func Publishing(versions int, snapStart bool) time.Duration {
	d := time.Duration(versions+2) * mostPublishing
	if snapStart {
		d += mostSnapshot
	}
	return d
}
