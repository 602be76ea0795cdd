package bench

import (
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/test/figures"
	"github.com/dualarch/dualarch/tuning"
)

// calibrationRuns is how many whole executions each of the two figures comes from.
const calibrationRuns = 2000

// thinned is how many of them `make test` does.
const thinned = 50

// hostSigmas are the variances between hosts that the runs take turns with: 1 to 5 %.
var hostSigmas = []float64{0.01, 0.02, 0.05}

// calibration is the input of its runs: two sizes, today's among them, on both architectures.
const calibration = `{"exploration":"exhaustive","powerValues":[512,1024],"num":5}`

// The 95 % interval of the recommendation holds the true advantage in 95 % of runs or more, over all workloads measured
// on real Lambda at five sizes or more.
func TestCalibrationOfTheInterval(t *testing.T) {
	profiles := lambdasim.Profiles()
	held := runs(t, func(t *testing.T, seed int) bool {
		b := lambdasim.Behavior{Workload: profiles[seed%len(profiles)], HostSigma: hostSigmas[seed%len(hostSigmas)]}
		o := siblings{behavior: b, seed: uint64(seed)}.tune(t, calibration).output
		better, than, interval := claim(t, o)
		truth := 100 * (1 - trueCost(b, better)/trueCost(b, than))
		return interval.Low <= truth && truth <= interval.High
	})
	figures.Report(t, "calibration.coverage", held, "share")
	require.GreaterOrEqual(t, held, 0.95-tolerance(0, 0.95))
}

// Where no configuration costs less than another, a difference is claimed in at most 5 % of runs.
func TestCalibrationOfFlatFunctions(t *testing.T) {
	// Twice the memory takes half the time, to a size at which rounding up to whole milliseconds is nothing.
	work := lambdasim.CPUBound(lambdasim.Timing{Mean: 2000, P99: 2400})
	claimed := runs(t, func(t *testing.T, seed int) bool {
		b := lambdasim.Behavior{Workload: work, HostSigma: hostSigmas[seed%len(hostSigmas)]}
		o := siblings{behavior: b, seed: uint64(seed)}.tune(t, `{"exploration":"exhaustive","powerValues":[512,1024],"num":5,
			"priceOverrides":{"gbSecondX86":0.000015,"gbSecondArm":0.000015,"request":0}}`).output
		return o.Recommendation.Confirmed || o.Recommendation.Action == tuning.Change
	})
	figures.Report(t, "calibration.false_claims", claimed, "share")
	require.LessOrEqual(t, claimed, 0.03+tolerance(0.02, 0.05))
}

// claim is what a run says about cost: which configuration is better than which, by how much. Each run
// says one such thing: the winner, or what is advised in its place, against today's configuration, or
// today's own, where that has won, against the other architecture's best.
func claim(t *testing.T, o tuning.Output) (better, than tuning.Configuration, by tuning.Interval) {
	r := o.Recommendation
	better = tuning.Configuration{Architecture: o.Architecture, MemorySize: o.Power}
	if r.Action == tuning.Change {
		better = tuning.Configuration{Architecture: r.Architecture, MemorySize: r.Power}
	}
	against := r.Today
	if against == nil {
		against = r.OtherArchitecture
	}
	require.NotNil(t, against, r.Text)
	return better, tuning.Configuration{Architecture: against.Architecture, MemorySize: against.Power}, against.Cheaper
}

// trueCost is what a warm invocation costs in the mean, in USD. Hosts' factors have the mean 1, and
// durations in hundredths of a millisecond are rounded up by 0.495 ms on average.
func trueCost(b lambdasim.Behavior, c tuning.Configuration) float64 {
	p := pricesOf(c.Architecture)
	request, second := p.Invocation(c.MemorySize, 0), p.Invocation(c.MemorySize, 1000)
	billed := b.MeanDuration(string(c.Architecture), c.MemorySize) + 0.495
	return request + billed/1000*(second-request)
}

// runs does all runs, or the first ones of them, with seeds from 0, and returns the share of those in
// which something happened.
func runs(t *testing.T, happened func(t *testing.T, seed int) bool) float64 {
	count := thinned
	if figures.Whole() {
		count = calibrationRuns
	}
	var mu sync.Mutex
	yes := 0
	jobs := make([]func(*testing.T), count)
	for seed := range jobs {
		jobs[seed] = func(t *testing.T) {
			if happened(t, seed) {
				mu.Lock()
				yes++
				mu.Unlock()
			}
		}
	}
	inParallel(t, jobs)
	return float64(yes) / float64(count)
}

// tolerance is the given one where all runs are done, else what chance makes of a share in the thinned
// number of them once in ten thousand times.
func tolerance(whole, share float64) float64 {
	if figures.Whole() {
		return whole
	}
	return 4 * math.Sqrt(share*(1-share)/thinned)
}
