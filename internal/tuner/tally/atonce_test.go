package tally

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/report"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// call is an invocation as the test tells it, in ms.
type call struct {
	sent, took, lasted int
	cold               bool
	source             tuning.Source
}

// Sandboxes of one version are told apart by what only several could have done: run at one moment.
func TestSandboxesAreSeveralIfTheirInvocationsRanAtOneMoment(t *testing.T) {
	for name, test := range map[string]struct {
		calls []call
		want  []int // their sandboxes
	}{
		"at once":             {[]call{{sent: 0, took: 112, lasted: 100}, {sent: 1, took: 110, lasted: 100}, {sent: 3, took: 115, lasted: 100}}, []int{40, 41, 42}},
		"one after the other": {[]call{{sent: 0, took: 112, lasted: 100}, {sent: 0, took: 215, lasted: 100}}, []int{40, 40}},
		// The third may have waited for the sandbox of the first.
		"all but one":                        {[]call{{sent: 0, took: 112, lasted: 100}, {sent: 1, took: 110, lasted: 100}, {sent: 3, took: 215, lasted: 100}}, []int{40, 40, 40}},
		"too short for the way":              {[]call{{sent: 0, took: 20, lasted: 8}, {sent: 0, took: 20, lasted: 8}}, []int{40, 40}},
		"long and short":                     {[]call{{sent: 0, took: 1010, lasted: 1000}, {sent: 0, took: 40, lasted: 30}}, []int{40, 41}},
		"not a moment to spare":              {[]call{{sent: 0, took: 110, lasted: 100}, {sent: 90, took: 110, lasted: 100}}, []int{40, 40}},
		"a millisecond to spare":             {[]call{{sent: 0, took: 110, lasted: 100}, {sent: 89, took: 110, lasted: 100}}, []int{40, 41}},
		"works on after its answer":          {[]call{{sent: 0, took: 90, lasted: 100}, {sent: 0, took: 110, lasted: 100}}, []int{40, 40}},
		"no report":                          {[]call{{sent: 0, took: 100, lasted: 100, source: tuning.ClientClock}, {sent: 0, took: 110, lasted: 100}}, []int{40, 40}},
		"cold ones are nobody's":             {[]call{{sent: 0, took: 700, lasted: 100, cold: true}, {sent: 800, took: 110, lasted: 100}, {sent: 800, took: 110, lasted: 100}}, []int{40, 41, 42}},
		"a sandbox was replaced in the wave": {[]call{{sent: 0, took: 110, lasted: 100}, {sent: 0, took: 700, lasted: 100, cold: true}, {sent: 710, took: 110, lasted: 100}}, []int{40, 41, 40}},
	} {
		t.Run(name, func(t *testing.T) {
			v := &Version{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Lanes: len(test.calls), AtOnce: true, firstSandbox: 40}
			part := Part{Version: v, Published: run.PublishedVersion{Configuration: v.Configuration}, Pending: make([]int, len(test.calls))}
			all := New(&run.State{}, []Part{part}, true, Allow(nil, nil, 0))
			begun := time.Now()
			for lane, c := range test.calls {
				source := tuning.LogTail
				if c.source != "" {
					source = c.source
				}
				all.Keep(v, 0, Taken{
					At: begun.Add(time.Duration(c.sent) * time.Millisecond), Elapsed: time.Duration(c.took) * time.Millisecond,
					Sample: tuning.Sample{Configuration: v.Configuration, Confirming: true, Cold: c.cold, Duration: float64(c.lasted), Source: source},
				}, all.SandboxID(v, lane))
			}
			var got []int
			for _, s := range all.Samples([]*Version{v}) {
				got = append(got, s.Sandbox)
			}
			require.Equal(t, test.want, got)
		})
	}
}

