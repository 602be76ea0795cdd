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
			"query language and version", `{"StartAt":"A","QueryLanguage":"JSONata","Version":"2","States":{"A":{"Type":"Succeed","QueryLanguage":"JSONata"}}}`,
			`definition:
machine: QueryLanguage JSONata is not supported
machine: Version 2 is not supported
state "A": QueryLanguage JSONata is not supported`,
		},
		{
			"types and transitions",
			`{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Map"},"C":{"Type":"Pass"},"D":{"Type":"Pass","Next":"E","End":true},"F":null}}`,
			`definition:
machine: state "C" is not reachable
machine: state "D" is not reachable
machine: state "F" is not reachable
state "B": type "Map" is not supported
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
			`{"StartAt":"A","States":{"A":{"Type":"Pass","InputPath":"a","OutputPath":"$.a[*]","ResultPath":"$.a[0]",
				"Parameters":{"x.$":"States.Format('a')","y":[{"z.$":1}]},"End":true}}}`,
			`definition:
state "A": InputPath: "a" is not supported: a path begins with $
state "A": OutputPath: "$.a[*]": only one element can be selected
state "A": Parameters.x.$: "States.Format('a')" is not supported: a path begins with $
state "A": Parameters.y[0].z.$: a path is a string
state "A": ResultPath: $.a[0] is not supported`,
		},
		{
			"task",
			`{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","TimeoutSeconds":-1,"End":true,
				"Retry":[{"ErrorEquals":["States.ALL","X"]},{"ErrorEquals":[],"IntervalSeconds":0,"JitterStrategy":"HALF"}],
				"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"},{"ErrorEquals":["X"],"Next":"A"}]}}}`,
			`definition:
state "A": Catch[0].Next: there is no state "B"
state "A": Catch[0]: States.ALL must stand alone in the last entry
state "A": Resource "arn:aws:states:::sqs:sendMessage" is not supported
state "A": Retry[0]: States.ALL must stand alone in the last entry
state "A": Retry[1]: ErrorEquals is empty
state "A": Retry[1]: JitterStrategy "HALF" is not NONE or FULL
state "A": Retry[1]: a number is out of its range
state "A": TimeoutSeconds is negative`,
		},
		{
			"choice",
			`{"StartAt":"A","States":{"A":{"Type":"Choice","Default":"Y","Choices":[
				{"Variable":"$.a","StringEquals":"x","BooleanEquals":true,"Next":"A"},
				{"And":[{"Variable":"b","IsPresent":true,"Next":"A"}],"Next":"Z"},
				{"Next":"A"}]}}}`,
			`definition:
state "A": Choices[0]: needs one comparison, And, Or or Not
state "A": Choices[1].Next: there is no state "Z"
state "A": Choices[1]: only the outermost rule has a Next
state "A": Choices[1][0].Variable: "b" is not supported: a path begins with $
state "A": Choices[2]: needs one comparison, And, Or or Not
state "A": Default: there is no state "Y"`,
		},
		{
			"wait and fail",
			`{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":1,"SecondsPath":"x","Next":"B"},"B":{"Type":"Fail","Error":"a","ErrorPath":"$.a"}}}`,
			`definition:
state "A": SecondsPath: "x" is not supported: a path begins with $
state "A": needs one of Seconds, SecondsPath, Timestamp, TimestampPath
state "B": Error and ErrorPath, Cause and CausePath exclude each other`,
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
		value:   mustDecode([]byte(`{"a":{"b c":[1,{"d":null}]},"n":12345678901234567890}`)),
		context: map[string]any{"Execution": map[string]any{"Name": "x"}},
	}
	tests := []struct{ path, want string }{
		{"$.a['b c'][1]", `{"d":null}`},
		{"$['a']['b c'][0]", "1"},
		{"$.a['b c'][1].d", "null"},
		{"$.n", "12345678901234567890"},
		{"$$.Execution.Name", `"x"`},
		{"$.a.x", ""},
		{"$.a[0]", ""},
		{"$.a['b c'][2]", ""},
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

func TestResolve(t *testing.T) {
	lookup := func(id, attribute string) (string, error) { return "<" + id + "." + attribute + ">", nil }
	text, err := Resolve([]byte(`{"Fn::Join":["",["{\"a\":\"",{"Fn::GetAtt":["F","Arn"]},"\",\"",{"Ref":"AWS::Partition"},"\"}"]]}`), lookup)
	require.NoError(t, err)
	require.Equal(t, `{"a":"<F.Arn>","<AWS::Partition.>"}`, text)
	text, err = Resolve([]byte(`"plain"`), lookup)
	require.NoError(t, err)
	require.Equal(t, "plain", text)
	for input, message := range map[string]string{
		`{"Fn::Sub":"x"}`:          `{"Fn::Sub":"x"} is not supported`,
		`3`:                        `3 is neither a string nor an intrinsic function`,
		`{"Fn::Join":["","x"]}`:    `Fn::Join of ["","x"] is not supported`,
		`{"Fn::Join":["",[1]]}`:    `1 is neither a string nor an intrinsic function`,
		`{"Fn::GetAtt":["a",{}]}`:  `{"Fn::GetAtt":["a",{}]} is not supported`,
		`{"Ref":"a","Fn::Sub":""}`: `{"Fn::Sub":"","Ref":"a"} is neither a string nor an intrinsic function`,
	} {
		_, err := Resolve([]byte(input), lookup)
		require.EqualError(t, err, message)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"` + stepARN + `","Parameters":{"a.$":"$$.b['c'][0]"},"End":true}}}`)
	f.Add(`{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Not":{"Variable":"$.a","IsNull":true},"Next":"A"}]}}}`)
	f.Add(`{"StartAt":"A","states":{"A":{"Type":"Succeed"}}}`)
	f.Fuzz(func(t *testing.T, definition string) {
		d, err := Parse(definition)
		if (d == nil) == (err == nil) {
			t.Fatalf("definition %v and error %v", d, err)
		}
	})
}
