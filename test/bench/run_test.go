package bench

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/test/figures"
)

// samples is how often each memory size is measured.
const samples = 10

// defaultSizes are the memory sizes of the construct's defaults, in MB.
var defaultSizes = []int{128, 256, 512, 1024, 1536, 1769, 2048, 3008}

// sizes are n memory sizes: the defaults, a part of them, or as many in steps of 64 MB.
func sizes(n int) []int {
	if n <= len(defaultSizes) {
		return defaultSizes[:n]
	}
	var list []int
	for i := range n {
		list = append(list, 128+64*i)
	}
	return list
}

// measured is the function that the figures of a run are about: 0.15 to 2 s, measured on real Lambda.
func measured() siblings {
	return siblings{behavior: lambdasim.Behavior{Workload: lambdasim.FindProfile("cpu-intensive/rust"), HostSigma: 0.02}}
}

// A run of both siblings takes at most a quarter of the transitions of the peer's two runs, and no more
// for 46 memory sizes than for 3.
func TestTransitions(t *testing.T) {
	runs := map[int]finished{}
	for _, n := range []int{3, 8, 10, 46} {
		runs[n] = measured().tune(t, exhaustive(sizes(n)))
		figures.Report(t, fmt.Sprintf("tuner.transitions.sizes%d.targets2", n), float64(runs[n].transitions), "transitions")
		require.Equal(t, runs[3].transitions, runs[n].transitions, "%d sizes", n)
	}
	figures.Report(t, "peer.transitions.sizes8.targets2", float64(peerTransitions(8)), "transitions")
	require.LessOrEqual(t, 4*runs[8].transitions, peerTransitions(8))
	figures.Report(t, "tuner.lambda_ms.sizes8.targets2", float64(runs[8].lambdaTime().Milliseconds()), "ms")

	ours, theirs := runs[8].output.StateMachine, peerCost(measured().behavior, sizes(8))
	total := ours.ExecutionCost + ours.TunerCost + ours.LambdaCost
	figures.Report(t, "tuner.cost.sizes8.targets2", total, "USD")
	figures.Report(t, "peer.cost.sizes8.targets2", theirs, "USD")
	figures.Report(t, "tuner.cost.ratio", total/theirs, "ratio")
}
