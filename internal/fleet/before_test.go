package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// fakeBucket is what Rank asks of AWS.
type fakeBucket struct {
	Cloud
	objects map[string][]byte
	refused map[string]error // by location
	outputs map[string]tuning.Output
	asked   []string // executions
}

func (f *fakeBucket) Open(_ context.Context, location string) (io.ReadCloser, error) {
	if err := f.refused[location]; err != nil {
		return nil, err
	}
	body, ok := f.objects[location]
	if !ok {
		return nil, cloud.ErrNotFound
	}
	return io.NopCloser(bytes.NewReader(body)), nil
}

func (f *fakeBucket) PutObject(_ context.Context, location string, body []byte, _ bool) error {
	f.objects[location] = body
	return nil
}

func (f *fakeBucket) Execution(_ context.Context, execution string) (Described, error) {
	f.asked = append(f.asked, execution)
	o, ok := f.outputs[execution]
	if !ok {
		return Described{}, cloud.ErrNotFound
	}
	return Described{Status: "SUCCEEDED", Output: string(text(o)), Stopped: day(1)}, nil
}

func day(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }

// adviceOf is an output that advises a memory size for a function.
func adviceOf(function string, memorySize int) tuning.Output {
	return tuning.Output{
		Power: memorySize, Architecture: tuning.Arm, Targets: []tuning.TargetStatistics{{FunctionARN: function}},
		Recommendation: &tuning.Recommendation{Action: tuning.Change, Architecture: tuning.Arm, Power: memorySize, Confirmed: true},
	}
}

// rank ranks a plan whose targets are all kept, with so much time, and returns what it writes.
func (f *fakeBucket) rank(t *testing.T, name string, left time.Duration, targets ...planned) Report {
	t.Helper()
	f.asked = nil
	f.objects["s3://b/"+name+"/plan.json"] = text(plan{Targets: targets, LeftOut: []LeftOut{}, Notes: []string{}})
	ctx, cancel := context.WithTimeout(t.Context(), left)
	defer cancel()
	_, err := Rank(ctx, f, Event{
		Execution: run.Execution{Name: name}, Settings: asl.FleetSettings{Bucket: "b"}, State: &State{Plan: name + "/plan.json"},
	})
	require.NoError(t, err)
	var r Report
	require.NoError(t, json.Unmarshal(f.objects["s3://b/fleet.json"], &r))
	return r
}

// A verdict of an earlier fleet is in its fleet.json: it is not asked for again, however little time there is, and one
// that there is no time to read leaves the advice before it, which says how old it is.
func TestKeptRowsHaveAdvice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeBucket{objects: map[string][]byte{}, outputs: map[string]tuning.Output{"x:a1": adviceOf("a", 512), "x:a2": adviceOf("a", 1024), "x:b1": adviceOf("b", 256)}}
		a := planned{Name: "a", Functions: []string{"a"}, Execution: "x:a1", Kept: day(1)}
		b := planned{Name: "b", Functions: []string{"b"}, Execution: "x:b1", Kept: day(1)}
		first := f.rank(t, "one", time.Hour, a, b)
		require.Equal(t, []string{"x:a1", "x:b1"}, f.asked, "there was none before")
		require.Empty(t, first.Notes)

		second := f.rank(t, "two", time.Hour, a, b)
		require.Empty(t, f.asked)
		require.Equal(t, first.Rows, second.Rows)
		require.Equal(t, first.Verdicts, second.Verdicts)
		require.Equal(t, day(1), second.Rows[0].AdviceAt)

		a.Execution, a.Kept = "x:a2", day(20)
		third := f.rank(t, "three", writing/2, a, b)
		require.Empty(t, f.asked)
		require.Equal(t, Totals{Functions: 2, Kept: 2}, third.Totals)
		row := third.Rows[0]
		require.Equal(t, "a", row.Name)
		require.Equal(t, 512, row.Advice.Power, "the one before")
		require.Equal(t, "x:a2", row.Execution)
		require.Equal(t, "x:a1", row.AdviceOf)
		require.Equal(t, day(1), row.AdviceAt)
		require.Equal(t, "there was no time left to read its execution; the advice is that of the fleet.json before, of 2026-11-01", row.Why)
		require.JSONEq(t, string(first.Verdicts[0]), string(third.Verdicts[0]))
		require.Empty(t, third.Rows[1].Why)

		again := f.rank(t, "four", writing/2, a, b)
		require.Equal(t, row, again.Rows[0], "it does not seem younger")

		last := f.rank(t, "five", time.Hour, a, b)
		require.Equal(t, []string{"x:a2"}, f.asked)
		require.Equal(t, 1024, last.Rows[0].Advice.Power)
		require.Equal(t, day(20), last.Rows[0].AdviceAt)
		require.Empty(t, last.Rows[0].AdviceOf+last.Rows[0].Why)
	})
}

