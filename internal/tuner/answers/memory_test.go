//go:build !race

// The race detector takes minutes for what it sees in smaller answers, and a multiple of the memory.

package answers

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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

// Beyond what fits into memory hashes tell whether answers differ, but not where.
func TestAnswersBeyondMemory(t *testing.T) {
	big := func(n int) []byte {
		return fmt.Appendf(nil, `{"n":%d,"list":[%s"end"]}`, n, strings.Repeat(`"`+strings.Repeat("x", 1000)+`",`, 250))
	}
	r := New(comparing())
	for payload := range 60 {
		for range 2 {
			r.Add(tuning.X86, payload, big(1))
			r.Add(tuning.Arm, payload, big(1+payload/59))
		}
	}
	require.LessOrEqual(t, r.kept, maxKept)
	require.Empty(t, cmp.Diff(&tuning.ResponseComparison{Compared: 120, Alike: 118, FirstDifference: "the whole answer differs"}, r.Result()))
	for n := range 3 { // nobody knows where this one differs from itself: it is left out
		r.Add(tuning.X86, 60, big(n))
		r.Add(tuning.Arm, 60, big(n))
	}
	require.Equal(t, 120, r.Result().Compared)
}
