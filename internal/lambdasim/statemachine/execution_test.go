package statemachine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/stretchr/testify/require"
)

const machineARN = "arn:aws:states:us-east-1:123456789012:stateMachine:tune"

// machine parses states whose tasks call step; the first state is A.
func machine(t *testing.T, states string, step Function, change func(*Options)) *Machine {
	t.Helper()
	o := Options{ARN: machineARN, Definition: `{"StartAt":"A","States":{` + strings.ReplaceAll(states, "STEP", stepARN) + `}}`, Functions: map[string]Function{stepARN: step}}
	if change != nil {
		change(&o)
	}
	m, err := New(o)
	require.NoError(t, err)
	return m
}

func echo(_ context.Context, payload []byte) ([]byte, error) { return payload, nil }

func TestDataFlow(t *testing.T) {
	tests := []struct {
		name, states, input, want string
		transitions               int
	}{
		{"pass", `"A":{"Type":"Pass","End":true}`, `{"a":1}`, `{"a":1}`, 1},
		{"result", `"A":{"Type":"Pass","Result":[1,2],"ResultPath":"$.b.c","End":true}`, `{"a":1}`, `{"a":1,"b":{"c":[1,2]}}`, 1},
		{
			"parameters, selector, result and output paths",
			`"A":{"Type":"Task","Resource":"STEP","Parameters":{"x.$":"$.in.x","same":[{"n.$":"$$.Execution.Name"}],"all.$":"$$.Execution.Input"},
				"ResultSelector":{"y.$":"$.x","n.$":"$.same"},"ResultPath":"$.out","OutputPath":"$.out","End":true}`,
			`{"in":{"x":12345678901234567890,"z":"<&>"}}`, `{"n":[{"n":"run"}],"y":12345678901234567890}`, 1,
		},
		{"null result path", `"A":{"Type":"Task","Resource":"STEP","Parameters":{"x":1},"ResultPath":null,"End":true}`, `{"a":1}`, `{"a":1}`, 1},
		{"null output path", `"A":{"Type":"Task","Resource":"STEP","OutputPath":null,"End":true}`, `{"a":1}`, `{}`, 1},
		{
			"the context",
			`"A":{"Type":"Pass","Parameters":{"id.$":"$$.Execution.Id","start.$":"$$.Execution.StartTime","machine.$":"$$.StateMachine.Id","name.$":"$$.StateMachine.Name","state.$":"$$.State.Name","entered.$":"$$.State.EnteredTime"},"End":true}`,
			`{}`, `{"entered":"2000-01-01T00:00:00.000Z","id":"arn:aws:states:us-east-1:123456789012:execution:tune:run","machine":"` + machineARN + `","name":"tune","start":"2000-01-01T00:00:00.000Z","state":"A"}`, 1,
		},
		{
			"succeed", `"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Succeed","OutputPath":"$.a"}`, `{"a":[true]}`, `[true]`, 2,
		},
		{
			"wait",
			`"A":{"Type":"Wait","SecondsPath":"$.s","Next":"B"},"B":{"Type":"Pass","Parameters":{"t.$":"$$.State.EnteredTime"},"End":true}`,
			`{"s":3605}`, `{"t":"2000-01-01T01:00:05.000Z"}`, 2,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e, err := machine(t, test.states, echo, nil).Start("run", test.input)
				require.NoError(t, err)
				outcome := e.Wait()
				require.Nil(t, outcome.Error)
				require.Equal(t, Succeeded, outcome.Status)
				require.Equal(t, test.want, outcome.Output)
				require.Equal(t, test.transitions, outcome.Transitions)
			})
		})
	}
}

