package statemachine

import (
	"strings"
	"time"
)

// StatusChange is the event that EventBridge gets when an execution's status changes.
type StatusChange struct {
	Execution     *Execution
	Status        Status
	Time          time.Time
	Output        string
	Error         *Error
	Input         string
	InputIncluded bool // AWS leaves input out where input and output together exceed 248 KB
}

// maxEventData is how much input and output together an event can carry, in bytes.
const maxEventData = 248 << 10

// change describes the execution as it stands; it is called with mu held, or before others know e.
func (e *Execution) change() StatusChange {
	return StatusChange{
		Execution: e, Status: e.status, Time: time.Now(), Output: e.output, Error: e.failure,
		Input: e.Input, InputIncluded: len(e.Input)+len(e.output) <= maxEventData,
	}
}

// announce delivers an event as often and as late as the options say.
func (m *Machine) announce(c StatusChange) {
	if m.options.OnStatusChange == nil {
		return
	}
	delays := []time.Duration{0}
	if m.options.Deliver != nil {
		delays = m.options.Deliver(c)
	}
	for _, delay := range delays {
		m.running.Go(func() {
			time.Sleep(delay)
			m.options.OnStatusChange(c)
		})
	}
}

// JSON returns the event as a target of an EventBridge rule receives it.
func (c StatusChange) JSON() string {
	parts := strings.Split(c.Execution.ARN, ":")
	detail := map[string]any{
		"executionArn": c.Execution.ARN, "stateMachineArn": c.Execution.Machine.ARN(), "name": c.Execution.Name,
		"status": c.Status, "startDate": c.Execution.Started.UnixMilli(), "stopDate": nil,
		"input": nil, "inputDetails": map[string]bool{"included": c.InputIncluded}, "output": nil, "outputDetails": nil,
		"error": nil, "cause": nil,
	}
	if c.InputIncluded {
		detail["input"] = c.Input
	}
	if c.Status != Running {
		detail["stopDate"] = c.Time.UnixMilli()
	}
	if c.Output != "" {
		detail["output"], detail["outputDetails"] = c.Output, map[string]bool{"included": true}
	}
	if c.Error != nil {
		detail["error"], detail["cause"] = c.Error.Name, c.Error.Cause
	}
	return encode(map[string]any{
		"version": "0", "id": "00000000-0000-4000-a000-000000000000", "source": "aws.states",
		"detail-type": "Step Functions Execution Status Change",
		"region":      parts[3], "account": parts[4], "time": c.Time.UTC().Format(time.RFC3339),
		"resources": []string{c.Execution.ARN}, "detail": detail,
	})
}
