package bench

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/test/figures"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// exploreSeeds is how many runs of each workload the figures come from; `make test` does fewer.
const exploreSeeds, thinnedSeeds = 20, 1

// limits are what a strategy's figures have to keep.
type limits struct {
	share, totalShare, p95, archRight float64
	// worse is how much the mean regret may be above that of exhaustive exploration with num 10.
	worse float64
	// rounds is the most that explore in half of the runs.
	rounds float64
}

var exploreLimits = map[tuning.Strategy]limits{
	tuning.Cost:     {share: 0.14, totalShare: 0.185, worse: 0.002, p95: 0.03, archRight: 0.97, rounds: 5},
	tuning.Balanced: {share: 0.2, totalShare: 0.24, worse: 0.002, p95: 0.035, archRight: 0.95, rounds: 5},
	tuning.Speed:    {share: 0.2, totalShare: 0.3, worse: 0.002, p95: 0.03, archRight: 0.95, rounds: 5},
}

// heldOutLimits are for functions that are rougher than most, on purpose: two runs in eighty miss them by so much that the
// mean regret has a standard error of 0.4 %.
var heldOutLimits = limits{share: 0.185, totalShare: 0.4, worse: 0.008, p95: 0.11, archRight: 0.95, rounds: 5}

// method is a way to explore, by its input.
type method struct{ name, input string }

var methods = []method{
	{"", `"exploration":"adaptive"`},
	{".exhaustive10", `"exploration":"exhaustive","num":10`},
	{".exhaustive50", `"exploration":"exhaustive","num":50`},
}

// exploredRun is what one execution cost and how well it chose.
type exploredRun struct {
	cost, total                      float64 // USD, of exploring and with the confirmation
	withReference                    float64 // USD, of exploring and with the reference confirmation
	whole, wholeReference            float64 // USD, of the whole run, and of the reference design's
	regret                           float64
	archRight, archConfirmed         bool
	invocations, rounds, transitions int
}

// TestExploration compares adaptive exploration with exhaustive exploration in whole executions: what
// each costs and how good the winner truly is. The winner is output's power; confirming it comes after.
func TestExploration(t *testing.T) {
	for _, strategy := range []tuning.Strategy{tuning.Cost, tuning.Balanced, tuning.Speed} {
		t.Run(string(strategy), func(t *testing.T) {
			prefix := "explore." + string(strategy)
			methods, workloads := methods, benchmarked()
			if !figures.Whole() {
				methods = methods[:2] // num 50 is only there to be compared with
				if strategy != tuning.Cost {
					workloads = stresses()
				}
			}
			runs := exploreAll(t, defaultSizes, workloads, strategy, methods)
			reference := runs[1]
			reported := make([]summary, len(methods))
			for i, m := range methods {
				reported[i] = summarize(runs[i], reference)
				reported[i].report(t, prefix+m.name)
			}
			exploreLimits[strategy].require(t, reported[0], reported[1])
		})
	}
}

// The method's settings were not chosen on these functions.
func TestExplorationOfHeldOutFunctions(t *testing.T) {
	runs := exploreAll(t, defaultSizes, heldOut(), tuning.Cost, methods[:2])
	adaptive, exhaustive := summarize(runs[0], runs[1]), summarize(runs[1], runs[1])
	adaptive.report(t, "explore.held_out")
	exhaustive.report(t, "explore.held_out.exhaustive10")
	heldOutLimits.require(t, adaptive, exhaustive)
}

// shortLimit is what a whole run of short functions may cost, by the reference design's.
const shortLimit = 0.9

// A run of functions whose calls cost less than a state transition is weighed by all that it costs.
func TestExplorationOfShortFunctions(t *testing.T) {
	for _, strategy := range []tuning.Strategy{tuning.Cost, tuning.Balanced, tuning.Speed} {
		runs := exploreAll(t, defaultSizes, short(), strategy, methods[:2])
		s := summarize(runs[0], runs[1])
		figures.Report(t, "explore.short."+string(strategy)+".cost_ratio", s.run, "ratio")
		figures.Report(t, "explore.short."+string(strategy)+".regret_mean", s.regretMean, "share")
		require.LessOrEqual(t, s.run, shortLimit+tolerance(0, 0.05))
	}
}

// exploreAll has every method choose among memory sizes for every workload with every seed, in the same order for each
// method.
func exploreAll(t *testing.T, sizes []int, workloads []workload, strategy tuning.Strategy, methods []method) [][]exploredRun {
	seeds := thinnedSeeds
	if figures.Whole() {
		seeds = exploreSeeds
	}
	runs := make([][]exploredRun, len(methods))
	for i := range runs {
		runs[i] = make([]exploredRun, len(workloads)*seeds)
	}
	var jobs []func(t *testing.T)
	for w, workload := range workloads {
		for seed := range seeds {
			for i, m := range methods {
				jobs = append(jobs, func(t *testing.T) {
					// Each run has hosts of its own.
					runs[i][w*seeds+seed] = exploreOnce(t, sizes, workload, uint64(w*exploreSeeds+seed), strategy, m)
				})
			}
		}
	}
	inParallel(t, jobs)
	return runs
}

