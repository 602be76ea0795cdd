package confirm

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

var (
	arm512  = tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}
	arm1024 = tuning.Configuration{Architecture: tuning.Arm, MemorySize: 1024}
	x86512  = tuning.Configuration{Architecture: tuning.X86, MemorySize: 512}
)

func contest(noise float64, values map[tuning.Configuration][]float64) Contest {
	c := Contest{Noise: noise}
	for _, configuration := range []tuning.Configuration{arm512, arm1024, x86512} {
		if v := values[configuration]; v != nil {
			c.Contenders = append(c.Contenders, Contender{configuration, v})
		}
	}
	return c
}

func compared(t *testing.T, c Contest, a, b tuning.Configuration) Comparison {
	t.Helper()
	between, ok := c.Compare(a, b)
	require.True(t, ok)
	return between
}

// repeated is n sandboxes that differ by a part of a per cent.
func repeated(n int, value float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = value * (1 + 0.002*math.Sin(float64(i)))
	}
	return values
}

func TestAnIntervalIsStudentsAndWhatIsUnseen(t *testing.T) {
	c := contest(0.0004, map[tuning.Configuration][]float64{arm512: {90, 92, 88, 90}, x86512: {100, 104, 96, 100}})
	between := compared(t, c, arm512, x86512)
	require.InDelta(t, math.Log(0.9), between.difference, 1e-12, "of the arithmetic means: they are what is paid")
	prior := 3 * (0.02*0.02 + 0.0004)
	va := (prior + 2*(2.0/90)*(2.0/90)) / 6
	vb := (prior + 2*(4.0/100)*(4.0/100)) / 6
	require.InDelta(t, math.Sqrt((va+vb)/4), between.spread, 1e-12)
	require.InDelta(t, 6*(va+vb)*(va+vb)/(va*va+vb*vb), between.freedom, 1e-9)
	require.Equal(t, unseen(4), between.kinds)
	half := math.Hypot(student(beyond, between.freedom)*between.spread, unseen(4))
	i := between.Interval()
	require.InDelta(t, 10, i.Percent, 1e-9)
	require.InDelta(t, 100*(1-0.9*math.Exp(half)), i.Low, 1e-9)
	require.InDelta(t, 100*(1-0.9*math.Exp(-half)), i.High, 1e-9)
	back := compared(t, c, x86512, arm512)
	require.InDelta(t, -between.difference, back.difference, 1e-12)
	require.Equal(t, between.half(), back.half())
}

func TestOneArchitecturesHostsAreOneFleet(t *testing.T) {
	alone := contest(0, map[tuning.Configuration][]float64{arm512: repeated(4, 90), x86512: repeated(4, 100)})
	beside := contest(0, map[tuning.Configuration][]float64{arm512: repeated(4, 90), x86512: repeated(4, 100), arm1024: {80, 80, 116, 80}})
	require.Greater(t, compared(t, beside, arm512, x86512).half(), 1.5*compared(t, alone, arm512, x86512).half(),
		"a kind of host that one contender has seen exists for the other")
	within := compared(t, beside, arm512, arm1024)
	require.Zero(t, within.kinds, "what both miss they miss alike")
	require.InDelta(t, 3+3+3, within.freedom, 1e-9)
	calm := contest(0, map[tuning.Configuration][]float64{arm512: repeated(4, 90), x86512: repeated(4, 100), arm1024: repeated(4, 80)})
	require.Equal(t, unseen(4), compared(t, calm, arm512, x86512).kinds, "as the side with fewer has it")
}

func TestMoreSandboxesNarrowAnInterval(t *testing.T) {
	last := math.Inf(1)
	for n := 2; n <= 30; n++ {
		half := compared(t, contest(0.001, map[tuning.Configuration][]float64{arm512: repeated(n, 90), x86512: repeated(n, 100)}), arm512, x86512).half()
		require.Less(t, half, last)
		last = half
		require.LessOrEqual(t, unseen(n), kindMost)
		require.LessOrEqual(t, unseen(n+1), unseen(n))
	}
	require.InDelta(t, 0.0363, unseen(20), 0.0001)
}

