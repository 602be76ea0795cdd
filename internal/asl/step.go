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

// MemorySize of a step's function, in MB. All of them spend their time waiting: for Lambda, Measure for the functions.
// Measure also holds payloads and answers of up to 6 MB, for which it takes half of its memory: enough for an answer of
// each of the default sizes of two functions at once.
func (s Step) MemorySize() int {
	if s == Measure {
		return 384
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
