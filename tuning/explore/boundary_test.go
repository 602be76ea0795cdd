package explore

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// allSizes are powerValues "ALL" up to 3,008 MB.
var allSizes = func() []int {
	var sizes []int
	for size := 128; size <= 3008; size += 64 {
		sizes = append(sizes, size)
	}
	return sizes
}()

// Small sizes fail in several ways: where they begin to work is found in few rounds, and a good size there.
func TestAdaptiveFindsWhereSizesBeginToWork(t *testing.T) {
	for kind, failure := range map[string]tuning.Failure{"out of memory": {OutOfMemory: true}, "time-outs": {TimedOut: true}, "errors": {}} {
		for _, from := range []int{300, 700, 1500, 2500} {
			for work, typical := range map[string]func(tuning.Configuration) float64{
				"computing": oneThread(200, 200), "waiting": func(tuning.Configuration) float64 { return 100 },
			} {
				t.Run(fmt.Sprint(kind, " below ", from, ", ", work), func(t *testing.T) {
					rounds, failed, worst := 0, 0, 0.0
					for seed := range uint64(5) {
						a := twoTargets(tuning.Cost)
						a.Sizes = map[tuning.Architecture][]int{tuning.X86: allSizes, tuning.Arm: allSizes}
						a.Prices = pricesFor(a.Sizes, a.Today)
						w := &world{random: rand.New(rand.NewPCG(seed, 5)), typical: typical, noise: 0.03, init: 100}
						w.fails = func(c tuning.Configuration) (tuning.Failure, bool) {
							f := failure
							f.Configuration = c
							return f, c.MemorySize < from
						}
						e := w.explore(a)
						works := a
						works.Sizes = map[tuning.Architecture][]int{}
						for _, size := range allSizes {
							if size >= from {
								works.Sizes[tuning.X86], works.Sizes[tuning.Arm] = append(works.Sizes[tuning.X86], size), append(works.Sizes[tuning.Arm], size)
							}
						}
						rounds, failed, worst = max(rounds, len(e.rounds)), max(failed, len(e.failures)), max(worst, truly(works, typical, e.verdict.Ranking[0]))
					}
					t.Logf("at most %d rounds, %d failures, %.3f of regret", rounds, failed, worst)
					require.LessOrEqual(t, failed, 20)
					require.Less(t, worst, 0.01)
					if work == "waiting" {
						require.LessOrEqual(t, rounds, 12)
					}
				})
			}
		}
	}
}