// Whatever the fleet.json before is, the next one is written.
func TestFleetJSONBefore(t *testing.T) {
	const at = "s3://b/fleet.json"
	for name, test := range map[string]struct {
		text    string
		refused error
		note    string
	}{
		"denied":         {refused: fmt.Errorf("%w: no", cloud.ErrDenied)},
		"a failure":      {refused: fmt.Errorf("%w: \x1b[2Jno", cloud.ErrInvalid), note: "reading s3://b/fleet.json: "},
		"cut off":        {text: `{"fleet":1,"functions":[{"name":"a","functionArns":["a"],"executionArn":"x:a1","advice":{}}],"verdicts":[{"po`, note: "reading s3://b/fleet.json: unexpected EOF"},
		"no object":      {text: `[]`, note: "reading s3://b/fleet.json: given [; want {"},
		"nothing in it":  {text: `{}`},
		"fewer verdicts": {text: `{"functions":[{"name":"a","functionArns":["a"],"executionArn":"x:a1","advice":{}}],"verdicts":[],"more":{"x":[1]}}`},
		"no advice":      {text: `{"functions":[{"name":"a","functionArns":["a"],"executionArn":"x:a1","outcome":"failed"}],"verdicts":[{}]}`},
		"others":         {text: `{"functions":[{"name":"a","functionArns":["a","b"],"executionArn":"x:a1","advice":{}}],"verdicts":[{}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fakeBucket{objects: map[string][]byte{}, refused: map[string]error{}, outputs: map[string]tuning.Output{"x:a1": adviceOf("a", 512)}}
				if f.objects[at] = []byte(test.text); test.refused != nil {
					f.refused[at] = test.refused
				}
				r := f.rank(t, "run", time.Hour, planned{Name: "a", Functions: []string{"a"}, Execution: "x:a1", Kept: day(1)})
				require.Equal(t, []string{"x:a1"}, f.asked)
				require.Equal(t, 512, r.Rows[0].Advice.Power)
				if test.note == "" {
					require.Empty(t, r.Notes)
					return
				}
				require.Len(t, r.Notes, 1)
				require.Contains(t, r.Notes[0], "the fleet.json before could not be read, so verdicts that are kept were asked for one by one: "+test.note)
				require.NotContains(t, r.Notes[0], "\x1b")
			})
		})
	}
}

// A fleet.json of a version that did not say when advice was given is as old as that.
func TestAdviceOfOlderVersions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fakeBucket{objects: map[string][]byte{"s3://b/fleet.json": []byte(`{"fleet":1,"functions":[{"name":"a","functionArns":["a"],"executionArn":"x:a1","advice":{"power":512}}],
			"execution":{"stopDate":"2026-11-03T04:05:06Z"},"verdicts":[{"power":512}]}`)}}
		r := f.rank(t, "run", writing/2, planned{Name: "a", Functions: []string{"a"}, Execution: "x:a2", Kept: day(20)})
		require.Equal(t, 512, r.Rows[0].Advice.Power)
		require.Equal(t, time.Date(2026, 11, 3, 4, 5, 6, 0, time.UTC), r.Rows[0].AdviceAt)
	})
}
