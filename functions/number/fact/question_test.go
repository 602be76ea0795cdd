package fact

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseQuestion(t *testing.T) {
	const notJSON = `body: want JSON such as {"number": 5, "type": "trivia"}`
	for name, test := range map[string]struct {
		body string
		want Question
		err  string
	}{
		"trivia":         {body: `{"number": 5, "type": "trivia"}`, want: Question{5, "trivia"}},
		"math":           {body: `{"number": 0, "type": "math"}`, want: Question{0, "math"}},
		"date":           {body: `{"number": 366, "type": "date"}`, want: Question{366, "date"}},
		"year":           {body: `{"number": -44, "type": "year", "more": true}`, want: Question{-44, "year"}},
		"nothing":        {err: notJSON},
		"not JSON":       {body: `{"number": 5`, err: notJSON},
		"more than JSON": {body: `{"number": 5, "type": "math"} x`, err: notJSON},
		"a list":         {body: `[5]`, err: notJSON},
		"no number":      {body: `{"type": "trivia"}`, err: "number: missing; want a whole number"},
		"null number":    {body: `{"number": null, "type": "trivia"}`, err: "number: missing; want a whole number"},
		"a string":       {body: `{"number": "5", "type": "trivia"}`, err: "number: want a whole number, not string"},
		"a fraction":     {body: `{"number": 5.5, "type": "trivia"}`, err: "number: want a whole number, not number 5.5"},
		"too large":      {body: `{"number": 9223372036854775808, "type": "math"}`, err: "number: want a whole number, not number 9223372036854775808"},
		"no type":        {body: `{"number": 5}`, err: "type: missing; want one of trivia, math, date, year"},
		"unknown type":   {body: `{"number": 5, "type": "gossip"}`, err: `type: "gossip" is unknown; want one of trivia, math, date, year`},
		"a path":         {body: `{"number": 5, "type": "../admin"}`, err: `type: "../admin" is unknown; want one of trivia, math, date, year`},
		"type no string": {body: `{"number": 5, "type": 5}`, err: "type: want a string, not number"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ParseQuestion([]byte(test.body))
			if test.err != "" {
				require.EqualError(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func FuzzParseQuestion(f *testing.F) {
	f.Add([]byte(`{"number": 5, "type": "trivia"}`))
	f.Add([]byte(`{"number": 1e3, "type": null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		question, err := ParseQuestion(body)
		if err == nil && !slices.Contains(Types, question.Type) {
			t.Errorf("%q was accepted with type %q", body, question.Type)
		}
	})
}
