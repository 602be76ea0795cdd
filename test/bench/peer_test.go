package bench

import (
	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// What AWS Lambda Power Tuning's own Lambdas are, by its template.
const (
	peerMemorySize   = 128 // MB
	peerArchitecture = tuning.X86
	transitionPrice  = 0.000025 // USD in us-east-1
)

// peerTransitions is what the peer's state machine takes for two functions, one run each: 6 states, and 3
// a memory size.
func peerTransitions(sizes int) int { return 2 * (6 + 3*sizes) }

// peerCost is what the peer's two runs cost at least, in USD: their transitions, the invocations, the
// first of each size cold, and its executor, which waits for them one after the other. Its other Lambdas,
// one of which waits for every version to be published, are left out.
func peerCost(b lambdasim.Behavior, sizes []int) float64 {
	cost := transitionPrice * float64(peerTransitions(len(sizes)))
	executor := pricesOf(peerArchitecture)
	for _, architecture := range []tuning.Architecture{tuning.X86, tuning.Arm} {
		for _, size := range sizes {
			c := tuning.Configuration{Architecture: architecture, MemorySize: size}
			ms := samples*b.MeanDuration(string(architecture), size) + coldStart
			cost += executor.Invocation(peerMemorySize, ms)
			cost += samples*trueCost(b, c) + pricesOf(architecture).Invocation(size, coldStart) - pricesOf(architecture).Invocation(size, 0)
		}
	}
	return cost
}

// coldStart is how long the simulator's initialisations take in the mean, in ms.
const coldStart = 120

// pricesOf are us-east-1's.
func pricesOf(architecture tuning.Architecture) price.Prices {
	return price.For(price.Terms{}, run.Target{
		Function: "arn:aws:lambda:us-east-1:123456789012:function:prime", Architecture: architecture,
	}.Priced())
}
