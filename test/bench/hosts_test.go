package bench

import (
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/test/figures"
	"github.com/dualarch/dualarch/tuning"
)

// flatInput makes what a function that takes half the time with twice the memory costs the same everywhere.
const flatInput = `{"exploration":"exhaustive","powerValues":[512,1024],"num":5,
	"priceOverrides":{"gbSecondX86":0.000015,"gbSecondArm":0.000015,"request":0}}`

// calibrated is what many runs on one host model come to.
type calibrated struct {
	coverage, width float64 // share of the runs whose interval held the truth; mean width as a share
	across          float64 // coverage of the intervals between architectures alone
	claims          float64 // share of runs on flat functions that claimed a difference
}

// Whatever hosts are like, the interval of what a run advises holds the truth, and nothing false is claimed. The truth
// is the mean over the fleet: that is what is paid.
func TestCalibrationOnHostModels(t *testing.T) {
	for _, m := range hostModels {
		t.Run(m.name, func(t *testing.T) {
			c := calibrateOn(t, m)
			figures.Report(t, "calibration.coverage."+m.name, c.coverage, "share")
			figures.Report(t, "calibration.across."+m.name, c.across, "share")
			figures.Report(t, "calibration.false_claims."+m.name, c.claims, "share")
			least, most := 0.95, 0.03
			switch m.name {
			case "n":
				least = 0.9
			case "j":
				most = 0.05
			case "a":
				figures.Report(t, "calibration.width.a", c.width, "share")
				require.LessOrEqual(t, c.width, 0.13+slack(0.02))
			}
			if m.name == "a" || m.name == "g" {
				found := foundOn(t, m)
				figures.Report(t, "calibration.power10."+m.name, found, "share")
				wanted := map[string]float64{"a": 0.97, "g": 0.93}[m.name]
				require.GreaterOrEqual(t, found, wanted-chanced(wanted))
			}
			require.GreaterOrEqual(t, c.coverage, least-chanced(least))
			require.LessOrEqual(t, c.claims, most+chanced(most)+standardError(most, claimRuns))
		})
	}
}

// Calls of half a minute and more, which are no longer in the same minute, are calibrated too.
func TestCalibrationOfLongFunctions(t *testing.T) {
	var long []lambdasim.Profile
	for _, p := range lambdasim.Profiles() {
		if p.Timing("arm64", 1024).Mean >= 30_000 {
			long = append(long, p)
		}
	}
	require.NotEmpty(t, long)
	n := hostModels[len(hostModels)-1]
	held := share(t, calibrationRuns, func(t *testing.T, seed int) bool {
		return holds(t, n.behavior(long[seed%len(long)]), seed).held
	})
	figures.Report(t, "calibration.coverage.n.long", held, "share")
	require.GreaterOrEqual(t, held, 0.9-chanced(0.9))
}

// claimRuns is how many runs the share of false claims comes from.
const claimRuns = 8000

// calibrateOn does all runs on a model but those that look for 10 %.
func calibrateOn(t *testing.T, m hostModel) (c calibrated) {
	profiles := lambdasim.Profiles()
	var mu sync.Mutex
	var width float64
	var across, acrossHeld int
	count := 0
	c.coverage = share(t, calibrationRuns, func(t *testing.T, seed int) bool {
		h := holds(t, m.behavior(profiles[seed%len(profiles)]), seed)
		mu.Lock()
		defer mu.Unlock()
		count++
		width += h.width
		if h.across {
			across++
			if h.held {
				acrossHeld++
			}
		}
		return h.held
	})
	c.width, c.across = width/float64(count), float64(acrossHeld)/float64(across)
	// To a size at which rounding up to whole milliseconds is nothing.
	flat := m.sameMean(lambdasim.CPUBound(lambdasim.Timing{Mean: 2000, P99: 2400}), 1)
	c.claims = share(t, claimRuns, func(t *testing.T, seed int) bool {
		r := siblings{behavior: m.behavior(flat), seed: uint64(seed), primary: turns(seed)}.decided(t, flatInput).Recommendation
		return r.Confirmed || r.Action == tuning.Change
	})
	return c
}

// foundOn is how often it is found that the other architecture is 10 % cheaper than today's.
func foundOn(t *testing.T, m hostModel) float64 {
	work := lambdasim.CPUBound(lambdasim.Timing{Mean: 2000, P99: 2250})
	input := strings.Replace(flatInput, "[512,1024]", "[512]", 1)
	return share(t, calibrationRuns, func(t *testing.T, seed int) bool {
		s := siblings{seed: uint64(seed), primary: turns(seed), behavior: m.behavior(m.sameMean(work, 1/0.9))}
		if s.primary == tuning.Arm {
			return s.decided(t, input).Recommendation.Action == tuning.Change
		}
		s.behavior = m.behavior(m.sameMean(work, 0.9))
		return s.decided(t, input).Recommendation.Action == tuning.Change
	})
}

// turns has each architecture serve today in one half of the runs.
func turns(seed int) tuning.Architecture {
	return []tuning.Architecture{tuning.Arm, tuning.X86}[seed%2]
}

// held is what one run's interval was.
type held struct {
	held, across bool
	width        float64
}

func holds(t *testing.T, b lambdasim.Behavior, seed int) held {
	o := siblings{behavior: b, seed: uint64(seed)}.decided(t, calibration)
	better, than, interval := claim(t, o)
	truth := 100 * (1 - trueCost(b, better)/trueCost(b, than))
	return held{
		held: interval.Low <= truth && truth <= interval.High, across: better.Architecture != than.Architecture,
		width: (interval.High - interval.Low) / 100,
	}
}

// share is runs with a number of runs of its own.
func share(t *testing.T, count int, happened func(t *testing.T, seed int) bool) float64 {
	t.Helper()
	if !figures.Whole() {
		count = 4 * thinned
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

func standardError(share float64, count int) float64 {
	return math.Sqrt(share * (1 - share) / float64(count))
}

// chanced is what chance makes of a share in few runs, and nothing where all are done.
func chanced(share float64) float64 {
	if figures.Whole() {
		return 0
	}
	return 4 * standardError(share, 4*thinned)
}

// slack is put up with where few runs are done.
func slack(v float64) float64 {
	if figures.Whole() {
		return 0
	}
	return v
}
