package bench

import "github.com/dualarch/dualarch/tuning"

// referenceConfirmation is what confirming cost before there were looks, in USD: five sandboxes each of the winner, of
// today's configuration and of the other architecture's best, with a cold and five warm calls. Shares are reckoned of
// exhaustive exploration with that, so that a cheaper confirmation does not make them larger.
func referenceConfirmation(o tuning.Output) (cost float64) {
	confirmed := inReferenceConfirmation(o)
	for _, target := range o.Targets {
		for _, size := range target.Sizes {
			if confirmed[tuning.Configuration{Architecture: target.Architecture, MemorySize: size.Power}] {
				cost += 5*size.Cold.MeanCost + 25*size.Warm.MeanCost
			}
		}
	}
	return cost
}

// inReferenceConfirmation holds the configurations that it confirmed.
func inReferenceConfirmation(o tuning.Output) map[tuning.Configuration]bool {
	confirmed := map[tuning.Configuration]bool{{Architecture: o.Architecture, MemorySize: o.Power}: true}
	for _, v := range []*tuning.Versus{o.Comparison.Today, o.Comparison.OtherArchitecture} {
		if v != nil {
			confirmed[tuning.Configuration{Architecture: v.Architecture, MemorySize: v.Power}] = true
		}
	}
	return confirmed
}

// referenceOverhead is what the reference design's run costs beside its invocations, in USD: 14 transitions, and the
// tuner's own Lambdas, as they were at 86f3110: 26.5 GB-seconds, and 1 GB for as long as the slowest configuration that is
// explored takes for a cold and ten warm calls, and the slowest that is confirmed for a cold and five.
func referenceOverhead(o tuning.Output) float64 {
	const gbSecond, fixed = 0.0000133334, 26.5
	exploring, confirming := 0.0, 0.0
	for _, target := range o.Targets {
		for _, size := range target.Sizes {
			if size.Warm == nil {
				continue
			}
			exploring = max(exploring, 11*size.Warm.Mean)
			if c := (tuning.Configuration{Architecture: target.Architecture, MemorySize: size.Power}); inReferenceConfirmation(o)[c] {
				confirming = max(confirming, 6*size.Warm.Mean)
			}
		}
	}
	return 14*transitionPrice + gbSecond*(fixed+(exploring+confirming)/1000)
}
