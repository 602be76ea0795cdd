package answers

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

func comparing(ignore ...string) Options { return Options{Compare: true, Ignore: ignore} }

// answered are the answers of one payload, x86_64's and arm64's in turn. One of each is given twice: nothing
// is compared before each function has been compared with itself.
func answered(o Options, answers ...string) *Comparison {
	r := New(o)
	if len(answers) == 2 {
		answers = append(answers, answers...)
	}
	for i, a := range answers {
		r.Add([]tuning.Architecture{tuning.X86, tuning.Arm}[i%2], 0, []byte(a))
	}
	return r
}

func TestResponses(t *testing.T) {
	for name, test := range map[string]struct {
		options Options
		answers []string
		want    *tuning.ResponseComparison
	}{
		"alike":                    {comparing(), []string{`{"a":1,"b":[1,2]}`, `{"b":[1,2],"a":1}`, `{"a":1.0,"b":[1,2]}`, `{"a":1,"b":[1,2]}`}, &tuning.ResponseComparison{Compared: 2, Alike: 2}},
		"not JSON":                 {comparing(), []string{`hello`, `hello`}, &tuning.ResponseComparison{Compared: 2, Alike: 2}},
		"not JSON and different":   {comparing(), []string{`hello`, `world`}, &tuning.ResponseComparison{Compared: 2, FirstDifference: `the whole answer: x86_64 answered "hello", arm64 answered "world"`}},
		"a value":                  {comparing(), []string{`{"a":{"b":[1,2]}}`, `{"a":{"b":[1,3]}}`}, &tuning.ResponseComparison{Compared: 2, FirstDifference: `/a/b/1: x86_64 answered 2, arm64 answered 3`}},
		"a list's length":          {comparing(), []string{`[1,2]`, `[1]`}, &tuning.ResponseComparison{Compared: 2, FirstDifference: `the whole answer: x86_64 answered [1,2], arm64 answered [1]`}},
		"a member that is missing": {comparing(), []string{`{"a/b":1}`, `{"c~":2}`}, &tuning.ResponseComparison{Compared: 2, FirstDifference: `/a~1b: x86_64 answered 1, arm64 answered nothing`}},
		"another type":             {comparing(), []string{`{"a":1}`, `{"a":{"b":1}}`}, &tuning.ResponseComparison{Compared: 2, FirstDifference: `/a: x86_64 answered 1, arm64 answered {"b":1}`}},
		"null is not nothing":      {comparing(), []string{`{"a":null}`, `{}`}, &tuning.ResponseComparison{Compared: 2, FirstDifference: `/a: x86_64 answered null, arm64 answered nothing`}},
		"an ignored pointer":       {comparing("/machine", "/deep/one"), []string{`{"machine":"x","deep":{"one":{"q":1},"two":2}}`, `{"machine":"a","deep":{"one":5,"two":2}}`}, &tuning.ResponseComparison{Compared: 2, Alike: 2}},
		"a pointer is no prefix":   {comparing("/machine"), []string{`{"machines":1}`, `{"machines":2}`}, &tuning.ResponseComparison{Compared: 2, FirstDifference: `/machines: x86_64 answered 1, arm64 answered 2`}},
		"JSON in a body":           {comparing("/machine"), []string{`{"statusCode":200,"body":"{\"machine\":\"x\",\"n\":4}"}`, `{"statusCode":200,"body":"{\"n\":4,\"machine\":\"a\"}"}`}, &tuning.ResponseComparison{Compared: 2, Alike: 2}},
		"around a body":            {comparing(), []string{`{"statusCode":200,"body":"{}"}`, `{"statusCode":201,"body":"{}"}`}, &tuning.ResponseComparison{Compared: 2, FirstDifference: `response:/statusCode: x86_64 answered 200, arm64 answered 201`}},
		"a body that is no JSON":   {comparing(), []string{`{"body":"Running on:x86_64"}`, `{"body":"Running on:aarch64"}`}, &tuning.ResponseComparison{Compared: 2, FirstDifference: `/body: x86_64 answered "Running on:x86_64", arm64 answered "Running on:aarch64"`}},
		"a body on one side only":  {comparing(), []string{`{"body":"{}"}`, `{}`}, &tuning.ResponseComparison{Compared: 2, FirstDifference: `the whole answer: x86_64 answered {}, arm64 answered {}`}},
		"what differs within one function": {
			comparing(), []string{`{"id":1,"n":5}`, `{"id":2,"n":5}`, `{"id":3,"n":5}`, `{"id":4,"n":5}`},
			&tuning.ResponseComparison{Compared: 2, Alike: 2, Unstable: []string{"/id"}},
		},
		"within one function and between them": {
			comparing(), []string{`{"id":1,"n":5}`, `{"id":2,"n":6}`, `{"id":3,"n":5}`, `{"id":4,"n":6}`},
			&tuning.ResponseComparison{Compared: 2, Unstable: []string{"/id"}, FirstDifference: `/n: x86_64 answered 5, arm64 answered 6`},
		},
		"as a whole within one function": {
			comparing(), []string{`"a"`, `"b"`, `"c"`, `"d"`}, &tuning.ResponseComparison{NotCompared: "a function's own answers differ as a whole from call to call"},
		},
		"some of them": {
			comparing(), []string{`{"n":5}`, `{"n":6}`, `{"n":5}`, `{"n":5}`},
			&tuning.ResponseComparison{Compared: 2, Alike: 2, Unstable: []string{"/n"}},
		},
		"none of them":      {comparing(), nil, &tuning.ResponseComparison{NotCompared: "neither of the functions answered without an error"}},
		"one function only": {comparing(), []string{`1`}, &tuning.ResponseComparison{NotCompared: "only one of the functions answered"}},
		"large answers, with an ignored pointer": {
			comparing("/machine", "/list/1"), []string{
				fmt.Sprintf(`{"machine":"x","list":[1,7],"text":%q}`, strings.Repeat("a", 2<<20)), fmt.Sprintf(`{"machine":"a","text":%q,"list":[1.0,8]}`, strings.Repeat("a", 2<<20)),
			}, &tuning.ResponseComparison{Compared: 2, Alike: 2},
		},
		"large answers that differ in one place": {
			comparing(), []string{fmt.Sprintf(`{"n":1,"text":%q}`, strings.Repeat("a", 70<<10)), fmt.Sprintf(`{"n":2,"text":%q}`, strings.Repeat("a", 70<<10))},
			&tuning.ResponseComparison{Compared: 2, FirstDifference: "/n: x86_64 answered 1, arm64 answered 2"},
		},
		"long texts that differ": {
			comparing(), []string{strings.Repeat("a", 70<<10), strings.Repeat("b", 70<<10)},
			&tuning.ResponseComparison{Compared: 2, FirstDifference: "the whole answer: x86_64 answered 71680 bytes with SHA-256 c19d…, arm64 answered 71680 bytes with SHA-256 982c…"},
		},
		"a header that is ignored": {
			comparing("response:/headers/date"), []string{`{"headers":{"date":1},"body":"{}"}`, `{"headers":{"date":2},"body":"{}"}`}, &tuning.ResponseComparison{Compared: 2, Alike: 2},
		},
		"a member that only one function has, ignored": {comparing("/trace"), []string{`{"n":1,"trace":7}`, `{"n":1}`}, &tuning.ResponseComparison{Compared: 2, Alike: 2}},
		"what differs in more places than are told": {
			comparing(), []string{fortyMembers(1), fortyMembers(1), fortyMembers(2), fortyMembers(2)}, &tuning.ResponseComparison{NotCompared: "a function's own answers differ as a whole from call to call"},
		},
		"values are not shown": {Options{Compare: true, HideValues: true}, []string{`{"a":1}`, `{"a":2}`}, &tuning.ResponseComparison{Compared: 2, FirstDifference: `/a differs`}},
		"switched off":         {Options{}, []string{`1`, `2`}, nil},
		"a pre-processor":      {Options{Compare: true, PayloadsDiffer: true}, []string{`1`, `2`}, &tuning.ResponseComparison{NotCompared: "the pre-processor gives each invocation a payload of its own"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, cmp.Diff(test.want, answered(test.options, test.answers...).Result()))
		})
	}
}

