package asl

import (
	"cmp"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// taskTimeout, in seconds, is longer than a step's Lambda function may run. So when a task times out, its
// function has ended and cannot write after Restore.
func taskTimeout(step time.Duration) int { return int((step + time.Minute).Seconds()) }

// healTimeout, in seconds, is enough for all retries and waits of the Heal state machine.
const healTimeout = 6 * 60 * 60

// Tuning returns the definition of the state machine that tunes:
//
//	Plan -> Next? -> Prepare -> Next? -> Measure -> Next? ... -> Restore -> Verdict
//
// With results to keep, Publish comes last: what fails there is said in the output, and takes nothing from it.
//
// With autoOptimize the end is RestoreBeforeApply -> Apply, which reaches the verdict itself: a choice after the verdict
// would be a transition more for all. It goes through Heal if an ended execution left its lock, and through RestoreAfterFailure if anything fails
// after Plan.
func Tuning(functions map[Step]string, defaults input.Defaults) map[string]any {
	d := definer{functions, defaults}
	states := map[string]any{
		"Plan": d.task(Plan, "Next?", d.withInput()),
		"Next?": choice("Restore",
			when("$.next", run.StepHeal, "Heal"),
			when("$.next", run.StepPrepare, "Prepare"),
			when("$.next", run.StepMeasure, "Measure"),
			when("$.next", run.StepApply, "RestoreBeforeApply"),
		),

		// Here Heal waits by itself, because the execution waits for it.
		"Heal": d.task(Heal, "Plan", withState(execution()), persistently(d.whole(), minutes)),

		"Prepare": d.task(Prepare, "Next?", withState(d.withInput()), restoring),
		"Measure": d.task(Measure, "Next?", withState(d.withInput()), restoring,
			field{"TimeoutSeconds", taskTimeout(defaults.MeasureTimeout())}),
		// What was measured would be lost with it. The second half of the time is for a failure with its cause.
		"Restore": d.task(Restore, "Verdict", withState(execution()), persistently(d.whole(), d.whole()/2), restoring),
		"Verdict": d.concluding(Verdict),

		"RestoreBeforeApply": d.task(Restore, "Apply", withState(execution()), persistently(d.whole(), d.whole()/2), restoring),
		"Apply":              d.concluding(Apply),

		// The first failure is the execution's error, even if Restore fails as well: then the Heal state machine
		// goes on for hours.
		"RestoreAfterFailure": d.task(Restore, "Failed", withState(failed()),
			field{"ResultPath", "$.restored"}, persistently(minutes, minutes), catch("$.restoreFailure", "Failed")),
		"Failed": map[string]any{
			"Type": "Fail", "ErrorPath": "$.failure.Error", "CausePath": "$.failure.Cause",
		},
	}
	if defaults.Results != nil {
		d.publishing(states)
	}
	return map[string]any{
		"Comment":        "Power Tuning: measures Lambda functions at several memory sizes and puts them back",
		"StartAt":        "Plan",
		"TimeoutSeconds": defaults.TimeoutSeconds,
		"States":         states,
	}
}

// concluding is the task of a step that reaches the verdict.
func (d definer) concluding(s Step) map[string]any {
	if d.defaults.Results == nil {
		return d.task(s, end, withState(d.withInput()), output)
	}
	return d.task(s, "Publish", withState(d.withInput()))
}

// publishing adds the states that keep results. The verdict is there already: Publish gets neither the input nor much
// time, and whatever it fails with, the output is the verdict's, which says that it was not kept unless Publish says
// otherwise.
func (d definer) publishing(states map[string]any) {
	event := withState(execution())
	event["defaults"] = input.Defaults{Results: d.defaults.Results, TimeoutSeconds: d.defaults.TimeoutSeconds}
	states["Publish"] = d.task(Publish, end, event, output,
		field{"TimeoutSeconds", taskTimeout(timing.ResultsTimeout)},
		field{"Retry", []any{map[string]any{
			"ErrorEquals":     append(slices.Clone(unavailable), inactiveErrors...),
			"IntervalSeconds": 3, "BackoffRate": 2, "MaxAttempts": 3,
		}}},
		catch("$.notPublished", "Unpublished"))
	states["Unpublished"] = map[string]any{"Type": "Succeed", "OutputPath": "$.output"}
}

// Healing returns the definition of the state machine that restores what a killed execution left behind: it
// calls Heal until there is nothing more to wait for. Its input is the event that the execution has ended, or {}
// to look at all tunable functions.
func Healing(functions map[Step]string, tunable []string) map[string]any {
	d := definer{functions: functions}
	parameters := execution()
	parameters["event.$"], parameters["tunable"] = "$", tunable
	return map[string]any{
		"Comment":        "Power Tuning: puts functions back after an execution that was killed",
		"StartAt":        "Heal",
		"TimeoutSeconds": healTimeout,
		"States": map[string]any{
			"Heal":    d.task(Heal, "Healed?", parameters, field{"ResultPath", "$.healed"}, persistently(healTimeout*time.Second, healTimeout*time.Second)),
			"Healed?": choice("Done", when("$.healed.next", run.StepWait, "Wait")),
			"Wait":    map[string]any{"Type": "Wait", "SecondsPath": "$.healed.waitSeconds", "Next": "Heal"},
			"Done":    map[string]any{"Type": "Succeed"},
		},
	}
}

type definer struct {
	functions map[Step]string
	defaults  input.Defaults
}

// field is one field of a state.
type field struct {
	name  string
	value any
}

// end, in the place of the next state, ends the execution.
const end = ""

// output makes the state's output that of the execution.
var output = field{"OutputPath", "$.output"}

// task calls a step's function by its unqualified ARN; the function's result becomes the state's output.
func (d definer) task(s Step, next string, parameters map[string]any, more ...field) map[string]any {
	state := map[string]any{
		"Type":           "Task",
		"Resource":       d.functions[s],
		"Parameters":     parameters,
		"TimeoutSeconds": taskTimeout(timing.StepTimeout),
		"Retry":          []any{over(d.whole(), unavailable...), inactive},
	}
	if next == end {
		state["End"] = true
	} else {
		state["Next"] = next
	}
	for _, f := range more {
		state[f.name] = f.value
	}
	return state
}

// unavailable are Lambda's answers if it does not invoke a function for now: the account's concurrency or requests
// are used up, or the service is disturbed. Every step can be called again with the same input: Plan and Verdict
// change nothing, the others fence their changes.
var unavailable = []string{
	"Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
	"Lambda.ClientExecutionTimeoutException", "Lambda.TooManyRequestsException",
}

// minutes is for how long a failure is retried that somebody waits to hear of.
const minutes = 10 * time.Minute

// mostRetries keeps the retries of one state within what Plan leaves of an execution's history: three events each.
const mostRetries = 150

// over retries errors for about so long, and a quarter more: with full jitter a pause is half as long as it could be.
func over(d time.Duration, errors ...string) map[string]any {
	longest := min(max(d/60, 30*time.Second), 5*time.Minute)
	return map[string]any{
		"ErrorEquals": errors, "IntervalSeconds": 2, "BackoffRate": 2, "JitterStrategy": "FULL",
		"MaxDelaySeconds": int(longest.Seconds()), "MaxAttempts": min(int(5*d/(2*longest)), mostRetries),
	}
}

// whole is the time that an execution has.
func (d definer) whole() time.Duration {
	return cmp.Or(time.Duration(d.defaults.TimeoutSeconds)*time.Second, healTimeout*time.Second)
}

// inactive retries calls of a function that was idle for weeks: Lambda has deactivated it, and says so until
// it has reactivated it, which has taken up to two minutes. Without jitter the retries span five.
// https://github.com/aws/aws-cdk/issues/20123
var inactive = map[string]any{
	"ErrorEquals":     inactiveErrors,
	"IntervalSeconds": 5, "MaxAttempts": 6, "BackoffRate": 2,
}

var inactiveErrors = []string{
	"Lambda.CodeArtifactUserPendingException", "Lambda.ResourceNotReadyException", "Lambda.ResourceConflictException",
}

// persistently retries everything that may pass, because changes have to be restored: for one time what keeps a
// function from being invoked, a disabled KMS key among it, and for another what the function fails with. A state of
// another version of the tuner may pass too, while that version is deployed step by step.
func persistently(refused, failed time.Duration) field {
	return field{"Retry", []any{
		over(refused, append(slices.Clone(unavailable), "Lambda.KMSAccessDeniedException", "Lambda.KMSDisabledException", "Lambda.KMSInvalidStateException")...),
		inactive,
		map[string]any{
			"ErrorEquals": []run.ProblemKind{run.FunctionLocked, run.FunctionChanged, run.Cancelled},
			"MaxAttempts": 0,
		},
		over(failed, "States.ALL"),
	}}
}

// restoring restores the functions if the step fails, and keeps the failure.
var restoring = catch("$.failure", "RestoreAfterFailure")

func catch(resultPath, next string) field {
	return field{"Catch", []any{map[string]any{
		"ErrorEquals": []string{"States.ALL"}, "ResultPath": resultPath, "Next": next,
	}}}
}

func choice(otherwise string, rules ...map[string]any) map[string]any {
	return map[string]any{"Type": "Choice", "Choices": rules, "Default": otherwise}
}

func when(path string, equals run.Step, next string) map[string]any {
	return map[string]any{"Variable": path, "StringEquals": equals, "Next": next}
}

// execution is the part of a tuner.Event that every step gets.
func execution() map[string]any {
	return map[string]any{"execution": map[string]any{
		"id.$":           "$$.Execution.Id",
		"name.$":         "$$.Execution.Name",
		"startTime.$":    "$$.Execution.StartTime",
		"stateMachine.$": "$$.StateMachine.Id",
	}, "retries.$": "$$.State.RetryCount"}
}

// failed adds that the execution has failed: Restore's result is then added to the whole state, so it must be
// small.
func failed() map[string]any {
	event := execution()
	event["failed"] = true
	return event
}

// withInput adds what the steps that read the input need.
func (d definer) withInput() map[string]any {
	event := execution()
	event["input.$"] = "$$.Execution.Input"
	event["defaults"] = d.defaults
	return event
}

// withState adds what the step before returned.
func withState(event map[string]any) map[string]any {
	event["state.$"] = "$"
	return event
}
