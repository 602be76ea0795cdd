package tuning

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning/explore"
)

func comparing(ignore ...string) Input {
	in, _ := twoTargets()
	in.CompareResponses.Ignore = ignore
	return in
}

// answered are the answers of one payload, x86_64's and arm64's in turn.
func answered(in Input, answers ...string) *Responses {
	r := NewResponses(in)
	for i, a := range answers {
		r.Add([]explore.Architecture{explore.X86, explore.Arm}[i%2], 0, []byte(a))
	}
	return r
}

func TestResponses(t *testing.T) {
	for name, test := range map[string]struct {
		in      Input
		answers []string
		want    *ResponseComparison
	}{
		"alike":                    {comparing(), []string{`{"a":1,"b":[1,2]}`, `{"b":[1,2],"a":1}`, `{"a":1.0,"b":[1,2]}`, `{"a":1,"b":[1,2]}`}, &ResponseComparison{Compared: 3, Alike: 3}},
		"not JSON":                 {comparing(), []string{`hello`, `hello`}, &ResponseComparison{Compared: 1, Alike: 1}},
		"not JSON and different":   {comparing(), []string{`hello`, `world`}, &ResponseComparison{Compared: 1, FirstDifference: `the whole answer: x86_64 answered "hello", arm64 answered "world"`}},
		"a value":                  {comparing(), []string{`{"a":{"b":[1,2]}}`, `{"a":{"b":[1,3]}}`}, &ResponseComparison{Compared: 1, FirstDifference: `/a/b/1: x86_64 answered 2, arm64 answered 3`}},
		"a list's length":          {comparing(), []string{`[1,2]`, `[1]`}, &ResponseComparison{Compared: 1, FirstDifference: `the whole answer: x86_64 answered [1,2], arm64 answered [1]`}},
		"a member that is missing": {comparing(), []string{`{"a/b":1}`, `{"c~":2}`}, &ResponseComparison{Compared: 1, FirstDifference: `/a~1b: x86_64 answered 1, arm64 answered nothing`}},
		"another type":             {comparing(), []string{`{"a":1}`, `{"a":{"b":1}}`}, &ResponseComparison{Compared: 1, FirstDifference: `/a: x86_64 answered 1, arm64 answered {"b":1}`}},
		"null is not nothing":      {comparing(), []string{`{"a":null}`, `{}`}, &ResponseComparison{Compared: 1, FirstDifference: `/a: x86_64 answered null, arm64 answered nothing`}},
		"an ignored pointer":       {comparing("/machine", "/deep/one"), []string{`{"machine":"x","deep":{"one":{"q":1},"two":2}}`, `{"machine":"a","deep":{"one":5,"two":2}}`}, &ResponseComparison{Compared: 1, Alike: 1}},
		"a pointer is no prefix":   {comparing("/machine"), []string{`{"machines":1}`, `{"machines":2}`}, &ResponseComparison{Compared: 1, FirstDifference: `/machines: x86_64 answered 1, arm64 answered 2`}},
		"JSON in a body":           {comparing("/machine"), []string{`{"statusCode":200,"body":"{\"machine\":\"x\",\"n\":4}"}`, `{"statusCode":200,"body":"{\"n\":4,\"machine\":\"a\"}"}`}, &ResponseComparison{Compared: 1, Alike: 1}},
		"around a body":            {comparing(), []string{`{"statusCode":200,"body":"{}"}`, `{"statusCode":201,"body":"{}"}`}, &ResponseComparison{Compared: 1, FirstDifference: `response:/statusCode: x86_64 answered 200, arm64 answered 201`}},
		"a body that is no JSON":   {comparing(), []string{`{"body":"Running on:x86_64"}`, `{"body":"Running on:aarch64"}`}, &ResponseComparison{Compared: 1, FirstDifference: `/body: x86_64 answered "Running on:x86_64", arm64 answered "Running on:aarch64"`}},
		"a body on one side only":  {comparing(), []string{`{"body":"{}"}`, `{}`}, &ResponseComparison{Compared: 1, FirstDifference: `the whole answer: x86_64 answered {}, arm64 answered {}`}},
		"what differs within one function": {
			comparing(), []string{`{"id":1,"n":5}`, `{"id":2,"n":5}`, `{"id":3,"n":5}`, `{"id":4,"n":5}`},
			&ResponseComparison{Compared: 3, Alike: 3, Unstable: []string{"/id"}},
		},
		"within one function and between them": {
			comparing(), []string{`{"id":1,"n":5}`, `{"id":2,"n":6}`, `{"id":3,"n":5}`, `{"id":4,"n":6}`},
			&ResponseComparison{Compared: 3, Unstable: []string{"/id"}, FirstDifference: `/n: x86_64 answered 5, arm64 answered 6`},
		},
		"as a whole within one function": {
			comparing(), []string{`"a"`, `"b"`, `"c"`, `"d"`}, &ResponseComparison{NotCompared: "a function's own answers differ as a whole from call to call"},
		},
		"some of them": {
			comparing(), []string{`{"n":5}`, `{"n":6}`, `{"n":5}`, `{"n":5}`},
			&ResponseComparison{Compared: 3, Alike: 3, Unstable: []string{"/n"}},
		},
		"one function only":    {comparing(), []string{`1`}, &ResponseComparison{}},
		"values are not shown": {func() Input { in := comparing(); in.DisablePayloadLogs = true; return in }(), []string{`{"a":1}`, `{"a":2}`}, &ResponseComparison{Compared: 1, FirstDifference: `/a differs`}},
		"switched off":         {func() Input { in := comparing(); in.CompareResponses.Enabled = false; return in }(), []string{`1`, `2`}, nil},
		"a pre-processor":      {func() Input { in := comparing(); in.PreProcessorARN = foreign; return in }(), []string{`1`, `2`}, &ResponseComparison{NotCompared: "the pre-processor gives each invocation a payload of its own"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, cmp.Diff(test.want, answered(test.in, test.answers...).Result()))
		})
	}
}

