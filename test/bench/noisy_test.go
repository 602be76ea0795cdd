package bench

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/figures"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// noisySeeds is how many functions of each family and noise the figures come from; `make test` takes one.
const noisySeeds = 16

// If calls vary a lot, exploring adaptively chooses no worse than measuring every size ten times.
func TestExplorationOfNoisyFunctions(t *testing.T) {
	count, slack := noisySeeds, 0.0
	if !figures.Whole() {
		count, slack = 1, 0.1
	}
	for _, sigma := range []float64{0.15, 0.4, 0.8} {
		var mu sync.Mutex
		var adaptive, exhaustive, difference, squares float64
		var jobs []func(*testing.T)
		for i, f := range families {
			for k := range count {
				jobs = append(jobs, func(t *testing.T) {
					seed := uint64(100_000 + (i*200+int(100*sigma))*100 + k)
					b := drawFunction(f, seed, sigma)
					s := siblings{behavior: b, seed: seed, primary: turns(int(seed))}
					truth := truthOf(b, defaultSizes, explore.Objective{Strategy: tuning.Cost})
					all := s.decided(t, `{"exploration":"exhaustive","num":10}`)
					few := truth.regret(s.explored(t, `{"exploration":"adaptive"}`).Ranking[0])
					ten := truth.regret(tuning.Configuration{Architecture: all.Architecture, MemorySize: all.Power})
					mu.Lock()
					defer mu.Unlock()
					adaptive, exhaustive, difference, squares = adaptive+few, exhaustive+ten, difference+few-ten, squares+(few-ten)*(few-ten)
				})
			}
		}
		inParallel(t, jobs)
		runs := float64(len(jobs))
		figures.Report(t, fmt.Sprintf("explore.noisy%.0f.regret_mean", 100*sigma), adaptive/runs, "share")
		figures.Report(t, fmt.Sprintf("explore.noisy%.0f.exhaustive10.regret_mean", 100*sigma), exhaustive/runs, "share")
		standardError := math.Sqrt(squares/runs-difference*difference/runs/runs) / math.Sqrt(runs)
		require.LessOrEqual(t, difference/runs, 2*standardError+slack, "sigma %g", sigma)
	}
}
