package tuner

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

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
						version := i.Function + ":" + i.Version
						asked[version] = append(asked[version], string(i.Payload))
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
