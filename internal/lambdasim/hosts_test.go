package lambdasim

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// twoClasses has 30 % of arm64's hosts slower by a half, and x86_64's all alike.
func twoClasses() Behavior {
	return Behavior{
		Workload: Constant(100),
		Hosts:    map[string][]HostClass{"arm64": {{Share: 7, Factor: 1, Spread: 0.01}, {Share: 3, Factor: 1.5, Spread: 0.01}}},
	}
}

func TestSandboxesRunOnClassesOfHosts(t *testing.T) {
	const sandboxes = 4000
	b := twoClasses()
	slow, sum := 0.0, 0.0
	for i := range sandboxes {
		h := b.NewHost(1, "arm64", SandboxName("prime", fmt.Sprint(i), 1))
		ms, initMs := h.Call(512, false, 0)
		require.Zero(t, initMs)
		again, _ := h.Call(512, false, time.Hour)
		require.Equal(t, ms, again, "a sandbox keeps its host")
		require.True(t, math.Abs(math.Log(ms/100)) < 0.05 || math.Abs(math.Log(ms/150)) < 0.05, "%v", ms)
		if ms > 125 {
			slow++
		}
		sum += ms
		ms, _ = b.NewHost(1, "x86_64", SandboxName("prime", fmt.Sprint(i), 1)).Call(512, false, 0)
		require.Equal(t, 100.0, ms)
	}
	require.InDelta(t, 0.3, slow/sandboxes, 0.03)
	require.InEpsilon(t, b.MeanDuration("arm64", 512), sum/sandboxes, 0.01)
	require.InDelta(t, 115, b.MeanDuration("arm64", 512), 1e-9)
	require.InDelta(t, 100, b.MeanDuration("x86_64", 512), 1e-9)
}

func TestSandboxesOfOneClassSpread(t *testing.T) {
	b := Behavior{Workload: Constant(100), Hosts: map[string][]HostClass{"arm64": {{Share: 1, Factor: 2, Spread: 0.1}}}}
	var sum, squares float64
	const sandboxes = 4000
	for i := range sandboxes {
		ms, _ := b.NewHost(1, "arm64", fmt.Sprint(i)).Call(512, false, 0)
		sum, squares = sum+ms, squares+math.Pow(math.Log(ms/200)+0.005, 2)
	}
	require.InEpsilon(t, 200, sum/sandboxes, 0.01)
	require.InEpsilon(t, 0.1, math.Sqrt(squares/sandboxes), 0.05)
}

// Where no classes are given everything is drawn as it was before there were any.
func TestOneClassIsTheDefault(t *testing.T) {
	plain := Behavior{Workload: Flat(Timing{Mean: 100, P99: 150}), HostSigma: 0.05}
	classed := plain
	classed.HostSigma, classed.Hosts = 0, map[string][]HostClass{"arm64": {{Share: 1, Factor: 1, Spread: 0.05}}}
	for i := range 10 {
		a, initA := plain.NewHost(3, "arm64", fmt.Sprint(i)).Call(512, true, 0)
		b, initB := classed.NewHost(3, "arm64", fmt.Sprint(i)).Call(512, true, 0)
		require.Equal(t, []float64{a, initA}, []float64{b, initB})
		require.NotZero(t, initA)
	}
}

// Each kind of drift only affects those that it is about.
func TestDriftHitsWhomItIsAbout(t *testing.T) {
	type host struct{ architecture, name string }
	one, sibling, other := host{"arm64", "a 1 1"}, host{"arm64", "b 1 1"}, host{"x86_64", "c 1 1"}
	for name, test := range map[string]struct {
		drift Drift
		alike []host
		apart []host
	}{
		"a sandbox":       {Drift{Sandbox: Wander{Sigma: 0.05}}, []host{one}, []host{sibling, other}},
		"an architecture": {Drift{Architecture: Wander{Sigma: 0.05}}, []host{one, sibling}, []host{other}},
		"all":             {Drift{All: Wander{Sigma: 0.05}}, []host{one, sibling, other}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := Behavior{Workload: Constant(10), Drift: test.drift}
			seen := func(h host, from int) (all []float64) {
				drawn := b.NewHost(5, h.architecture, h.name)
				for second := from; second < 300; second += 7 {
					ms, _ := drawn.Call(512, false, time.Duration(second)*time.Second)
					all = append(all, ms)
				}
				return all
			}
			for _, h := range test.alike {
				require.Equal(t, seen(one, 0), seen(h, 0))
			}
			for _, h := range test.apart {
				require.NotEqual(t, seen(one, 0), seen(h, 0))
			}
			require.Equal(t, seen(one, 0)[10:], seen(one, 70), "whoever asks, and from when on")
		})
	}
}

// The logarithm's deviation, and how fast it is forgotten, are what was asked for.
func TestDriftIsAnAutoregressiveProcess(t *testing.T) {
	w := newWandering(Wander{Sigma: 0.05, Time: 3 * time.Minute}, 1, "all")
	const steps = 400_000
	lag := int(3 * time.Minute / wanderStep)
	logs := make([]float64, steps)
	sum, squares, product := 0.0, 0.0, 0.0
	for i := range logs {
		logs[i] = math.Log(w.at(i)) + 0.05*0.05/2
		sum, squares = sum+w.at(i), squares+logs[i]*logs[i]
		if i >= lag {
			product += logs[i] * logs[i-lag]
		}
	}
	require.InEpsilon(t, 1, sum/steps, 0.01)
	require.InEpsilon(t, 0.05, math.Sqrt(squares/steps), 0.05)
	require.InDelta(t, math.Exp(-1), product/squares, 0.1)
}

// An invocation that lasts for minutes takes what its host was like during all of them.
func TestLongInvocationsGoAsFastAsTheirHostDoes(t *testing.T) {
	h := &Host{drifts: []*wandering{{sigma: 1, factors: []float64{1, 2, 4, 0.5, 1, 1, 1}}}}
	require.InDelta(t, 300, h.wander(300, 0), 1e-9)
	require.InDelta(t, 1000+2*500, h.wander(1500, 0), 1e-9, "the second half at half the speed")
	require.InDelta(t, 600, h.wander(300, 1200*time.Millisecond), 1e-9)
	require.InDelta(t, 1000+1000+1000+500, h.wander(1000+500+250+1000, 0), 1e-9)
	require.InDelta(t, 1000, (&Host{}).wander(1000, time.Hour), 1e-9)
}