func TestOnlyAnswersToOnePayloadAreCompared(t *testing.T) {
	r := NewResponses(comparing())
	r.Add(explore.X86, 0, []byte(`1`))
	r.Add(explore.Arm, 1, []byte(`2`))
	require.Empty(t, cmp.Diff(&ResponseComparison{}, r.Result()))
	r.Add(explore.X86, 1, []byte(`2`))
	require.Empty(t, cmp.Diff(&ResponseComparison{Compared: 1, Alike: 1}, r.Result()))
}

func TestErrorStatusesAreCountedForOneTargetToo(t *testing.T) {
	in, _ := oneTarget()
	r := NewResponses(in)
	for _, answer := range []string{`{"statusCode":500,"body":"{}"}`, `{"statusCode":404}`, `{"statusCode":200}`, `{"statusCode":"500"}`, `x`} {
		r.Add(explore.X86, 0, []byte(answer))
	}
	require.Equal(t, 5, r.Answers)
	require.Equal(t, 2, r.ErrorStatuses)
	require.Nil(t, r.Result())
}

// The state carries counts, pointers and short examples: a comparison that is interrupted goes on where
// it was, and no answer stands in the execution's history.
func TestResponsesTravelInTheState(t *testing.T) {
	r := answered(comparing(), `{"secret":"xyzzy","n":1}`, `{"secret":"xyzzy","n":2}`)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.NotContains(t, string(text), "xyzzy")

	var resumed Responses
	require.NoError(t, json.Unmarshal(text, &resumed))
	resumed.Add(explore.Arm, 0, []byte(`{"secret":"xyzzy","n":2}`))
	resumed.Add(explore.X86, 0, []byte(`{"secret":"xyzzy","n":1}`))
	require.Empty(t, cmp.Diff(&ResponseComparison{Compared: 2, FirstDifference: `/n: x86_64 answered 1, arm64 answered 2`}, resumed.Result()))
	require.Equal(t, []Pattern{{Pointers: []string{"/n"}, Count: 2}}, resumed.Patterns)
}

func TestResponsesStaySmall(t *testing.T) {
	r := NewResponses(comparing())
	for i := range 300 {
		var members []string
		for k := range 50 {
			members = append(members, fmt.Sprintf(`"%s%d":"%s"`, strings.Repeat("k", 300), k*i, strings.Repeat("é", 300)))
		}
		r.Add([]explore.Architecture{explore.X86, explore.Arm}[i%2], i%3, []byte("{"+strings.Join(members, ",")+"}"))
		r.Add(explore.X86, 7, []byte(fmt.Sprintf(`{"a%d":%q,"b":%d}`, i, strings.Repeat("x", 1000), i)))
		r.Add(explore.Arm, 7, []byte(fmt.Sprintf(`{"c%d":%q,"b":%d}`, i, strings.Repeat("x", 1000), i)))
	}
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.Less(t, len(text), 24_000)
	require.Less(t, len(r.Result().FirstDifference), 1024)
	require.Less(t, r.Result().Alike, r.Result().Compared)
}

func TestResponsesAreSafeForConcurrentUse(t *testing.T) {
	r := NewResponses(comparing())
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			r.Add([]explore.Architecture{explore.X86, explore.Arm}[i%2], i%4/2, []byte(`{"a":[1,2,{"b":3}]}`))
		})
	}
	all.Wait()
	require.Equal(t, 64, r.Answers)
	require.Equal(t, r.Result().Compared, r.Result().Alike)
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"statusCode":200,"body":"{\"a\":1}"}`), []byte(`{"a":[1,2]}`))
	f.Add([]byte(`"a"`), []byte(``))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		require.Empty(t, compareAnswers(readAnswer(a), readAnswer(a)))
		require.Len(t, compareAnswers(readAnswer(a), readAnswer(b)), len(compareAnswers(readAnswer(b), readAnswer(a))))
		r := answered(comparing(), string(a), string(b), string(a), string(b))
		require.LessOrEqual(t, r.Result().Alike, r.Result().Compared)
	})
}
