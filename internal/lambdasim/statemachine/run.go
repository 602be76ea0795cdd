package statemachine

import (
	"fmt"
	"time"
)

// maxData is the most that a state's input or output may take, in bytes.
const maxData = 256 << 10

// run goes from state to state until the execution ends.
func (e *Execution) run() {
	d, input := e.Machine.definition, e.input
	if d.TimeoutSeconds > 0 {
		timer := time.AfterFunc(time.Duration(d.TimeoutSeconds)*time.Second, e.TimeOut)
		defer timer.Stop()
	}
	name := d.StartAt
	for {
		state := d.States[name]
		v := &visit{e: e, name: name, state: state, entered: time.Now(), raw: input}
		output, next, err := v.do()
		switch {
		case e.ended():
			return
		case err != nil:
			e.end(Failed, "", err)
			return
		case next == "":
			e.end(Succeeded, encode(output), nil)
			return
		}
		name, input = next, output
	}
}

// visit is one passage through a state.
type visit struct {
	e       *Execution
	name    string
	state   *State
	entered time.Time
	raw     any // the state's input
	retries int
}

// do enters the state, does what it does and leaves it. next is empty at the end.
func (v *visit) do() (output any, next string, err *Error) {
	if v.e.ended() {
		return nil, "", nil
	}
	v.e.transition()
	if err := v.e.record(Event{Type: v.state.Type + "StateEntered", Name: v.name, Input: encode(v.raw)}); err != nil {
		return nil, "", err
	}
	output, next, err = v.work()
	if err != nil {
		return nil, "", err
	}
	text := encode(output)
	if err := v.limit(text); err != nil {
		return nil, "", err
	}
	return output, next, v.e.record(Event{Type: v.state.Type + "StateExited", Name: v.name, Output: text})
}

func (e *Execution) transition() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.status == Running {
		e.transitions++
	}
}

// limit fails where data is too large.
func (v *visit) limit(text string) *Error {
	if len(text) <= maxData {
		return nil
	}
	return &Error{Name: ErrorDataLimitExceeded, Cause: fmt.Sprintf(
		"The state/task '%s' returned a result with a size exceeding the maximum number of bytes service limit.", v.name)}
}

// work does what is particular to the state's type.
func (v *visit) work() (output any, next string, err *Error) {
	s := v.state
	in := data{v.raw, v.context()}
	switch s.Type {
	case "Fail":
		return nil, "", v.failure(in)
	case "Task":
		return v.task(in)
	case "Choice":
		next, err = v.choose(in)
		if err != nil {
			return nil, "", err
		}
		output, err = in.selected(s.OutputPath)
		return output, next, err
	case "Wait":
		if err := v.wait(in); err != nil {
			return nil, "", err
		}
		output, err = in.selected(s.OutputPath)
		return output, s.Next, err
	case "Map":
		result, err := v.distribute(in)
		if err != nil {
			return nil, "", err
		}
		return v.leave(result)
	case "Pass":
		result, err := v.passed(in)
		if err != nil {
			return nil, "", err
		}
		return v.leave(result)
	}
	output, err = in.selected(s.OutputPath) // Succeed
	return output, "", err
}

// leave applies ResultPath and OutputPath to a result.
func (v *visit) leave(result any) (output any, next string, err *Error) {
	combined, err := placed(v.raw, result, v.state.ResultPath)
	if err != nil {
		return nil, "", err
	}
	output, err = data{combined, v.context()}.selected(v.state.OutputPath)
	return output, v.state.Next, err
}

func (v *visit) passed(in data) (any, *Error) {
	if v.state.Result != nil {
		return mustDecode(v.state.Result), nil
	}
	return v.parameters(in)
}

// parameters fills the template of Parameters in; without one it is the input.
func (v *visit) parameters(in data) (any, *Error) {
	if v.state.Parameters == nil {
		return in.value, nil
	}
	return in.fill(mustDecode(v.state.Parameters))
}

func (v *visit) choose(in data) (string, *Error) {
	for _, rule := range v.state.Choices {
		if ok, err := rule.matches(in); err != nil || ok {
			return rule.Next, err
		}
	}
	if v.state.Default == "" {
		return "", &Error{Name: ErrorNoChoiceMatched, Cause: fmt.Sprintf("No choice rule of state '%s' matched and it has no Default", v.name)}
	}
	return v.state.Default, nil
}

func (v *visit) wait(in data) *Error {
	value, _ := in.find(v.state.SecondsPath)
	seconds, ok := float(value)
	if !ok || seconds < 0 || seconds != float64(int(seconds)) {
		return runtimeError("The SecondsPath parameter does not reference an integer value: %s", v.state.SecondsPath)
	}
	v.e.pause(time.Duration(seconds) * time.Second)
	return nil
}

// failure returns what a Fail state fails with.
func (v *visit) failure(in data) *Error {
	var texts [2]string
	for i, path := range []string{v.state.ErrorPath, v.state.CausePath} {
		value, _ := in.find(path)
		text, ok := value.(string)
		if !ok {
			return runtimeError("Invalid path '%s': it does not reference a string", path)
		}
		texts[i] = text
	}
	return &Error{Name: texts[0], Cause: texts[1]}
}

// context returns the context object.
func (v *visit) context() map[string]any {
	m := v.e.Machine
	return map[string]any{
		"Execution": map[string]any{
			"Id": v.e.ARN, "Name": v.e.Name, "Input": v.e.input, "StartTime": stamp(v.e.Started),
		},
		"StateMachine": map[string]any{"Id": m.ARN(), "Name": m.Name()},
		"State":        map[string]any{"Name": v.name, "EnteredTime": stamp(v.entered), "RetryCount": v.retries},
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func mustDecode(text []byte) any {
	value, err := decode(text)
	if err != nil {
		panic(err) // it has been decoded before
	}
	return value
}