// What cannot have run at one moment for certain is told apart by log streams.
func TestSandboxesAreSeveralIfTheirLogStreamsAre(t *testing.T) {
	logged := func(id, stream string) report.Logged {
		return report.Logged{Stream: stream, Text: "REPORT RequestId: " + id + "\tDuration: 8.00 ms\tBilled Duration: 8 ms\tMemory Size: 512 MB\tMax Memory Used: 20 MB"}
	}
	for name, test := range map[string]struct {
		found   [][]report.Logged // by query
		sought  bool              // still, after all queries
		want    []int
		overlap bool
	}{
		"one each":             {found: [][]report.Logged{{logged("0", "a"), logged("1", "b"), logged("2", "c")}}, want: []int{40, 41, 42}},
		"not in their order":   {found: [][]report.Logged{{logged("2", "c"), logged("0", "b"), logged("1", "a")}}, want: []int{40, 41, 42}},
		"two in one":           {found: [][]report.Logged{{logged("0", "a"), logged("1", "b"), logged("2", "a")}}, want: []int{40, 41, 40}},
		"one late":             {found: [][]report.Logged{{logged("0", "a"), logged("1", "b")}, {logged("0", "a"), logged("1", "b"), logged("2", "c")}}, want: []int{40, 41, 42}},
		"one missing":          {found: [][]report.Logged{{logged("0", "a"), logged("1", "b")}}, sought: true, want: []int{40, 41, 40}},
		"one in two places":    {found: [][]report.Logged{{logged("0", "a"), logged("1", "b"), logged("2", "c"), logged("2", "d")}}, want: []int{40, 41, 40}},
		"printed by another":   {found: [][]report.Logged{{logged("0", "a"), logged("1", "b"), logged("9", "e")}}, want: []int{40, 41, 40}},
		"the first missing":    {found: [][]report.Logged{{logged("1", "b"), logged("2", "c")}}, sought: true, want: []int{40, 40, 41}},
		"none":                 {found: [][]report.Logged{{}}, sought: true, want: []int{40, 40, 40}},
		"nobody needs to look": {overlap: true, want: []int{40, 41, 42}},
	} {
		t.Run(name, func(t *testing.T) {
			v := &Version{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Lanes: 3, AtOnce: true, firstSandbox: 40}
			part := Part{Version: v, Published: run.PublishedVersion{Configuration: v.Configuration}, Pending: make([]int, 3)}
			all := New(&run.State{}, []Part{part}, true, Allow(nil, nil, 0))
			begun, elapsed := time.Now(), 30*time.Millisecond
			if test.overlap {
				elapsed = 9 * time.Millisecond
			}
			for lane := range 3 {
				number, _, _ := all.Take(v, time.Hour)
				all.Keep(v, number, Taken{
					At: begun, Elapsed: elapsed, RequestID: strconv.Itoa(lane),
					Sample: tuning.Sample{Configuration: v.Configuration, Confirming: true, Duration: 8, Source: tuning.LogTail},
				}, all.SandboxID(v, lane))
			}
			for _, found := range test.found {
				since, alone, ok := all.ReportsSince(v)
				require.True(t, ok && alone)
				require.Equal(t, begun, since)
				all.UseReports(v, found)
			}
			_, _, sought := all.ReportsSince(v)
			require.Equal(t, test.sought, sought)
			var got []int
			for _, s := range all.Samples([]*Version{v}) {
				got = append(got, s.Sandbox)
				require.Equal(t, tuning.LogTail, s.Source, "its report was there")
			}
			require.Equal(t, test.want, got)
		})
	}
}

// The way to an invocation and back is the median of what warm ones took beside their reports' durations.
func TestTheOverheadIsAMedian(t *testing.T) {
	v := &Version{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Lanes: 1, sandboxStep: 1}
	all := New(&run.State{}, []Part{{Version: v, Published: run.PublishedVersion{Configuration: v.Configuration}}}, true, Allow(nil, nil, 0))
	keep := func(took, lasted int, cold bool, source tuning.Source) {
		all.Keep(v, 0, Taken{Elapsed: time.Duration(took) * time.Millisecond, Sample: tuning.Sample{Cold: cold, Duration: float64(lasted), Source: source}}, 0)
	}
	state := run.State{Overhead: 7}
	all.Store(&state, []*Version{v}, price.Terms{})
	require.InDelta(t, 7, state.Overhead, 0, "nothing is known of it yet")
	keep(900, 100, true, tuning.LogTail)
	keep(100, 100, false, tuning.ClientClock)
	keep(300, 100, false, tuning.LogTail)
	keep(109, 100, false, tuning.LogTail)
	keep(111, 100, false, tuning.CloudWatchLogs)
	all.Store(&state, []*Version{v}, price.Terms{})
	require.InDelta(t, 11, state.Overhead, 1e-9)
}

// The largest answers of all Measure calls are handed on.
func TestTheLargestAnswersAreHandedOn(t *testing.T) {
	v := &Version{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Lanes: 1, sandboxStep: 1}
	state := run.State{}
	for _, sizes := range [][]int64{{}, {100, 300, 200}, {50}, {}} {
		all := New(&state, []Part{{Version: v, Published: run.PublishedVersion{Configuration: v.Configuration}}}, true, Allow(nil, nil, 0))
		for _, size := range sizes {
			all.Answered(v, time.Millisecond, size)
		}
		all.Store(&state, []*Version{v}, price.Terms{})
	}
	require.Equal(t, map[tuning.Architecture]int64{tuning.Arm: 300}, state.LargestAnswers)
}
