package tuner

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
)

// A function in a state that does not pass is refused at once and by name; one in a state that passes is
// waited for; and an unknown one first this, then that.
func TestStatesAtPlan(t *testing.T) {
	for state, want := range map[string]string{
		"Failed":             "it is in a failed state (InvalidSubnet: in words)",
		"Deactivating":       "its state is Deactivating, in which it cannot be invoked (InvalidSubnet: in words)",
		"Deactivated":        "its state is Deactivated, in which it cannot be invoked (InvalidSubnet: in words)",
		"ActiveNonInvocable": "its state is ActiveNonInvocable, in which it cannot be invoked (InvalidSubnet: in words)",
		"Deleting":           "it is being deleted (InvalidSubnet: in words)",
		"Suspended":          "its state is Suspended and that of its last update Successful, which this version of the tuner does not know (InvalidSubnet: in words)",
		"Pending":            "",
		"Inactive":           "",
	} {
		t.Run(state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.sim.SetState(siblings[0], lambdasim.Latest, state, "InvalidSubnet", "in words")
				start := time.Now()
				var mu sync.Mutex
				var wrote []time.Duration
				w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
					mu.Lock()
					defer mu.Unlock()
					if c.Writes() {
						wrote = append(wrote, time.Since(start))
					}
					return nil
				})
				if want == "" {
					time.AfterFunc(time.Minute, func() { w.sim.SetState(siblings[0], lambdasim.Latest, lambdasim.Active, "", "") })
					require.Nil(t, w.run(`{"lambdaARN":"`+x86+`","num":5}`).Error)
					require.Equal(t, state == "Pending", wrote[0] > time.Minute)
					return
				}
				outcome := w.run(`{}`)
				require.Equal(t, "NotTunable", outcome.Error.Name)
				require.Contains(t, outcome.Error.Cause, x86+" cannot be tuned: "+want)
				require.Empty(t, wrote)
				require.Equal(t, state == "Suspended", time.Since(start) > time.Minute)
				require.Less(t, time.Since(start), 3*time.Minute)
			})
		})
	}
}

// The function gets into such a state in the middle of Prepare: the run ends by name, and is put back.
func TestStatesInPrepare(t *testing.T) {
	for state, want := range map[string]string{
		"Deactivated": "its state is Deactivated, in which it cannot be invoked (Idle: in words)",
		"Suspended":   "its state is Suspended and that of its last update Successful, which this version of the tuner does not know (Idle: in words)",
		"Pending":     "",
	} {
		t.Run(state, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				before := w.snapshots()
				w.during("Prepare", "PublishVersion", 1, func() {
					w.sim.SetState(siblings[0], lambdasim.Latest, state, "Idle", "in words")
					w.sim.Deploy(siblings[0], func(*lambdasim.Configuration) {}) // so that it is read again
					time.AfterFunc(4*time.Minute, func() { w.sim.SetState(siblings[0], lambdasim.Latest, lambdasim.Active, "", "") })
				})
				outcome := w.run(`{"lambdaARN":"` + x86 + `","num":5}`)
				require.Equal(t, before, w.snapshots())
				if want == "" {
					require.Nil(t, outcome.Error)
					return
				}
				require.Equal(t, "FunctionChanged", outcome.Error.Name)
				require.Contains(t, outcome.Error.Cause, x86+" has changed since Plan: "+want)
			})
		})
	}
}

// A version that does not get ready takes its configuration out of the run, by name; the others go on.
func TestStatesOfVersions(t *testing.T) {
	for state, want := range map[string]string{
		"Failed":             "Lambda could not make it ready: it is in a failed state (EniLimitExceeded: in words)",
		"Deactivated":        "Lambda could not make it ready: its state is Deactivated, in which it cannot be invoked (EniLimitExceeded: in words)",
		"ActiveNonInvocable": "Lambda could not make it ready: its state is ActiveNonInvocable, in which it cannot be invoked (EniLimitExceeded: in words)",
		"Suspended":          "Lambda could not make it ready: its state is Suspended and that of its last update Successful, which this version of the tuner does not know (EniLimitExceeded: in words)",
	} {
		for _, input := range []string{`{"lambdaARN":%q,"num":5,"powerValues":[256,512,1024]}`, `{"lambdaARN":%q,"num":5,"powerValues":[256,512,1024],"onlyColdStarts":true}`} {
			t.Run(state+" "+input, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, lambdasim.Options{})
					var published atomic.Int32
					w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
						if c.Operation != "PublishVersion" || asks(c) || published.Add(1) != 2 {
							return nil
						}
						return &lambdasim.Fault{After: func() {
							versions := w.sim.Snapshot(siblings[0]).Versions
							w.sim.SetState(siblings[0], fmt.Sprint(len(versions)), state, "EniLimitExceeded", "in words")
						}}
					})
					o := w.tuned(fmt.Sprintf(input, x86))
					failed := sizesOf(o.Targets[0], failure)
					reasons := slices.DeleteFunc([]string{failed[256], failed[512], failed[1024]}, func(s string) bool { return s == "" })
					require.Equal(t, []string{want}, reasons)
				})
			})
		}
	}
}
