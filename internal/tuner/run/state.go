package run

import (
	"encoding/json"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore/terms"
)

// Execution names the run of the state machine that a step works for.
type Execution struct {
	ARN          string    `json:"id"`
	Name         string    `json:"name"`
	StartTime    time.Time `json:"startTime"`
	StateMachine string    `json:"stateMachine"` // ARN
}

// ExecutionOf returns what an execution's ARN says of it.
func ExecutionOf(execution string) Execution {
	return Execution{ARN: execution, Name: arn.Name(execution)}
}

// Event is what every step's Lambda receives from the state machine.
type Event struct {
	Execution Execution `json:"execution"`
	// Input is the execution's input as it was given; it is read again by each step that needs it,
	// so that a large payload travels once. Restore does not get it.
	Input json.RawMessage `json:"input,omitempty"`
	// Defaults are the construct's props. Restore does not get them.
	Defaults input.Defaults `json:"defaults,omitzero"`
	// State is what the step before returned; absent for Plan.
	State *State `json:"state,omitempty"`
	// Retries is how often the state machine has tried this step again.
	Retries int `json:"retries,omitempty"`
	// Failed reports whether the execution has failed: Restore returns its warnings only.
	Failed bool `json:"failed,omitempty"`
	// Healing is the input of the Heal state machine; absent in the tuning state machine itself.
	Healing *Healing `json:"event,omitempty"`
	// Tunable are all functions that may be tuned: the Heal state machine looks at them if no execution is named.
	Tunable []string `json:"tunable,omitempty"`
	// Ended is what Heal state machines said instead of Healing that began before there was Tunable.
	Ended string `json:"ended,omitempty"`
}

// Healing names the execution that ended without having put its functions back, as EventBridge says it.
type Healing struct {
	Detail struct {
		ExecutionARN string `json:"executionArn"`
	} `json:"detail"`
}

// EndedExecution returns the ARN of the execution that the Heal state machine was started for; "" if it was started
// for none.
func (e Event) EndedExecution() string {
	if e.Healing == nil || e.Healing.Detail.ExecutionARN == "" {
		return e.Ended
	}
	return e.Healing.Detail.ExecutionARN
}

// Step is where the state machine goes next.
type Step string

// What a step can ask for.
const (
	StepHeal    Step = "heal"    // an ended run left its lock: restore it, then plan again
	StepPrepare Step = "prepare" // publish what the round needs (or the rest of it)
	StepMeasure Step = "measure" // invoke what is published (or the rest of it)
	StepRestore Step = "restore" // nothing more to measure
	StepApply   Step = "apply"   // the same, and autoOptimize is due after the verdict
	StepDone    Step = "done"    // the execution ends here
	StepWait    Step = "wait"    // Heal: come back in WaitSeconds
)

