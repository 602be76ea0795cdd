package bounds

import (
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/answers"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/packing"
	"github.com/dualarch/dualarch/internal/tuner/ranking"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

const (
	// stateLimit is what an event of a step may take of Step Functions' 256 KB, in bytes. The rest is for
	// what stands beside it after a failure: two errors' texts (written as JSON in JSON) and Restore's warnings.
	stateLimit = 248 * 1000
	// eventLimit is what a run may take of the 25,000 events of an execution's history. The rest is for its
	// end: Restore, with all the retries that it may need.
	eventLimit = 24_500
)

// What parts of the state and of the output take at most, in bytes.
const (
	fixedBytes         = answers.MaxResponses + 2*run.MaxNotes*run.MaxNote + 8_000 // journal, recommendation, names …
	versionBytes       = 152
	configurationBytes = 92 + report.MaxReason + 121 // failure; measurement and throttles
	servedBytes        = 68 + 24                     // how long it was served, and said so
	figuresBytes       = 1050                        // a configuration's place in the output
	estimateBytes      = 300                         // its place on the curve
)

// FitsStateMachine checks that the input and the largest state that it can lead to stay within the state machine's limits.
func FitsStateMachine(e run.Event, in input.Input, s run.State) error {
	if events := fewestEvents(in, s.Round); events > eventLimit {
		return run.Problemf(run.NotTunable, "this run takes at least %d events and Step Functions keeps 25000 of an execution: ask for fewer samples (num) or memory sizes, shorter pauses (sleepBetweenRunsMs), or parallelInvocation",
			events)
	}
	samples, versions, configurations := 0, 0, map[tuning.Configuration]bool{}
	each := 1
	if run.CountsWarmOnly(in, s.Round) {
		each = 2 // at worst as many cold ones on top
	}
	for _, w := range run.NeededVersions(in, s.Round) {
		samples += each * w.Samples
		versions++
		configurations[w.Configuration] = true
	}
	estimates := 0
	if in.Exploration == tuning.Adaptive {
		// Any size may turn out to be worth measuring, and each gets a place on the curve.
		samples, versions = in.MaxInvocations, explore.LargestRound
		for _, t := range s.Journal.Targets {
			for _, size := range run.SizesOf(in, s.Journal, t) {
				configurations[tuning.Configuration{Architecture: t.Architecture, MemorySize: size}] = true
			}
		}
		estimates = len(configurations)
	}
	if in.OnlyColdStarts {
		versions = min(versions, 2*run.ChunkSize)
	}
	if contest := 3 * ranking.MostToConfirm(in, s.Journal); !in.DryRun && !in.OnlyColdStarts {
		samples += contest * 2 * ranking.SamplesToConfirm(in)
		versions = max(versions, contest)
	}
	// Names of unknown fields make the warnings as long as the input.
	given := len(e.Input) + jsontext.Length(e.Defaults)
	carried := fixedBytes + jsontext.Length(s.Warnings) + len(configurations)*configurationBytes
	var longest time.Duration
	for _, t := range s.Journal.Targets {
		if t.Exposed {
			carried += len(run.SizesOf(in, s.Journal, t)) * servedBytes
		}
		longest = max(longest, t.TimeoutDuration()+timing.Overhead) // seen from outside
	}
	restores := slices.ContainsFunc(s.Journal.Targets, func(t run.Target) bool { return t.SnapStart })
	size := given + carried + packing.Limit(samples, longest, in.OnlyColdStarts, restores) + versions*versionBytes
	output := carried + jsontext.Length(s.Warnings) + len(configurations)*figuresBytes + estimates*estimateBytes
	if size = max(size, output); size > stateLimit {
		return run.Problemf(run.NotTunable, "this run could need %d KB and the state machine carries %d: ask for fewer memory sizes or samples, or put the payload into S3 (payloadS3)",
			size/1000, stateLimit/1000)
	}
	return nil
}

// EventsOf returns how many events a step leaves in the history: its state entered and left, its function scheduled,
// started and ended, three more for each retry, and two for the choice that may follow.
func EventsOf(transitions, retries int) int { return 5 + 3*retries + 2*(transitions-1) }

// fewestEvents returns how many events a run leaves at least, however quick its function is: with onlyColdStarts each
// chunk of versions takes a Prepare and a Measure, and pauses have to fit into the steps' time.
func fewestEvents(in input.Input, r run.Round) int {
	chunks := 1
	if in.OnlyColdStarts {
		versions := map[tuning.Architecture]int{}
		for _, m := range r.Measurements {
			versions[m.Architecture] += m.Samples
			chunks = max(chunks, (versions[m.Architecture]+run.ChunkSize-1)/run.ChunkSize)
		}
	}
	return (chunks + max(chunks, int(pauses(in, r)/in.LongestMeasure()))) * EventsOf(2, 0)
}

// pauses returns how long the pauses of a round's longest series are together.
func pauses(in input.Input, r run.Round) time.Duration {
	samples := 1
	for _, m := range r.Measurements {
		samples = max(samples, m.Samples)
	}
	return in.PauseBetween() * time.Duration(samples-1)
}

// GoesOn fails if the next step could exhaust the history: the functions are put back while there is room for that.
func GoesOn(s run.State) error {
	if s.Counts.Events < eventLimit || s.Next != run.StepPrepare && s.Next != run.StepMeasure {
		return nil
	}
	return run.Problemf(run.TuningFailed, "the run was ended after %d invocations and %d events, because Step Functions keeps 25000 of an execution: ask for fewer samples (num) or memory sizes, shorter pauses (sleepBetweenRunsMs), or parallelInvocation",
		s.Counts.Invocations, s.Counts.Events)
}
