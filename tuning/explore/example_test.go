package explore_test

import (
	"fmt"
	"math"

	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// A function that computes for 200 ms on one vCPU and waits for 50 ms is explored until Adaptive has seen enough. It is
// 15 % quicker at computing on arm64; a cold start comes before each configuration's samples, and calls vary by 2 %.
func ExampleAdaptive() {
	sizes := []int{128, 256, 512, 1024, 1536, 1769, 2048, 3008}
	prices := map[tuning.Configuration]explore.Price{}
	for architecture, gbSecond := range map[tuning.Architecture]float64{tuning.X86: 0.0000166667, tuning.Arm: 0.0000133334} {
		for _, size := range sizes {
			c := tuning.Configuration{Architecture: architecture, MemorySize: size}
			prices[c] = explore.Price{Invocation: 0.2e-6, Millisecond: gbSecond / 1000 * float64(size) / 1024}
		}
	}
	explorer := explore.Adaptive{
		Architectures: []tuning.Architecture{tuning.X86, tuning.Arm},
		Sizes:         map[tuning.Architecture][]int{tuning.X86: sizes, tuning.Arm: sizes},
		Today:         tuning.Configuration{Architecture: tuning.X86, MemorySize: 512},
		Objective:     explore.Objective{Strategy: tuning.Cost},
		Prices:        prices,
		Budget:        explore.Budget{Spending: explore.Spending{Invocations: 100}},
	}

	invoke := func(c tuning.Configuration, number int) tuning.Sample {
		work := 200.0
		if c.Architecture == tuning.Arm {
			work = 170
		}
		ms := 50 + work*1769/math.Min(float64(c.MemorySize), 1769)
		ms *= 1 + 0.02*math.Sin(float64(7*number+c.MemorySize))
		s := tuning.Sample{Configuration: c, Duration: ms, BilledDuration: math.Ceil(ms), Cold: number == 0}
		if s.Cold {
			s.InitDuration, s.BilledDuration = 120, math.Ceil(ms+120)
		}
		s.Cost = prices[c].Invocation + prices[c].Millisecond*s.BilledDuration
		return s
	}

	var samples []tuning.Sample
	for round := 1; ; round++ {
		measurements := explorer.Next(samples, nil)
		if len(measurements) == 0 {
			break
		}
		for _, m := range measurements {
			fmt.Printf("round %d: %d x %s at %d MB\n", round, m.Samples, m.Architecture, m.MemorySize)
			for number := range m.Samples + 1 {
				samples = append(samples, invoke(m.Configuration, number))
			}
		}
	}
	verdict := explorer.Verdict(samples, nil)
	winner := verdict.Ranking[0]
	fmt.Printf("%s at %d MB is the cheapest after %d of %d invocations, within 1 %% of the best with a probability of %.1f\n",
		winner.Architecture, winner.MemorySize, len(samples), explorer.Budget.Invocations, verdict.WithinOne)
	// Output:
	// round 1: 2 x x86_64 at 512 MB
	// round 1: 1 x arm64 at 128 MB
	// round 1: 1 x arm64 at 3008 MB
	// round 2: 1 x arm64 at 256 MB
	// round 2: 1 x arm64 at 128 MB
	// arm64 at 128 MB is the cheapest after 11 of 100 invocations, within 1 % of the best with a probability of 0.8
}
