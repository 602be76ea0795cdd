//go:build !race

// The race detector takes a minute for what it sees in smaller answers, and a multiple of the memory.

package answers

import (
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/tuning"
)

// Answers of 6 MB that differ everywhere, many at a time, stay within what Measure has for them: its Lambda has 384 MB.
func TestLargeAnswersStayWithinMemory(t *testing.T) {
	digits := func(c string) []byte { return []byte("[" + strings.Repeat(c+",", 3<<20-4) + c + "]") }
	bodies := map[tuning.Architecture][]byte{tuning.X86: digits("1"), tuning.Arm: digits("2")}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, uint64(0)
	// The collector is at work only if it has to be.
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(int64(m.Sys-m.HeapIdle) + 56<<20))
	done, sampled := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(sampled)
		for {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	r := New(comparing())
	var all sync.WaitGroup
	for a, body := range bodies {
		for range 2 {
			all.Go(func() { r.Add(a, 0, body) })
		}
	}
	all.Wait()
	close(done)
	<-sampled
	require.Less(t, (most-before)>>20, uint64(64), "MB")
	require.Positive(t, r.Result().Compared)
	require.Zero(t, r.Result().Alike)
}
