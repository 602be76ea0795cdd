package tuner

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/lambdaapi"
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/heal"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/timing"
)

// Deployment is the tuner in a simulated account: both state machines as they are synthesized, the steps'
// code behind them, and the EventBridge rule that starts the one that heals.
type Deployment struct {
	Tuning, Healing *statemachine.Machine
	steps           tuner.Steps
	withdrawals     atomic.Int64
}

// Options are what surrounds a Deployment's steps. The zero value is a quiet account.
type Options struct {
	// Stack is put in front of the names of the state machines and of the steps' functions. Default: nothing.
	Stack string
	// Objects is S3. Default: the simulator, which has none.
	Objects cloud.Objects
	// Results are S3, to write, and EventBridge. Default: the simulator, which has neither.
	Results cloud.Results
	// Log is the log of the steps. Default: nobody reads it.
	Log io.Writer
	// OnTask is asked before each attempt of a task of either state machine.
	OnTask func(*statemachine.Task) *statemachine.TaskFault
	// MeasureLimit is how long Measure's Lambda may run. Default: as long as the defaults say.
	MeasureLimit time.Duration
	// Code stands for a step's code. Default: the step's own.
	Code func(asl.Step, statemachine.Function) statemachine.Function
	// Further are functions that may be tuned by their ARN, beside those of the targets.
	Further []string
	// Remember is for how long histories are kept of executions that have ended. Default: for ever.
	Remember time.Duration
	// Deliver says when events about tuning executions arrive. Default: once, at once.
	Deliver func(statemachine.StatusChange) []time.Duration
}

// Deploy deploys the tuner with a construct's props. It has to be called in the bubble of
// testing/synctest in which executions are to run.
func Deploy(sim *lambdasim.Simulator, defaults input.Defaults, o Options) (*Deployment, error) {
	client := lambdaapi.New(sim.Config())
	steps := tuner.Steps{Clients: cloud.Clients{Lambda: client, Logs: client, Objects: client, Executions: client, Metrics: client, Results: client, Log: io.Discard}}
	if o.Objects != nil {
		steps.Objects = o.Objects
	}
	if o.Results != nil {
		steps.Results = o.Results
	}
	if o.Log != nil {
		steps.Log = o.Log
	}
	functions, code := map[asl.Step]string{}, map[string]statemachine.Function{}
	for _, step := range []asl.Step{asl.Plan, asl.Prepare, asl.Measure, asl.Restore, asl.Verdict, asl.Apply, asl.Publish, asl.Heal} {
		functions[step] = sim.FunctionARN(o.Stack + "tuner-" + string(step))
		code[functions[step]] = stepCode(step, steps)
		if o.Code != nil {
			code[functions[step]] = o.Code(step, code[functions[step]])
		}
	}
	tunable := append([]string(nil), o.Further...)
	for _, t := range defaults.Targets {
		tunable = append(tunable, t.Functions...)
	}
	healing, err := newMachine(o.Stack+"heal", asl.Healing(functions, tunable), statemachine.Options{Functions: code, OnTask: o.OnTask, Remember: o.Remember})
	if err != nil {
		return nil, err
	}
	tuner, err := newMachine(o.Stack+"tune", asl.Tuning(functions, defaults), statemachine.Options{
		Functions: code, TimeLimits: map[string]time.Duration{functions[asl.Measure]: cmp.Or(o.MeasureLimit, defaults.MeasureTimeout())}, OnTask: o.OnTask, Deliver: o.Deliver, Remember: o.Remember,
		OnStatusChange: func(c statemachine.StatusChange) {
			if c.Status == statemachine.Running || c.Status == statemachine.Succeeded {
				return
			}
			if _, err := healing.Start("", whichExecution(c)); err != nil {
				panic(err) // its input is an event and its name is its own
			}
		},
	})
	if err != nil {
		return nil, err
	}
	sim.AddStateMachine(tuner)
	sim.AddStateMachine(healing)
	return &Deployment{Tuning: tuner, Healing: healing, steps: steps}, nil
}

// Withdraw does what CloudFormation has the step Heal do before the stack loses functions, or all of them with itself.
func (d *Deployment) Withdraw(functions []string, all bool) (warnings []string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), timing.StepTimeout-time.Minute)
	defer cancel()
	steps := d.steps
	steps.Attempt = fmt.Sprintf("%s-withdrawal-%d", d.Tuning.Name(), d.withdrawals.Add(1))
	return steps.Withdraw(ctx, heal.Withdrawal{StateMachine: d.Tuning.ARN(), HealStateMachine: d.Healing.ARN(), Functions: functions, All: all})
}

// whichExecution is what the rule passes on of an event.
func whichExecution(c statemachine.StatusChange) string {
	return fmt.Sprintf(`{"detail":{"executionArn":%q,"status":%q}}`, c.Execution.ARN, c.Status)
}

// Run runs an execution and waits until everything has come to rest.
func (d *Deployment) Run(input string) (*statemachine.Execution, error) {
	e, err := d.Tuning.Start("", input)
	if err != nil {
		return nil, err
	}
	d.Rest()
	return e, nil
}

// Rest waits until no execution runs and no step that has outlived its own.
func (d *Deployment) Rest() {
	d.Tuning.Wait()
	d.Healing.Wait()
}

func newMachine(name string, definition map[string]any, o statemachine.Options) (*statemachine.Machine, error) {
	text, err := json.Marshal(definition)
	if err != nil {
		return nil, fmt.Errorf("the definition of %s: %w", name, err)
	}
	o.ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:" + name
	o.Definition = string(text)
	return statemachine.New(o)
}

// stepCode is a step's Lambda, as functions/powertuning makes it.
func stepCode(step asl.Step, steps tuner.Steps) statemachine.Function {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		steps := steps
		steps.Attempt, steps.MemorySize = statemachine.TaskOf(ctx).RequestID, step.MemorySize()
		var e run.Event
		if err := json.Unmarshal(payload, &e); err != nil {
			return nil, err
		}
		state, err := steps.Run(ctx, step, e)
		if err != nil {
			return nil, messages.InvokeResponse_Error{Message: run.ErrorText(err), Type: run.ErrorName(err)}
		}
		return json.Marshal(state)
	}
}
