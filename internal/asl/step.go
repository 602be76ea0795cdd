package asl

// Step is one of the tuner's Lambda functions; its value is that of StepVariable in the function's
// environment.
type Step string

// StepVariable is the environment variable that tells the tuner's binary which step it is.
const StepVariable = "DUALARCH_STEP"

// The steps in the order of a run.
const (
	Plan    Step = "plan"
	Prepare Step = "prepare"
	Measure Step = "measure"
	Restore Step = "restore"
	Verdict Step = "verdict"
	Apply   Step = "apply"
	Publish Step = "publish"
	Heal    Step = "heal"
)

// The steps of a fleet, which tunes many functions.
const (
	FleetList Step = "fleet-list"
	FleetRank Step = "fleet-rank"
)

// MemorySize of a step's function, in MB. All of them spend their time waiting: for Lambda, Measure for the functions.
// Measure also holds payloads and answers of up to 6 MB, for which it takes half of its memory: enough for an answer of
// each of the default sizes of two functions at once.
// FleetRank holds the verdicts of a whole fleet, of which 10,000 take some 150 MB, and once more to write them.
func (s Step) MemorySize() int {
	switch s {
	case Measure:
		return 384
	case FleetList:
		return 512
	case FleetRank:
		return 2048
	}
	return 256
}

// The custom resources that have the step Heal put functions back before the tuner loses them.
const (
	// HealOnDelete is the one that is deleted before anything else of the stack.
	HealOnDelete = "Custom::DualarchHealOnDelete"
	// HealOnUpdate is the one that is updated before the permissions for functions that were taken off the list go.
	HealOnUpdate = "Custom::DualarchHealOnUpdate"
)