// State is what one step hands to the next. The execution's history shows it, so it holds no environment variable, no
// payload and no response.
type State struct {
	// Format is StateFormat; absent in states from before there was a number.
	Format int  `json:"format,omitempty"`
	Next   Step `json:"next"`
	// Journal is written by Plan and never changed after it: what has to be put back.
	Journal Journal `json:"journal"`
	// Heal is the ended run whose lock is in the way; set together with StepHeal.
	Heal *Lock `json:"heal,omitempty"`
	// WaitSeconds says when to call Heal again; set together with StepWait.
	WaitSeconds int `json:"waitSeconds,omitempty"`
	// Round is what is published and measured now.
	Round Round `json:"round"`
	// Versions are those published for the round.
	Versions []PublishedVersion `json:"versions,omitempty"`
	// Samples holds all samples so far, in compressed columns (package packing).
	Samples string `json:"samples,omitempty"`
	// FruitlessSeconds is what Measure has spent in a row without any sample.
	FruitlessSeconds float64 `json:"fruitlessSeconds,omitempty"`
	// Failures are the configurations that could not be measured.
	Failures []tuning.Failure `json:"failures,omitempty"`
	// Counts are totals over all rounds.
	Counts Counts `json:"counts,omitzero"`
	// Overhead is how much longer than its report says an invocation takes seen from outside, in ms: the median of the
	// last Measure's warm ones. Below 0 answers come before the invocations end.
	Overhead float64 `json:"overhead,omitempty"`
	// LargestAnswers are the sizes of the functions' largest answers, in bytes.
	LargestAnswers map[tuning.Architecture]int64 `json:"largestAnswers,omitempty"`
	// Responses compare what the targets answered, by payload.
	Responses *answers.Comparison `json:"responses,omitempty"`
	Warnings  []string            `json:"warnings,omitempty"`
	// Notes are Measure's warnings, of all its calls together: few of them.
	Notes []string `json:"notes,omitempty"`
	// Throttled counts, by configuration, the invocations that Lambda throttled; Counts has their sum.
	Throttled []Throttled `json:"throttled,omitempty"`
	// Served is how long $LATEST has had test sizes.
	Served []Served `json:"served,omitempty"`
	// Narrowed is how many invocations of a function may run at once since some were throttled.
	Narrowed map[tuning.Architecture]int `json:"narrowed,omitempty"`
	// Locks are the targets' locks as the last Prepare left them, as far as it knows.
	Locks map[tuning.Architecture]KnownLock `json:"locks,omitempty"`
	// OutOfTime is set if the run ends before all is measured that it wanted to measure.
	OutOfTime *OutOfTime `json:"outOfTime,omitempty"`
	// Capped is set if the run ends because another round might have passed MaxCost or MaxInvocations.
	Capped bool `json:"capped,omitempty"`
	// Pace is that of the control calls, of all steps together.
	Pace *Pace `json:"pace,omitempty"`
	// Output is set by Verdict; it is the execution's output. A dry run's is null, and the state machine
	// selects it by path, so the field must always be there.
	Output *tuning.Output `json:"output"`
}

// KnownLock is a lock's alias as it was written last. It need not be read before it is written again: Lambda compares the
// revision id.
type KnownLock struct {
	Description string `json:"description"`
	RevisionID  string `json:"revisionId"`
}

// Counts add up what a run did.
type Counts struct {
	Invocations        int `json:"invocations"`
	Throttles          int `json:"throttles,omitempty"`
	PossiblyDuplicated int `json:"possiblyDuplicated,omitempty"`
	// Transitions are those of the state machine, retries included. Plan, Prepare and Measure count
	// themselves and the choice that follows each of them, Restore counts itself; Verdict adds the rest.
	Transitions int `json:"transitions"`
	// Events are those of the execution's history, counted in the same way.
	Events        int     `json:"events"`
	StepGBSeconds float64 `json:"stepGBSeconds"` // what the tuner's own Lambdas used
	// Unsampled are the invocations of the targets that are billed and gave no sample.
	Unsampled BilledWithoutSample `json:"unsampled,omitzero"`
	Snapshots Snapshots           `json:"snapshots,omitzero"`
}

// Served says for how long $LATEST had a test size, with which its callers were served.
type Served struct {
	tuning.Configuration
	Seconds float64 `json:"seconds"`
}

// Throttled says how often a configuration's invocations were throttled.
type Throttled struct {
	tuning.Configuration
	Count int `json:"count"`
}

// Journal says what the functions were before anything was changed.
type Journal struct {
	// Format is JournalFormat; absent in journals from before there was a number.
	Format  int      `json:"format,omitempty"`
	Targets []Target `json:"targets"`
}