func TestChoices(t *testing.T) {
	tests := []struct {
		rule, input string
		want        bool
	}{
		{`"Variable":"$.a","StringEquals":"x"`, `{"a":"x"}`, true},
		{`"Variable":"$.a","StringEquals":"x"`, `{"a":1}`, false},
		{`"Variable":"$.a","NumericEquals":2`, `{"a":2.0}`, true},
		{`"Variable":"$.a","NumericEquals":2`, `{"a":"2"}`, false},
		{`"Variable":"$.a","NumericLessThan":2`, `{"a":2}`, false},
		{`"Variable":"$.a","NumericLessThanEquals":2`, `{"a":2}`, true},
		{`"Variable":"$.a","NumericGreaterThan":2`, `{"a":3}`, true},
		{`"Variable":"$.a","NumericGreaterThanEquals":2`, `{"a":1}`, false},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				states := `"A":{"Type":"Choice","Choices":[{` + test.rule + `,"Next":"Y"}],"Default":"N"},"Y":{"Type":"Pass","Result":true,"End":true},"N":{"Type":"Pass","Result":false,"End":true}`
				e, err := machine(t, states, echo, nil).Start("", test.input)
				require.NoError(t, err)
				require.Equal(t, fmt.Sprint(test.want), e.Wait().Output)
			})
		})
	}
}

type sizeError struct{ size int }

func (e *sizeError) Error() string { return fmt.Sprintf("size %d", e.size) }

func TestExecutionsFail(t *testing.T) {
	fails := func(err error) Function {
		return func(context.Context, []byte) ([]byte, error) { return nil, err }
	}
	long := strings.Repeat("x", maxData)
	tests := []struct {
		name, states, input string
		step                Function
		want                Error
	}{
		{"a Go error", `"A":{"Type":"Task","Resource":"STEP","End":true}`, `{}`, fails(&sizeError{3}),
			Error{"sizeError", `{"errorMessage":"size 3","errorType":"sizeError"}`}},
		{"a wrapped Go error", `"A":{"Type":"Task","Resource":"STEP","End":true}`, `{}`, fails(fmt.Errorf("a: %w", errors.New("b"))),
			Error{"wrapError", `{"errorMessage":"a: b","errorType":"wrapError"}`}},
		{"an error that names itself", `"A":{"Type":"Task","Resource":"STEP","End":true}`, `{}`, fails(messages.InvokeResponse_Error{Type: "Locked", Message: "by x"}),
			Error{"Locked", `{"errorMessage":"by x","errorType":"Locked"}`}},
		{"no JSON", `"A":{"Type":"Task","Resource":"STEP","End":true}`, `{}`, func(context.Context, []byte) ([]byte, error) { return []byte("{} {}"), nil },
			Error{"Lambda.Unknown", "the function did not return JSON: more than one JSON value"}},
		{"fail", `"A":{"Type":"Fail","ErrorPath":"$.f.Error","CausePath":"$.f.Cause"}`, `{"f":{"Error":"E","Cause":"C"}}`, echo, Error{"E", "C"}},
		{"fail without its error", `"A":{"Type":"Fail","ErrorPath":"$.f","CausePath":"$.f"}`, `{}`, echo, Error{ErrorRuntime, "Invalid path '$.f': it does not reference a string"}},
		{"parameters", `"A":{"Type":"Pass","Parameters":{"a.$":"$.b"},"End":true}`, `{"c":1}`, echo,
			Error{ErrorRuntime, `The JSONPath '$.b' specified for the field 'a.$' could not be found in the input '{"c":1}'`}},
		{"output path", `"A":{"Type":"Pass","OutputPath":"$.b","End":true}`, `{}`, echo, Error{ErrorRuntime, "Invalid path '$.b': No results for path: $.b"}},
		{"result path", `"A":{"Type":"Pass","Result":1,"ResultPath":"$.a.b","End":true}`, `{"a":2}`, echo,
			Error{ErrorResultPath, "Unable to apply ReferencePath $.a.b to input"}},
		{"choice variable", `"A":{"Type":"Choice","Choices":[{"Variable":"$.a","StringEquals":"x","Next":"A"}]}`, `{}`, echo,
			Error{ErrorRuntime, "Invalid path '$.a': The choice state's condition path references an invalid value."}},
		{"no choice", `"A":{"Type":"Choice","Choices":[{"Variable":"$.a","StringEquals":"x","Next":"A"}]}`, `{"a":"y"}`, echo,
			Error{ErrorNoChoiceMatched, "No choice rule of state 'A' matched and it has no Default"}},
		{"seconds", `"A":{"Type":"Wait","SecondsPath":"$.s","End":true}`, `{"s":1.5}`, echo, Error{ErrorRuntime, "The SecondsPath parameter does not reference an integer value: $.s"}},
		{"too much output", `"A":{"Type":"Task","Resource":"STEP","Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"Next":"B"},"B":{"Type":"Succeed"}`, `{}`,
			func(context.Context, []byte) ([]byte, error) { return json.Marshal(long) },
			Error{ErrorDataLimitExceeded, "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit."}},
		{"too much input for a task", `"A":{"Type":"Task","Resource":"STEP","Parameters":{"a.$":"$","b.$":"$"},"Retry":[{"ErrorEquals":["States.TaskFailed"]}],"End":true}`, `"` + long[:200<<10] + `"`, echo,
			Error{ErrorDataLimitExceeded, "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit."}},
		{"too much for a state's output", `"A":{"Type":"Pass","ResultPath":"$.copy","End":true}`, `{"a":"` + long[:200<<10] + `"}`, echo,
			Error{ErrorDataLimitExceeded, "The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit."}},
		{"too long a history", `"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Choice","Choices":[{"Variable":"$.x","StringEquals":"y","Next":"C"}],"Default":"A"},"C":{"Type":"Succeed"}`, `{"x":""}`, echo,
			Error{ErrorRuntime, "The execution reached the maximum number of history events (25000)."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e, err := machine(t, test.states, test.step, nil).Start("", test.input)
				require.NoError(t, err)
				outcome := e.Wait()
				require.Equal(t, Failed, outcome.Status)
				require.Equal(t, &test.want, outcome.Error)
				history := e.History()
				require.LessOrEqual(t, len(history), 25_000)
				last := history[len(history)-1]
				require.Equal(t, []string{"ExecutionFailed", test.want.Name, test.want.Cause}, []string{last.Type, last.Error, last.Cause})
			})
		})
	}
}

func TestStartRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := machine(t, `"A":{"Type":"Succeed"}`, echo, nil)
		first, err := m.Start("", "")
		require.NoError(t, err)
		require.Equal(t, "execution-1", first.Name)
		require.Equal(t, "{}", first.Wait().Output)
		require.Same(t, first, m.Execution(first.ARN))
		require.Nil(t, m.Execution("x"))
		require.Equal(t, []*Execution{first}, m.Executions())
		_, err = m.Start("execution-1", "")
		require.EqualError(t, err, "ExecutionAlreadyExists: Execution Already Exists: '"+first.ARN+"'")
		_, err = m.Start("a b", "")
		require.EqualError(t, err, "InvalidName: Invalid Name: 'a b'")
		_, err = m.Start("", "{")
		require.EqualError(t, err, "InvalidExecutionInput: Invalid State Machine Execution Input: unexpected EOF")
		_, err = m.Start("", `"`+strings.Repeat("x", maxData)+`"`)
		require.EqualError(t, err, "ValidationException: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144")
		_, err = New(Options{Definition: `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"` + stepARN + `","End":true}}}`})
		require.EqualError(t, err, `state "A": there is no function `+stepARN)
	})
}

func TestHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := machine(t, `"A":{"Type":"Task","Resource":"STEP","Next":"B"},"B":{"Type":"Succeed"}`, func(context.Context, []byte) ([]byte, error) {
			time.Sleep(time.Minute)
			return []byte(`{"done":true}`), nil
		}, nil)
		e, err := m.Start("", `{"a":1}`)
		require.NoError(t, err)
		require.Equal(t, Running, e.Outcome().Status)
		e.Wait()
		var got []string
		for i, event := range e.History() {
			require.Equal(t, int64(i+1), event.ID)
			require.Equal(t, int64(i), event.PreviousID)
			got = append(got, fmt.Sprintf("%s %s %s%s +%s", event.Type, event.Name, event.Input, event.Output, event.Time.Sub(e.Started)))
		}
		require.Equal(t, []string{
			`ExecutionStarted  {"a":1} +0s`,
			`TaskStateEntered A {"a":1} +0s`,
			`LambdaFunctionScheduled  {"a":1} +0s`,
			`LambdaFunctionStarted   +0s`,
			`LambdaFunctionSucceeded  {"done":true} +1m0s`,
			`TaskStateExited A {"done":true} +1m0s`,
			`SucceedStateEntered B {"done":true} +1m0s`,
			`SucceedStateExited B {"done":true} +1m0s`,
			`ExecutionSucceeded  {"done":true} +1m0s`,
		}, got)
	})
}