func TestWhatCannotBeCompared(t *testing.T) {
	for name, values := range map[string]map[tuning.Configuration][]float64{
		"none":       {arm512: repeated(4, 1)},
		"too few":    {arm512: repeated(4, 1), x86512: {1}},
		"all zero":   {arm512: repeated(4, 1), x86512: {0, 0, 0}},
		"both zero":  {arm512: {0, 0}, x86512: {0, 0}},
		"negative":   {arm512: repeated(4, 1), x86512: {-1, -1}},
		"not finite": {arm512: repeated(4, 1), x86512: {math.Inf(1), 1}},
	} {
		_, ok := contest(0, values).Compare(arm512, x86512)
		require.False(t, ok, name)
	}
}

func TestSettled(t *testing.T) {
	for name, test := range map[string]struct {
		values   map[tuning.Configuration][]float64
		a, b     tuning.Configuration
		expected Reason
	}{
		"much better at the first look":           {map[tuning.Configuration][]float64{arm512: repeated(4, 70), x86512: repeated(4, 100)}, arm512, x86512, Confirmed},
		"better, but it could be a kind of host":  {map[tuning.Configuration][]float64{arm512: repeated(4, 90), x86512: repeated(4, 100)}, arm512, x86512, Open},
		"the same within one architecture":        {map[tuning.Configuration][]float64{arm512: repeated(4, 90), arm1024: repeated(4, 100)}, arm512, arm1024, Confirmed},
		"worse":                                   {map[tuning.Configuration][]float64{arm512: repeated(4, 140), x86512: repeated(4, 100)}, arm512, x86512, Refuted},
		"alike":                                   {map[tuning.Configuration][]float64{arm512: repeated(4, 100), x86512: repeated(4, 100)}, arm512, x86512, Hopeless},
		"alike, but spread so that much may come": {map[tuning.Configuration][]float64{arm512: {100, 130, 75, 100}, x86512: {90, 125, 90, 95}}, arm512, x86512, Open},
		"at the last look":                        {map[tuning.Configuration][]float64{arm512: repeated(20, 90), x86512: repeated(20, 100)}, arm512, x86512, Confirmed},
		"too little at the last look":             {map[tuning.Configuration][]float64{arm512: repeated(20, 98), x86512: repeated(20, 100)}, arm512, x86512, Exhausted},
		"under the margin, however sure":          {map[tuning.Configuration][]float64{arm512: repeated(400, 98.5), arm1024: repeated(400, 100)}, arm512, arm1024, Refuted},
		"one architecture's last look":            {map[tuning.Configuration][]float64{arm512: repeated(11, 98.5), arm1024: repeated(11, 100)}, arm512, arm1024, Exhausted},
	} {
		t.Run(name, func(t *testing.T) {
			between := compared(t, contest(0, test.values), test.a, test.b)
			require.Equal(t, test.expected, between.Settled(), "%+v", between.Interval())
			require.Equal(t, test.expected == Confirmed, test.expected != Open && IsConfirmed(between.Interval()), "what stops it is what its interval says")
		})
	}
}

func TestMore(t *testing.T) {
	open := compared(t, contest(0, map[tuning.Configuration][]float64{arm512: repeated(4, 90), x86512: repeated(4, 100)}), arm512, x86512)
	settled := compared(t, contest(0, map[tuning.Configuration][]float64{arm512: repeated(4, 70), x86512: repeated(4, 100)}), arm512, x86512)
	require.Zero(t, More([]Comparison{settled}, Price{1, 1}))
	require.Zero(t, More(nil, Price{1, 1}))
	require.Equal(t, 6, More([]Comparison{settled, open}, Price{Round: 0, Sandbox: 1}), "rounds that cost nothing are taken one by one")
	require.Equal(t, 11, More([]Comparison{settled, open}, Price{Round: 1000, Sandbox: 1}), "what is clear by then, and dear rounds")
	little := compared(t, contest(0, map[tuning.Configuration][]float64{arm512: repeated(4, 93.5), x86512: repeated(4, 100)}), arm512, x86512)
	require.Equal(t, 20, More([]Comparison{little}, Price{Round: 1000, Sandbox: 1}), "a dear round is taken once")
	for _, price := range []Price{{0, 1}, {1, 1}, {30, 1}} {
		require.Contains(t, Looks, More([]Comparison{open}, price))
	}
	within := compared(t, contest(0, map[tuning.Configuration][]float64{arm512: repeated(4, 97.7), arm1024: repeated(4, 100)}), arm512, arm1024)
	require.Equal(t, Open, within.Settled())
	require.Equal(t, 11, More([]Comparison{within}, Price{1000, 1}), "one architecture's last look")
}