func exploreOnce(t *testing.T, sizes []int, w workload, seed uint64, strategy tuning.Strategy, m method) exploredRun {
	b := w.behavior(seed)
	f := siblings{behavior: b, seed: seed, primary: turns(int(seed))}.tune(t, fmt.Sprintf(`{"strategy":%q,"powerValues":%s,%s}`, strategy, asJSON(t, sizes), m.input))
	run := exploredRun{total: f.output.StateMachine.LambdaCost, rounds: f.rounds(t), transitions: f.transitions}
	for _, target := range f.output.Targets {
		for _, size := range target.Sizes {
			run.invocations += size.Samples
			for _, s := range []*tuning.Spread{size.Warm, size.Cold} {
				if s != nil {
					run.cost += float64(s.Samples) * s.MeanCost
				}
			}
		}
	}
	run.withReference = run.cost + referenceConfirmation(f.output)
	run.whole = f.output.StateMachine.ExecutionCost + f.output.StateMachine.TunerCost + f.output.StateMachine.LambdaCost
	run.wholeReference = run.withReference + referenceOverhead(f.output)
	truth := truthOf(b, sizes, explore.Objective{Strategy: strategy, Weight: 0.5, Trim: trim})
	run.regret = truth.regret(tuning.Configuration{Architecture: f.output.Architecture, MemorySize: f.output.Power})
	run.archRight = truth.rightArchitecture(f.output.Architecture)
	run.archConfirmed = !f.output.Comparison.OtherArchitecture.Estimated
	return run
}

// rounds counts those that explored.
func (f finished) rounds(t *testing.T) int {
	last := 0
	for _, event := range f.History() {
		if event.Type != "TaskStateExited" || event.Name != "Prepare" {
			continue
		}
		var s run.State
		require.NoError(t, json.Unmarshal([]byte(event.Output), &s))
		if s.Round.Phase == run.PhaseExplore {
			last = max(last, s.Round.Number)
		}
	}
	return last
}

// summary is what a method's runs come to.
type summary struct {
	runs                        int
	share, totalShare           float64 // of what exhaustive exploration with num 10 cost, with the reference confirmation if with one
	confirmation                float64 // the confirmation's part of totalShare, which no way to explore can save
	run                         float64 // of what the reference design's whole run costs
	regretMean, regretP95       float64
	within2, archRight          float64 // shares of the runs
	archConfirmed               float64 // share of the runs with fresh samples of the other architecture at its best size
	invocations, rounds, median float64 // median is that of the rounds
	transitions                 float64
}

func summarize(runs, reference []exploredRun) summary {
	s := summary{runs: len(runs)}
	var regrets, rounds []float64
	one := 1 / float64(len(runs))
	for i, r := range runs {
		s.share += one * r.cost / reference[i].cost
		s.totalShare += one * r.total / reference[i].withReference
		s.confirmation += one * (r.total - r.cost) / reference[i].withReference
		s.run += one * r.whole / reference[i].wholeReference
		s.regretMean += one * r.regret
		if r.regret <= 0.02 {
			s.within2++
		}
		if r.archRight {
			s.archRight++
		}
		if r.archConfirmed {
			s.archConfirmed += one
		}
		s.invocations += one * float64(r.invocations)
		s.rounds += one * float64(r.rounds)
		s.transitions += one * float64(r.transitions)
		regrets, rounds = append(regrets, r.regret), append(rounds, float64(r.rounds))
	}
	s.within2, s.archRight = s.within2/float64(len(runs)), s.archRight/float64(len(runs))
	slices.Sort(regrets)
	slices.Sort(rounds)
	s.regretP95, s.median = regrets[int(math.Ceil(0.95*float64(len(regrets))))-1], rounds[len(rounds)/2]
	return s
}

func (s summary) report(t *testing.T, prefix string) {
	t.Helper()
	for _, f := range []struct {
		name  string
		value float64
		unit  string
	}{
		{"share", s.share, "share"}, {"total_share", s.totalShare, "share"}, {"architecture_confirmed", s.archConfirmed, "share"},
		{"confirmation_share", s.confirmation, "share"}, {"run_ratio", s.run, "ratio"},
		{"regret_mean", s.regretMean, "share"}, {"regret_p95", s.regretP95, "share"},
		{"within2", s.within2, "share"}, {"arch_right", s.archRight, "share"},
		{"invocations", s.invocations, "invocations"}, {"rounds", s.rounds, "rounds"},
		{"transitions", s.transitions, "transitions"},
	} {
		figures.Report(t, prefix+"."+f.name, f.value, f.unit)
	}
}

// regretSpread is the standard deviation of by how much one run's regret is above that of measuring everything.
const regretSpread = 0.018

// require holds a method's figures against their limits. Few runs are only held against limits that a
// method which has stopped working would miss: their worst is what chance makes of it.
func (l limits) require(t *testing.T, s, exhaustive10 summary) {
	t.Helper()
	if !figures.Whole() {
		l.share, l.totalShare, l.p95 = 1.3*l.share, 1.8*l.totalShare, 0.2
		l.worse += 4 * regretSpread / math.Sqrt(float64(s.runs))
		l.archRight -= 4 * standardError(l.archRight, s.runs)
	}
	require.LessOrEqual(t, s.share, l.share)
	require.LessOrEqual(t, s.totalShare, l.totalShare)
	require.LessOrEqual(t, s.regretMean, exhaustive10.regretMean+l.worse)
	require.LessOrEqual(t, s.regretP95, l.p95)
	require.GreaterOrEqual(t, s.archRight, l.archRight)
	if figures.Whole() {
		require.LessOrEqual(t, s.median, l.rounds)
	}
}

// inParallel does jobs in as many subtests as there are workers.
func inParallel(t *testing.T, jobs []func(t *testing.T)) {
	const workers = 4
	var mu sync.Mutex
	next := 0
	t.Run("runs", func(t *testing.T) {
		for worker := range workers {
			t.Run(fmt.Sprint(worker), func(t *testing.T) {
				t.Parallel()
				for {
					mu.Lock()
					at := next
					next++
					mu.Unlock()
					if at >= len(jobs) {
						return
					}
					jobs[at](t)
				}
			})
		}
	})
}
