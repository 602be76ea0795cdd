package tuner

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// Code that Lambda reads from a bucket of its owner's takes no code storage. What does take it is asked only
// where there may not be enough.
func TestCodeStorage(t *testing.T) {
	for name, test := range map[string]struct {
		storage     int64
		selfManaged []int // of the siblings
		denied      bool
		want        string
		asks        int
	}{
		"plenty":                           {storage: 0},
		"enough":                           {storage: 220 << 20},
		"too little":                       {storage: 170 << 20, want: "the run's first 40 versions take 200 MB, and the account has 150", asks: 2},
		"too little, both elsewhere":       {storage: 170 << 20, selfManaged: []int{0, 1}, asks: 2},
		"too little for one of them":       {storage: 60 << 20, selfManaged: []int{1}, want: "the run's first 20 versions take 100 MB, and the account has 50", asks: 2},
		"enough for one of them":           {storage: 170 << 20, selfManaged: []int{0}, asks: 2},
		"elsewhere, but nobody may say":    {storage: 170 << 20, selfManaged: []int{0, 1}, denied: true, want: "the run's first 40 versions take 200 MB, and the account has 170", asks: 2},
		"none left at all, both elsewhere": {storage: 20 << 20, selfManaged: []int{0, 1}, asks: 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{CodeStorage: test.storage})
				for _, i := range test.selfManaged {
					w.sim.SelfManage(siblings[i])
				}
				asks := 0
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					if c.Operation != "GetFunction" {
						return nil
					}
					asks++
					require.Equal(t, "Plan", c.Task.State)
					if test.denied {
						return &lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:GetFunction", c.Resource)}
					}
					return nil
				})
				outcome := w.run(`{"onlyColdStarts":true,"num":20,"powerValues":[512]}`)
				require.Equal(t, test.asks, asks)
				if test.want == "" {
					require.Equal(t, statemachine.Succeeded, outcome.Status, "%v", outcome.Error)
					return
				}
				require.Equal(t, "NotTunable", outcome.Error.Name)
				require.Contains(t, outcome.Error.Cause, test.want+" MB of code storage left: ask for fewer memory sizes, or delete versions that nobody needs")
			})
		})
	}
}