// Target is one function that is tuned.
type Target struct {
	Function     string              `json:"function"` // unqualified ARN
	Architecture tuning.Architecture `json:"architecture"`
	// What Restore puts back into $LATEST.
	MemorySize  int    `json:"memorySize"` // MB
	Description string `json:"description"`
	// Fingerprint is FunctionConfiguration's, of $LATEST; EnvironmentCheck stands for its Environment.
	Fingerprint      string `json:"fingerprint"`
	EnvironmentCheck string `json:"environmentCheck,omitempty"`
	CodeSHA256       string `json:"codeSha256"`
	CodeSize         int64  `json:"codeSize"` // bytes of the account's code storage that a version takes
	// RevisionID and LastModified are $LATEST's when Plan read it.
	RevisionID   string `json:"revisionId"`
	LastModified string `json:"lastModified"`
	// HighestVersion is the largest version number that existed; versions above it may be ours.
	HighestVersion int `json:"highestVersion"`
	// NamedMarks reports whether the run marks what it writes by its name alone, as journals of format 1 did.
	NamedMarks bool `json:"-"`
	// Today is what live traffic runs on: the live alias's version, else $LATEST.
	Today Today `json:"today"`
	// Exposed reports whether nothing says that its callers use an alias: then they may be served at test sizes.
	Exposed bool `json:"exposed,omitempty"`
	// Owned reports whether a construct owns the function: autoOptimize leaves it alone.
	Owned            bool   `json:"owned,omitempty"`
	Timeout          int    `json:"timeout"`          // seconds
	EphemeralStorage int    `json:"ephemeralStorage"` // MB
	PackageType      string `json:"packageType,omitempty"`
	SnapStart        bool   `json:"snapStart,omitempty"`
	Tenancy          bool   `json:"tenancy,omitempty"` // it isolates tenants
	Runtime          string `json:"runtime,omitempty"` // what SnapStart costs depends on it
	LogGroup         string `json:"logGroup"`
	LogFormat        string `json:"logFormat"` // Text, JSON
	// SystemLogsFiltered reports whether the function's system log level hides the platform's reports.
	SystemLogsFiltered bool `json:"systemLogsFiltered,omitempty"`
	// Concurrency is how many invocations may run at once while it is measured.
	Concurrency int `json:"concurrency"`
	// SharesSlot reports whether the account is too small for one invocation of each function at once: they take turns.
	SharesSlot bool `json:"sharesSlot,omitempty"`
}

// Today is the configuration that live traffic runs on.
type Today struct {
	MemorySize int    `json:"memorySize"` // MB
	Version    string `json:"version"`    // a version number or $LATEST
}

// Phase says what a round is for.
type Phase string

// The phases of a run.
const (
	PhaseExplore Phase = "explore"
	PhaseConfirm Phase = "confirm"
)

// Round is a set of configurations that are published together and measured interleaved.
type Round struct {
	Number       int                  `json:"number"` // from 1
	Phase        Phase                `json:"phase"`
	Measurements []tuning.Measurement `json:"measurements"`
	// Sandboxes is how many fresh sandboxes each configuration is measured on: more than one only to confirm. Each gets
	// Samples invocations, and unless AtOnce says otherwise a version of its own.
	Sandboxes int `json:"sandboxes"`
	// AtOnce is how many of these sandboxes one version gives, by invocations at once: only to confirm. 0 is 1.
	AtOnce int `json:"atOnce,omitempty"`
	// Done counts the round's versions that are measured and deleted: with onlyColdStarts a round is
	// published in chunks.
	Done int `json:"done,omitempty"`
}

// PublishedVersion is a version of ours.
type PublishedVersion struct {
	tuning.Configuration
	Version string `json:"version"`
	// Sandbox is the number of its first sandbox among those of its configuration: 0, 1, 2 …
	Sandbox int `json:"sandbox,omitempty"`
	// Measured is how many of the samples that the round asks for it has given.
	Measured int `json:"measured,omitempty"`
	// Slowest is its longest invocation so far, seen from outside, in ms.
	Slowest float64 `json:"slowest,omitempty"`
	// ColdStarts is how many of its invocations are known to have been cold.
	ColdStarts int `json:"coldStarts,omitempty"`
	// Lost is how many of its answers in a row were lost, up to now.
	Lost int `json:"lost,omitempty"`
}

// BilledWithoutSample adds up the invocations of the targets that Lambda bills and that gave no sample: they
// failed, their answer was lost, or nobody waited for their end.
type BilledWithoutSample struct {
	Count int `json:"count"`
	// Estimated is how many of them the platform gave no report of.
	Estimated int     `json:"estimated,omitempty"`
	Cost      float64 `json:"cost"` // USD
	// Worst is an upper bound on what they spent, assuming that those without a report ran until their time-out. It
	// includes Measure calls whose result was lost.
	Worst terms.Spending `json:"worst,omitzero"`
}
