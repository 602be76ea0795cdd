package execution

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/fleet"
)

// Fleet is a state machine that tunes all functions of some tuners.
type Fleet struct {
	ARN string
	// Stack is the name of the stack that it was found in; "" if it was asked for by its ARN.
	Stack    string
	Settings asl.FleetSettings
}

// errNoFleet reports that a state machine was not made by the construct Fleet.
var errNoFleet = errors.New("it is no state machine of the construct Fleet: its definition has no state List with settings")

// Fleets returns the fleets that outputs of a stack name, or of all stacks; there may be none.
func (c *Client) Fleets(ctx context.Context, stack string) ([]Fleet, error) {
	stacks, err := c.inOutputs(ctx, stack, fleetOutput)
	if err != nil {
		return nil, err
	}
	var all []Fleet
	for _, machine := range slices.Sorted(maps.Keys(stacks)) {
		f, err := c.Fleet(ctx, machine)
		if errors.Is(err, errNoFleet) { // a name alone does not make an output of somebody else's stack ours
			continue
		}
		if err != nil {
			return nil, err
		}
		f.Stack = stacks[machine]
		all = append(all, f)
	}
	return all, nil
}

// Fleet reads a fleet's settings from its definition.
func (c *Client) Fleet(ctx context.Context, machine string) (Fleet, error) {
	var d struct {
		States map[string]struct {
			Parameters struct {
				Settings *asl.FleetSettings `json:"settings"`
			}
		}
	}
	if err := c.definition(ctx, machine, &d); err != nil {
		return Fleet{}, err
	}
	settings := d.States["List"].Parameters.Settings
	if settings == nil {
		return Fleet{}, fmt.Errorf("state machine %s: %w", machine, errNoFleet)
	}
	return Fleet{ARN: machine, Settings: *settings}, nil
}

// IsNoFleet reports whether an error says that a state machine is no fleet's.
func IsNoFleet(err error) bool { return errors.Is(err, errNoFleet) }

// FleetProgress is what a fleet's execution has done until now.
type FleetProgress struct {
	// State is the state that it is in: List, Tune, Rank.
	State string
	// Done, Failed and Running count executions of tuners, of Total; 0 before they are known.
	Done, Failed, Running, Total int
	Elapsed                      time.Duration
}

// FollowFleet waits until a fleet's execution has ended, and returns its output. An execution that failed is an error.
func (c *Client) FollowFleet(ctx context.Context, execution string, every time.Duration, report func(FleetProgress)) (fleet.Output, error) {
	described, err := c.ended(ctx, execution, every, func(d *sfn.DescribeExecutionOutput) {
		p := c.fleetProgress(ctx, execution)
		p.Elapsed = time.Since(aws.ToTime(d.StartDate))
		report(p)
	})
	if err != nil {
		return fleet.Output{}, err
	}
	if described.Status != types.ExecutionStatusSucceeded {
		text := fmt.Sprintf("the fleet's execution ended %s", described.Status)
		for _, part := range []string{aws.ToString(described.Error), message(aws.ToString(described.Cause))} {
			if part != "" {
				text += ": " + part
			}
		}
		return fleet.Output{}, &FleetError{text}
	}
	var output fleet.Output
	if err := json.Unmarshal([]byte(aws.ToString(described.Output)), &output); err != nil || output.Fleet == "" {
		return fleet.Output{}, &FleetError{"the output of the fleet's execution cannot be read"}
	}
	return output, nil
}

// FleetError says how a fleet's execution ended that did not succeed.
type FleetError struct{ text string }

func (e *FleetError) Error() string { return e.text }

// message returns what a Lambda function's error says, else the cause as it is.
func message(cause string) string {
	var function struct {
		Message string `json:"errorMessage"`
	}
	if json.Unmarshal([]byte(cause), &function) == nil && function.Message != "" {
		return function.Message
	}
	return cause
}

