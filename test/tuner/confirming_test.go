package tuner

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// Sandboxes that were asked different things would differ by that: each confirming one gets the same
// payloads, all of them where they are not too many, after one cold call.
func TestConfirmingSandboxesGetTheSamePayloads(t *testing.T) {
	for payloads, calls := range map[int]int{1: 1, 3: 3, 8: 8, 40: 25} {
		t.Run(fmt.Sprint(payloads), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				var mu sync.Mutex
				asked := map[string][]string{}
				b := quick()
				b.Respond = func(i lambdasim.Invocation) lambdasim.Response {
					mu.Lock()
					defer mu.Unlock()
					if i.SandboxCall > 1 {
						sandbox := fmt.Sprint(i.Function, ":", i.Version, " ", i.Sandbox)
						asked[sandbox] = append(asked[sandbox], string(i.Payload))
					}
					return lambdasim.Response{Body: []byte(`{}`)}
				}
				w.behave(b)
				var weighted []string
				for i := range payloads {
					weighted = append(weighted, fmt.Sprintf(`{"payload":{"n":%d},"weight":%d}`, i, 1+i%2))
				}
				w.tuned(`{"powerValues":[512,1024],"num":80,"payload":[` + strings.Join(weighted, ",") + `]}`)
				mixes, sandboxes := map[string]bool{}, 0
				for _, all := range asked {
					if len(all) < 80 { // it confirms
						sandboxes++
						require.Len(t, all, calls)
						slices.Sort(all)
						mixes[strings.Join(all, " ")] = true
						if payloads <= calls {
							require.Len(t, slices.Compact(all), payloads)
						}
					}
				}
				require.GreaterOrEqual(t, sandboxes, 8)
				require.Len(t, mixes, 1)
			})
		})
	}
}

var versionOfRound = regexp.MustCompile(`dualarch run@\w+#(\d+)\.\d+"`)

// Sandboxes that confirm come from one version if invocations at once, or their log streams, show that they are several,
// and else each from a version of its own.
func TestVersionsThatConfirm(t *testing.T) {
	const input = `{"powerValues":[512,2048],"exploration":"exhaustive","num":5}`
	late := func(call int) time.Duration {
		if call == 4*6+8+1 { // of the second wave that confirms
			return time.Second
		}
		return 0
	}
	for name, test := range map[string]struct {
		workload lambdasim.Workload
		// late holds an invocation back.
		late func(call int) time.Duration
		// unlogged denies Measure the log groups.
		unlogged bool
		// versions are those of each round, sandboxes what the advice says that each contender had.
		versions         []int
		looks, sandboxes int
	}{
		"long":                                 {versions: []int{4, 2}, looks: 1, sandboxes: 4},
		"short":                                {workload: lambdasim.Constant(20), versions: []int{4, 2, 2}, looks: 2, sandboxes: 11},
		"shorter than the way":                 {workload: lambdasim.Constant(8), versions: []int{4, 2, 2}, looks: 2, sandboxes: 20},
		"short, without logs":                  {workload: lambdasim.Constant(8), unlogged: true, versions: []int{4, 2, 8, 30}, looks: 3, sandboxes: 20},
		"one invocation is late":               {late: late, versions: []int{4, 2}, looks: 1, sandboxes: 3},
		"one invocation is late, without logs": {late: late, unlogged: true, versions: []int{4, 2, 8}, looks: 2, sandboxes: 5},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				b := quick()
				b.Workload = cmp.Or(test.workload, b.Workload)
				w.behave(b)
				var mu sync.Mutex
				published, invoked := map[string]int{}, 0
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					mu.Lock()
					defer mu.Unlock()
					switch {
					case c.Operation == "PublishVersion" && !asks(c):
						published[versionOfRound.FindStringSubmatch(string(c.Body))[1]]++
					case c.Operation == "FilterLogEvents" && test.unlogged:
						return &lambdasim.Fault{Err: lambdasim.AccessDenied("logs:FilterLogEvents", c.Resource)}
					case c.Operation == "Invoke" && test.late != nil:
						invoked++
						return &lambdasim.Fault{Delay: test.late(invoked)}
					}
					return nil
				})
				o := w.tuned(input)
				var versions []int
				for round := 1; published[fmt.Sprint(round)] > 0; round++ {
					versions = append(versions, published[fmt.Sprint(round)])
				}
				require.Equal(t, test.versions, versions)
				require.Equal(t, test.looks, o.Recommendation.Looks, o.Recommendation.Text)
				require.Equal(t, test.sandboxes, o.Recommendation.Sandboxes)
				require.Empty(t, o.Warnings)
			})
		})
	}
}
