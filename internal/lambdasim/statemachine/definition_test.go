package statemachine

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const stepARN = "arn:aws:lambda:us-east-1:123456789012:function:step"

func TestParseRefusesWhatItDoesNotUnderstand(t *testing.T) {
	tests := []struct{ name, definition, err string }{
		{"no JSON", `{`, "definition: unexpected EOF"},
		{"wrong type", `{"StartAt": 1}`, "definition: json: cannot unmarshal number into Go struct field Definition.StartAt of type string"},
		{
			"unknown fields everywhere",
			`{"StartAt":"A","startat":"A","States":{"A":{"Type":"Task","Resource":"` + stepARN + `","HeartbeatSeconds":3,"Assign":{},"End":true,
				"Retry":[{"ErrorEquals":["X"],"maxAttempts":1}]}}}`,
			`definition:
machine.States.A.Retry[0]: field maxAttempts is not supported
machine.States.A: field Assign is not supported
machine.States.A: field HeartbeatSeconds is not supported
machine: field startat is not supported`,
		},
		{
			"what no definition of ours uses", `{"StartAt":"A","QueryLanguage":"JSONPath","Version":"1.0","States":{
				"A":{"Type":"Wait","Seconds":1,"Next":"B"},
				"B":{"Type":"Wait","Timestamp":"2000-01-01T01:00:00Z","TimestampPath":"$.t","InputPath":"$.x","Next":"C"},
				"C":{"Type":"Choice","Choices":[{"And":[],"Or":[],"Not":{},"Variable":"$.a","IsPresent":true,"Next":"D"}]},
				"D":{"Type":"Fail","Error":"E","Cause":"C"}}}`,
			`definition:
machine.States.A: field Seconds is not supported
machine.States.B: field InputPath is not supported
machine.States.B: field Timestamp is not supported
machine.States.B: field TimestampPath is not supported
machine.States.C.Choices[0]: field And is not supported
machine.States.C.Choices[0]: field IsPresent is not supported
machine.States.C.Choices[0]: field Not is not supported
machine.States.C.Choices[0]: field Or is not supported
machine.States.D: field Cause is not supported
machine.States.D: field Error is not supported
machine: field QueryLanguage is not supported
machine: field Version is not supported`,
		},
		{
			"types and transitions",
			`{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Parallel"},"C":{"Type":"Pass"},"D":{"Type":"Pass","Next":"E","End":true},"F":null}}`,
			`definition:
machine: state "C" is not reachable
machine: state "D" is not reachable
machine: state "F" is not reachable
state "B": type "Parallel" is not supported
state "C": needs either Next or End
state "D": needs either Next or End
state "F": is null`,
		},
		{"start", `{"StartAt":"Z","States":{}}`, "definition:\nmachine: StartAt: there is no state \"Z\""},
		{
			"a field of another type of state", `{"StartAt":"A","States":{"A":{"Type":"Succeed","Resource":"x"}}}`,
			"definition:\nstate \"A\": a Succeed state has no field Resource",
		},
		{
			"paths",
			`{"StartAt":"A","States":{"A":{"Type":"Pass","OutputPath":"$.a[*]","ResultPath":"$$.a",
				"Parameters":{"w.$":"$a","x.$":"States.Format('a')","y":[{"z.$":1}]},"End":true}}}`,
			`definition:
state "A": OutputPath: "$.a[*]" is not supported: a path consists of names, each after a dot
state "A": Parameters.w.$: "$a" is not supported: a path consists of names, each after a dot
state "A": Parameters.x.$: "States.Format('a')" is not supported: a path begins with $
state "A": Parameters.y[0].z.$: a path is a string
state "A": ResultPath: $$.a is not supported`,
		},
		{
			"task",
			`{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":-1,"End":true,
				"Retry":[{"ErrorEquals":["States.ALL","X"]},{"ErrorEquals":[],"IntervalSeconds":0,"JitterStrategy":"HALF"}],
				"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"},{"ErrorEquals":["X"],"Next":"A"}]}}}`,
			`definition:
state "A": Catch[0].Next: there is no state "B"
state "A": Catch[0]: States.ALL must stand alone in the last entry
state "A": Resource "arn:aws:states:::lambda:invoke" is not supported
state "A": Retry[0]: States.ALL must stand alone in the last entry
state "A": Retry[1]: ErrorEquals is empty
state "A": Retry[1]: JitterStrategy "HALF" is not NONE or FULL
state "A": Retry[1]: a number is out of its range
state "A": TimeoutSeconds is negative`,
		},
		{
			"choice",
			`{"StartAt":"A","States":{"A":{"Type":"Choice","Default":"Y","Choices":[
				{"Variable":"$.a","StringEquals":"x","NumericEquals":1,"Next":"A"},
				{"Variable":"b","NumericLessThan":1,"Next":"Z"},
				{"Variable":"$.a","Next":"A"}]}}}`,
			`definition:
state "A": Choices[0]: needs one comparison
state "A": Choices[1].Next: there is no state "Z"
state "A": Choices[1].Variable: "b" is not supported: a path begins with $
state "A": Choices[2]: needs one comparison
state "A": Default: there is no state "Y"`,
		},
		{
			"wait and fail",
			`{"StartAt":"A","States":{"A":{"Type":"Wait","SecondsPath":"x","Next":"B"},"B":{"Type":"Fail","ErrorPath":"$.a"}}}`,
			`definition:
state "A": SecondsPath: "x" is not supported: a path begins with $
state "B": CausePath: "" is not supported: a path begins with $`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse(test.definition)
			require.EqualError(t, err, test.err)
		})
	}
}

func TestPaths(t *testing.T) {
	d := data{
		value:   mustDecode([]byte(`{"a":{"b":{"d":null},"c":[1]},"n":12345678901234567890}`)),
		context: map[string]any{"Execution": map[string]any{"Name": "x"}},
	}
	tests := []struct{ path, want string }{
		{"$.a.b", `{"d":null}`},
		{"$.a.b.d", "null"},
		{"$.a.c", "[1]"},
		{"$.n", "12345678901234567890"},
		{"$$.Execution.Name", `"x"`},
		{"$.a.x", ""},
		{"$.a.b.d.x", ""},
		{"$.a.c.0", ""},
		{"$.n.x", ""},
	}
	for _, test := range tests {
		value, ok := d.find(test.path)
		require.Equal(t, test.want != "", ok, test.path)
		if ok {
			require.Equal(t, test.want, encode(value), test.path)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"` + stepARN + `","Parameters":{"a.$":"$$.b.c"},"End":true}}}`)
	f.Add(`{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.a","NumericEquals":1,"Next":"A"}]}}}`)
	f.Add(`{"StartAt":"A","states":{"A":{"Type":"Succeed"}}}`)
	f.Fuzz(func(t *testing.T, definition string) {
		d, err := Parse(definition)
		if (d == nil) == (err == nil) {
			t.Fatalf("definition %v and error %v", d, err)
		}
	})
}
