package bench

import (
	"fmt"
	"slices"
	"testing"

	"github.com/dualarch/dualarch/test/figures"
	"github.com/dualarch/dualarch/tuning"
)

// grid is a list of memory sizes that exploring has to find its way in.
type grid struct {
	name   string
	sizes  []int
	limits map[tuning.Strategy]limits
	// thinned is the strategy that `make test` takes, for whose runs there is time there.
	thinned tuning.Strategy
}

// grids are all that Lambda offers, with the size of each further vCPU, and what AWS Lambda Power Tuning calls all sizes.
var grids = []grid{
	{"grid10240", slices.Concat(defaultSizes, []int{3538, 5307, 7076, 8845, 10_240}), map[tuning.Strategy]limits{
		tuning.Cost:     {share: 0.1, totalShare: 0.15, worse: 0.002, p95: 0.035, archRight: 0.95, rounds: 5},
		tuning.Balanced: {share: 0.17, totalShare: 0.24, worse: 0.004, p95: 0.045, archRight: 0.95, rounds: 5},
		tuning.Speed:    {share: 0.3, totalShare: 0.46, worse: 0.003, p95: 0.04, archRight: 0.92, rounds: 5},
	}, tuning.Speed},
	{"all46", sizes(46), map[tuning.Strategy]limits{
		tuning.Cost:     {share: 0.05, totalShare: 0.08, worse: 0.002, p95: 0.035, archRight: 0.95, rounds: 7},
		tuning.Balanced: {share: 0.07, totalShare: 0.12, worse: 0.004, p95: 0.04, archRight: 0.95, rounds: 7},
		tuning.Speed:    {share: 0.05, totalShare: 0.12, worse: 0.003, p95: 0.04, archRight: 0.9, rounds: 5},
	}, tuning.Cost},
}

// Functions with threads are explored among more and larger memory sizes than the default ones.
func TestExplorationOfGrids(t *testing.T) {
	for _, g := range grids {
		strategies := []tuning.Strategy{tuning.Cost, tuning.Balanced, tuning.Speed}
		if !figures.Whole() {
			strategies = []tuning.Strategy{g.thinned}
		}
		for _, strategy := range strategies {
			t.Run(g.name+"/"+string(strategy), func(t *testing.T) {
				methods := methods[:2]
				runs := exploreAll(t, g.sizes, threaded(), strategy, methods)
				var s [2]summary
				for i, m := range methods {
					s[i] = summarize(runs[i], runs[1])
					s[i].report(t, fmt.Sprint("explore.", g.name, ".", strategy, m.name))
				}
				g.limits[strategy].require(t, s[0], s[1])
			})
		}
	}
}

// It is as right there as it says.
func TestCertaintyOnGrids(t *testing.T) {
	families := multiCore
	if !figures.Whole() {
		families = multiCore[:3]
	}
	for _, g := range grids {
		t.Run(g.name, func(t *testing.T) { certainty(t, "explore."+g.name+".certainty", g.sizes, families, 6) })
	}
}
