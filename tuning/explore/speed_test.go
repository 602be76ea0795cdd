package explore

import (
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// everySize are the 46 memory sizes of "ALL" on both architectures.
func everySize() (Adaptive, []tuning.Sample) {
	a := twoTargets(tuning.Balanced)
	var sizes []int
	for size := 128; size <= 3008; size += 64 {
		sizes = append(sizes, size)
	}
	a.Sizes = map[tuning.Architecture][]int{tuning.X86: sizes, tuning.Arm: sizes}
	a.Prices, a.Budget = pricesFor(a.Sizes, a.Today), Budget{}
	w := &world{random: rand.New(rand.NewPCG(1, 2)), typical: oneThread(230, 200), noise: 0.2, init: 100}
	round := a.opening(nil, nil)
	for i, size := range sizes {
		if i%3 == 0 {
			round = append(round, tuning.Measurement{Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: size}, Samples: 5}, tuning.Measurement{Configuration: tuning.Configuration{Architecture: tuning.X86, MemorySize: size}, Samples: 5})
		}
	}
	samples, _ := w.measure(a, round, nil)
	if len(a.opening(samples, nil)) > 0 {
		panic("no model is asked before the opening is done")
	}
	return a, samples
}

// BenchmarkRound is one round's decision among 92 configurations, a third of which have been measured: more
// than any exploration comes to.
func BenchmarkRound(b *testing.B) {
	a, samples := everySize()
	b.ReportAllocs()
	for b.Loop() {
		require.NotEmpty(b, a.Next(samples, nil))
	}
}

// A round's decision takes less than 50 ms and 64 MB. The machine that tests this may be busy, so what counts
// is processor time, of the quickest of several.
func TestRoundTakesLittle(t *testing.T) {
	a, samples := everySize()
	quickest := time.Hour
	var before, after runtime.MemStats
	for range 10 {
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := processorTime(t)
		require.NotEmpty(t, a.Next(samples, nil))
		quickest = min(quickest, processorTime(t)-start)
		runtime.ReadMemStats(&after)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), "all that was ever allocated, not only what was held")
	}
	t.Logf("%v, %d KB allocated", quickest, (after.TotalAlloc-before.TotalAlloc)>>10)
	require.Less(t, quickest, slowdown*50*time.Millisecond)
}

// processorTime is what this process has used so far.
func processorTime(t *testing.T) time.Duration {
	var used syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