// fleetProgress reads what is for show; what cannot be read is left out.
func (c *Client) fleetProgress(ctx context.Context, execution string) FleetProgress {
	var p FleetProgress
	history, err := c.states.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{ExecutionArn: &execution, ReverseOrder: true, MaxResults: recent}, statesRegion(execution))
	if err != nil {
		return p
	}
	for _, e := range history.Events { // the newest first
		if d := e.StateEnteredEventDetails; d != nil {
			p.State = aws.ToString(d.Name)
			break
		}
	}
	if p.State != "Tune" {
		return p
	}
	runs, err := c.states.ListMapRuns(ctx, &sfn.ListMapRunsInput{ExecutionArn: &execution}, statesRegion(execution))
	if err != nil || len(runs.MapRuns) == 0 {
		return p
	}
	run, err := c.states.DescribeMapRun(ctx, &sfn.DescribeMapRunInput{MapRunArn: runs.MapRuns[0].MapRunArn}, statesRegion(execution))
	if err != nil || run.ItemCounts == nil {
		return p
	}
	n := run.ItemCounts
	p.Done, p.Failed, p.Running, p.Total = int(n.Succeeded), int(n.Failed+n.TimedOut+n.Aborted), int(n.Running), int(n.Total)
	return p
}

// cascade is for how long Step Functions may take to stop what a stopped execution had started.
const cascade = time.Minute

// StopFleet stops a fleet's execution, with which Step Functions stops those of the tuners. It returns what was being
// tuned, and when that is put back at the latest; functions are those that an execution of a tuner, by its ARN, tunes.
func (c *Client) StopFleet(ctx context.Context, f Fleet, execution string, functions func(execution string) []string) (touched []string, latest time.Time, err error) {
	running, unknown := c.startedBy(ctx, f, execution)
	if err := c.stop(ctx, execution); err != nil {
		return nil, time.Time{}, err
	}
	if unknown != nil {
		return nil, time.Time{}, fmt.Errorf("whether the functions are put back is not known, although the fleet is stopped: %w", unknown)
	}
	for _, started := range running {
		touched = append(touched, functions(started)...)
	}
	latest = c.writing(ctx, touched, func(holder string) bool { return fleet.StartedBy(holder, execution) })
	return touched, latest.Add(healing + cascade), nil
}

// FleetLeft is what a stopped fleet has left, as far as was seen.
type FleetLeft struct {
	// Running are the ARNs of the tuners' executions that still ran.
	Running []string
	// Locked are the functions that have the lock of one of the fleet's executions, and Touched all that may have it.
	Locked, Touched []string
}

// errRunning reports that an execution that a fleet has started still runs.
var errRunning = fmt.Errorf("%w: an execution still runs", ErrLocked)

// FleetPutBack waits until no execution runs any more that a stopped fleet has started, and no function has the lock of
// one: of those that StopFleet returns, and of what has been begun since. It returns what the last look found that
// found something out.
func (c *Client) FleetPutBack(ctx context.Context, f Fleet, execution string, before []string, functions func(execution string) []string, looks Looks) (left FleetLeft, err error) {
	touched := map[string]bool{}
	for _, function := range before {
		touched[function] = true
	}
	err = looks.until(ctx, func() error {
		running, err := c.startedBy(ctx, f, execution)
		if err != nil {
			return err
		}
		for _, started := range running {
			for _, function := range functions(started) {
				touched[function] = true
			}
		}
		if len(running) > 0 {
			left.Running, left.Locked = running, nil
			return errRunning
		}
		var locked []string
		for _, function := range slices.Sorted(maps.Keys(touched)) {
			switch err := c.unlocked(ctx, []string{function}, func(holder string) bool { return fleet.StartedBy(holder, execution) }); {
			case errors.Is(err, ErrLocked):
				locked = append(locked, function)
			case err != nil:
				return err
			}
		}
		left.Running, left.Locked = nil, locked
		if len(locked) > 0 {
			return ErrLocked
		}
		return nil
	})
	left.Touched = slices.Sorted(maps.Keys(touched))
	return left, err
}

// startedBy lists the ARNs of the executions that run since a fleet's execution has started them.
func (c *Client) startedBy(ctx context.Context, f Fleet, execution string) ([]string, error) {
	var all []string
	for _, t := range f.Settings.Tuners {
		for pages := sfn.NewListExecutionsPaginator(c.states, &sfn.ListExecutionsInput{StateMachineArn: &t.StateMachine, StatusFilter: types.ExecutionStatusRunning}); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx, statesRegion(t.StateMachine))
			if err != nil {
				return nil, fmt.Errorf("listing the executions of %s: %w", t.StateMachine, err)
			}
			for _, e := range page.Executions {
				if running := aws.ToString(e.ExecutionArn); fleet.StartedBy(running, execution) {
					all = append(all, running)
				}
			}
		}
	}
	return all, nil
}

// Tunes reports whether a fleet tunes what a state machine does.
func (f Fleet) Tunes(machine string) bool {
	return slices.ContainsFunc(f.Settings.Tuners, func(t asl.FleetTuner) bool { return t.StateMachine == machine })
}