// fortyMembers returns an answer with forty members of that value.
func fortyMembers(value int) string {
	var all []string
	for i := range 40 {
		all = append(all, fmt.Sprintf(`"m%d":%d`, i, value))
	}
	return "{" + strings.Join(all, ",") + "}"
}

func TestOnlyAnswersToOnePayloadAreCompared(t *testing.T) {
	r := New(comparing())
	for range 2 {
		r.Add(tuning.X86, 0, []byte(`1`))
		r.Add(tuning.Arm, 1, []byte(`2`))
	}
	require.Empty(t, cmp.Diff(&tuning.ResponseComparison{NotCompared: oneEach}, r.Result()))
	for range 2 {
		r.Add(tuning.X86, 1, []byte(`2`))
	}
	require.Empty(t, cmp.Diff(&tuning.ResponseComparison{Compared: 2, Alike: 2}, r.Result()))
}

const oneEach = "no payload got two answers of each function, and one alone does not tell what differs by chance"

// A time in an answer is no difference between architectures: with one answer of each function nobody can
// tell, with two everybody can.
func TestEachFunctionIsComparedWithItselfFirst(t *testing.T) {
	r := New(comparing())
	clock := 0
	add := func(a tuning.Architecture, payload int) {
		clock++
		r.Add(a, payload, fmt.Appendf(nil, `{"time":%d,"n":%d}`, clock, payload))
	}
	for payload := range 5 {
		add(tuning.X86, payload)
		add(tuning.Arm, payload)
	}
	require.Empty(t, cmp.Diff(&tuning.ResponseComparison{NotCompared: oneEach}, r.Result()))
	add(tuning.X86, 3)
	require.Empty(t, cmp.Diff(&tuning.ResponseComparison{NotCompared: oneEach}, r.Result()))
	add(tuning.Arm, 3)
	require.Empty(t, cmp.Diff(&tuning.ResponseComparison{Compared: 2, Alike: 2, Unstable: []string{"/time"}}, r.Result()))
}