// Whatever comes, a confirmation ends: each look has more sandboxes than the one before, and after the last one
// everything is settled.
func TestAConfirmationEnds(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		values := map[tuning.Configuration][]float64{}
		spread, n, looks := 0.3*r.Float64(), Looks[0], 0
		level := map[tuning.Configuration]float64{arm512: 1, arm1024: math.Exp(0.1 * r.NormFloat64()), x86512: math.Exp(0.1 * r.NormFloat64())}
		price := Price{Round: math.Exp(4 * r.NormFloat64()), Sandbox: 1}
		for n > 0 {
			looks++
			require.LessOrEqual(t, looks, len(Looks))
			for c, l := range level {
				for len(values[c]) < n {
					values[c] = append(values[c], l*math.Exp(spread*r.NormFloat64()))
				}
			}
			c := contest(0.01, values)
			more := More([]Comparison{compared(t, c, arm512, x86512), compared(t, c, arm512, arm1024)}, price)
			require.True(t, more == 0 || more > n, "%d after %d", more, n)
			n = more
		}
	}
}

func TestKindsOfHosts(t *testing.T) {
	for name, test := range map[string]struct {
		values   map[tuning.Configuration][]float64
		noise    float64
		expected Kinds
	}{
		"three of twelve": {
			values:   map[tuning.Configuration][]float64{arm512: {100, 101, 122, 99, 100, 123, 100, 99, 101, 100, 122, 100}},
			expected: Kinds{Apart: 22.3, Slower: 3, Of: 12},
		},
		"two contenders, each at its own level": {
			values:   map[tuning.Configuration][]float64{arm512: {100, 101, 145, 99}, arm1024: {60, 61, 60, 87.5}},
			expected: Kinds{Apart: 45.1, Slower: 2, Of: 8},
		},
		"most on the slower": {
			values:   map[tuning.Configuration][]float64{arm512: {150, 151, 100, 149, 150, 101}},
			expected: Kinds{Apart: 49.3, Slower: 4, Of: 6},
		},
		"one contender does not know which":    {values: map[tuning.Configuration][]float64{arm512: {100, 100, 122, 122}, arm1024: {60, 60, 60, 60}}, expected: Kinds{Apart: 22, Slower: 2, Of: 4}},
		"one alone may have had other reasons": {values: map[tuning.Configuration][]float64{arm512: {100, 101, 122, 99, 100}}},
		"too close":                            {values: map[tuning.Configuration][]float64{arm512: {100, 100.1, 107, 107.1}}},
		"spread evenly":                        {values: map[tuning.Configuration][]float64{arm512: {100, 112, 125, 140, 155}}},
		"calls alone may explain it":           {values: map[tuning.Configuration][]float64{arm512: {100, 101, 122, 123}}, noise: 0.01},
		"another architecture":                 {values: map[tuning.Configuration][]float64{x86512: {100, 101, 122, 123}}},
		"none":                                 {},
	} {
		t.Run(name, func(t *testing.T) {
			k, ok := contest(test.noise, test.values).KindsOf(tuning.Arm)
			require.Equal(t, test.expected.Of > 0, ok)
			if ok {
				require.InDelta(t, test.expected.Apart, k.Apart, 0.1)
				require.Equal(t, test.expected.Slower, k.Slower)
				require.Equal(t, test.expected.Of, k.Of)
			}
		})
	}
}

// Hosts of one kind, however many there are, are hardly ever taken for two.
func TestOneKindOfHostIsOne(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, spread := range []float64{0.02, 0.05} {
		taken := 0
		for range 4000 {
			values := map[tuning.Configuration][]float64{}
			for _, c := range []tuning.Configuration{arm512, arm1024} {
				for range Looks[r.IntN(len(Looks))] {
					values[c] = append(values[c], math.Exp(spread*r.NormFloat64()))
				}
			}
			if _, ok := contest(0, values).KindsOf(tuning.Arm); ok {
				taken++
			}
		}
		require.LessOrEqual(t, taken, 40, "spread %v", spread)
	}
}
