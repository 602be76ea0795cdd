package tally

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

func TestUnansweredInvocationsAreEstimated(t *testing.T) {
	usual := func(ms ...float64) *progress {
		v := &progress{version: &Version{Target: run.Target{Timeout: 60}}}
		for _, billed := range ms {
			v.taken = append(v.taken, Taken{Sample: tuning.Sample{BilledDuration: billed}})
		}
		return v
	}
	slowest := usual()
	slowest.Slowest = 700
	for name, test := range map[string]struct {
		version *progress
		lost    unanswered
		want    float64 // ms
	}{
		"lost at once":                        {usual(100, 300), unanswered{elapsed: 5 * time.Millisecond}, 200},
		"lost late":                           {usual(100, 300), unanswered{elapsed: 900 * time.Millisecond}, 900},
		"lost before any other":               {usual(), unanswered{elapsed: 5 * time.Millisecond}, 5},
		"lost, others in an earlier step":     {slowest, unanswered{elapsed: 5 * time.Millisecond}, 700},
		"cut short, shorter than the others":  {usual(100, 300), unanswered{elapsed: 50 * time.Millisecond, goesOn: true}, 200},
		"cut short, longer than the others":   {usual(100, 300), unanswered{elapsed: time.Second, goesOn: true}, 60_000},
		"cut short, nothing is known of them": {usual(), unanswered{elapsed: time.Second, goesOn: true}, 60_000},
	} {
		t.Run(name, func(t *testing.T) {
			require.InDelta(t, test.want, test.version.estimateDuration(test.lost), 1e-9)
		})
	}
}

func TestFailuresAreBilledByTheirReport(t *testing.T) {
	v := &progress{version: &Version{Target: run.Target{Timeout: 60}}, PublishedVersion: run.PublishedVersion{Configuration: tuning.Configuration{MemorySize: 1024}}}
	v.fail(Taken{Sample: tuning.Sample{Source: tuning.LogTail, BilledDuration: 500}}, false)
	v.fail(Taken{Sample: tuning.Sample{Source: tuning.LogTail, BilledDuration: 60_000}}, true)
	v.fail(Taken{Sample: tuning.Sample{Source: tuning.ClientClock, BilledDuration: 61_234}}, true) // with the network
	v.fail(Taken{Sample: tuning.Sample{Source: tuning.ClientClock, BilledDuration: 1234}}, false)
	var u run.BilledWithoutSample
	v.addUnsampled(&u, price.For(price.Terms{Overrides: price.Overrides{GBSecondX86: new(1.0), Request: new(0.0)}}, price.Function{Region: "us-east-1", Architecture: tuning.X86}))
	require.Equal(t, 4, u.Count)
	require.Equal(t, 2, u.Estimated)
	require.InDelta(t, 0.5+60+60+1.234, u.Cost, 1e-9)
}
