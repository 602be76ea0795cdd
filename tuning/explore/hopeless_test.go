package explore

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// The other architecture has no chance if it is much worse everywhere, and only then.
func TestTheOtherArchitectureMayHaveNoChance(t *testing.T) {
	for name, test := range map[string]struct {
		x86, arm float64
		hopeless bool
	}{
		"as fast, and paid more for":                {100, 100, true},
		"worse by less than hosts may differ":       {82, 100, false},
		"better":                                    {60, 100, true}, // then arm64 is the other one
		"twice as slow":                             {200, 100, true},
		"as fast as makes up for what is paid more": {80, 100, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := twoTargets(tuning.Cost)
			w := world{random: rand.New(rand.NewPCG(1, 1)), typical: oneThread(test.x86, test.arm), noise: 0.02, init: 100}
			require.Equal(t, test.hopeless, w.explore(a).verdict.OtherHopeless)
		})
	}
	a := twoTargets(tuning.Cost)
	a.Architectures = []tuning.Architecture{tuning.Arm}
	w := world{random: rand.New(rand.NewPCG(1, 1)), typical: oneThread(100, 100), noise: 0.02, init: 100}
	require.True(t, w.explore(a).verdict.OtherHopeless, "there is no other")
}
