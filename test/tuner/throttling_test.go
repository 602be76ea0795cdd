package tuner

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

func TestThrottling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		var mu sync.Mutex
		left := 40
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			mu.Lock()
			defer mu.Unlock()
			if c.Operation != "Invoke" || left == 0 {
				return nil
			}
			left--
			return &lambdasim.Fault{Err: lambdasim.Throttled("CallerRateLimitExceeded")}
		})
		o := w.tuned(`{}`)
		require.Equal(t, 40, o.Throttles)
		sum := 0
		for _, target := range o.Targets {
			for _, s := range target.Sizes {
				sum += s.Throttles
				require.Equal(t, 6, s.Samples) // five warm ones and a cold one
			}
		}
		require.Equal(t, 40, sum)
	})
}

func TestThrottledForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Operation != "Invoke" {
				return nil
			}
			return &lambdasim.Fault{Err: lambdasim.Throttled("CallerRateLimitExceeded")}
		})
		name, message := w.fails(`{}`)
		require.Equal(t, "NothingMeasured", name)
		require.Regexp(t, `^no invocation got through in \S+ \(\d+ were throttled so far\)$`, message)
	})
}

func TestConcurrencyIsLimited(t *testing.T) {
	two, thirty, none := 2, 30, lambdasim.Options{}
	tests := []struct {
		name     string
		options  lambdasim.Options
		reserved *int
		most     int // of one function
		together int
	}{
		{"a tenth of what is reserved", none, &thirty, 3, 6},
		{"one at least", none, &two, 1, 2},
		{"ten per cent of a small account", lambdasim.Options{Concurrency: 80}, nil, 4, 8},
		{"a new account", lambdasim.Options{Concurrency: 10}, nil, 1, 1}, // its ten per cent are one
		{"two functions of a small account", lambdasim.Options{Concurrency: 20}, nil, 1, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, test.options)
				var mu sync.Mutex
				busy := map[string]int{} // until
				most, together := 0, 0
				w.sim.SetReserved(siblings[0], test.reserved)
				w.sim.SetReserved(siblings[1], test.reserved)
				running := func(function string, change int) {
					mu.Lock()
					defer mu.Unlock()
					busy[function] += change
					most = max(most, busy[function])
					together = max(together, busy[siblings[0]]+busy[siblings[1]])
				}
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					if c.Operation != "Invoke" {
						return nil
					}
					running(c.Function, 1)
					return &lambdasim.Fault{After: func() { running(c.Function, -1) }}
				})
				o := w.tuned(`{"parallelInvocation":true,"num":10}`)
				require.Zero(t, o.Throttles)
				require.Equal(t, test.most, most)
				require.Equal(t, test.together, together)
				for _, target := range o.Targets {
					require.Equal(t, map[int]int{256: 10, 512: 10, 1024: 10}, sizesOf(target, func(s tuning.SizeStatistics) int { return s.Warm.Samples }))
				}
			})
		})
	}
}

// However large the account is, Measure keeps within its own connections.
func TestConcurrencyOfMeasure(t *testing.T) { testConcurrencyOfMeasure(t, 100, 250, 400) }

// testConcurrencyOfMeasure runs with so many samples whose answers have so many bytes; most is how many
// invocations run at once at most.
func testConcurrencyOfMeasure(t *testing.T, bytes, num, most int) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{Concurrency: 20_000})
		answer := []byte(`"` + strings.Repeat("x", bytes-2) + `"`)
		b := quick()
		b.Respond = func(lambdasim.Invocation) lambdasim.Response { return lambdasim.Response{Body: answer} }
		w.behave(b)
		count, busiest := atOnce()
		w.sim.OnCall(count)
		w.tuned(fmt.Sprintf(`{"lambdaARN":%q,"parallelInvocation":true,"num":%d,"powerValues":[512,1024]}`, x86, num))
		require.Equal(t, most, busiest())
	})
}