// A first difference that turns out to be chance is forgotten; what differs besides is still told.
func TestADifferenceThatTurnsOutToBeChance(t *testing.T) {
	r := answered(comparing(), `{"id":1,"n":5}`, `{"id":2,"n":6}`)
	require.Equal(t, "/id: x86_64 answered 1, arm64 answered 2", r.Result().FirstDifference)
	r.Add(tuning.X86, 0, []byte(`{"id":3,"n":5}`))
	require.Empty(t, cmp.Diff(&tuning.ResponseComparison{Compared: 3, Unstable: []string{"/id"}, FirstDifference: "/n: x86_64 answered 5, arm64 answered 6"}, r.Result()))
}

func TestErrorStatusesAreCountedForOneTargetToo(t *testing.T) {
	r := New(Options{})
	for _, answer := range []string{`{"statusCode":500,"body":"{}"}`, `{"statusCode":404}`, `{"statusCode":200}`, `{"statusCode":"500"}`, `x`} {
		r.Add(tuning.X86, 0, []byte(answer))
	}
	require.Equal(t, 5, r.Answers)
	require.Equal(t, 2, r.ErrorStatuses)
	require.Nil(t, r.Result())
}

// The state carries counts, pointers, hashes and one short difference: a comparison that is interrupted goes
// on where it was, and no answer stands in the execution's history.
func TestResponsesTravelInTheState(t *testing.T) {
	r := answered(comparing(), `{"secret":"xyzzy","n":1}`, `{"secret":"xyzzy","n":2}`)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.NotContains(t, string(text), "xyzzy")

	var resumed Comparison
	require.NoError(t, json.Unmarshal(text, &resumed))
	// By the hashes of their first answers both have been compared with themselves.
	resumed.Add(tuning.Arm, 0, []byte(`{"secret":"xyzzy","n":2}`))
	resumed.Add(tuning.X86, 0, []byte(`{"secret":"xyzzy","n":1}`))
	require.Empty(t, cmp.Diff(&tuning.ResponseComparison{Compared: 3, FirstDifference: `/n: x86_64 answered 1, arm64 answered 2`}, resumed.Result()))
	require.Equal(t, []Pattern{{Pointers: []string{"/n"}, Count: 3}}, resumed.Patterns)
	// Another answer than the first is compared as soon as this Measure has two of it.
	var third Comparison
	require.NoError(t, json.Unmarshal(text, &third))
	third.Add(tuning.Arm, 0, []byte(`{"secret":"xyzzy","n":3}`))
	third.Add(tuning.X86, 0, []byte(`{"secret":"xyzzy","n":1}`))
	require.Equal(t, 2, third.Result().Compared)
	third.Add(tuning.Arm, 0, []byte(`{"secret":"xyzzy","n":3}`))
	require.Equal(t, 4, third.Result().Compared)
}

func TestResponsesStaySmall(t *testing.T) {
	r := New(comparing())
	for i := range 300 {
		var members []string
		for k := range 50 {
			members = append(members, fmt.Sprintf(`"%s%d":"%s"`, strings.Repeat("<", 300), k, strings.Repeat("é", 300+i%2)))
		}
		r.Add([]tuning.Architecture{tuning.X86, tuning.Arm}[i%2], i%3, []byte("{"+strings.Join(members, ",")+"}"))
		r.Add(tuning.X86, 7, []byte(fmt.Sprintf(`{"a%d":%q,"b":%d}`, i, strings.Repeat("x", 1000), i)))
		r.Add(tuning.Arm, 7, []byte(fmt.Sprintf(`{"c%d":%q,"b":%d}`, i, strings.Repeat("x", 1000), i)))
	}
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.Less(t, len(text), MaxResponses)
	require.Less(t, len(r.Result().FirstDifference), 1024)
	require.Less(t, r.Result().Alike, r.Result().Compared)
}

func TestResponsesAreSafeForConcurrentUse(t *testing.T) {
	r := New(comparing())
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			r.Add([]tuning.Architecture{tuning.X86, tuning.Arm}[i%2], i%4/2, []byte(`{"a":[1,2,{"b":3}]}`))
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
		x, y := readAnswer(a, nil), readAnswer(b, nil)
		stable := func(string) bool { return false }
		require.Empty(t, compareAnswers(x, readAnswer(a, nil), stable))
		require.Len(t, compareAnswers(x, y, stable), len(compareAnswers(y, x, stable)))
		r := answered(comparing(), string(a), string(b), string(a), string(b))
		require.LessOrEqual(t, r.Result().Alike, r.Result().Compared)
	})
}
