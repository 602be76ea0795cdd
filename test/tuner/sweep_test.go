package tuner

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

const oldMark = "dualarch old@0123456789ab#1.0"

// leave publishes a version with a description.
func (w *world) leave(memorySize int, description string) string {
	w.sim.Edit(siblings[0], lambdasim.Latest, func(c *lambdasim.Configuration) { c.MemorySize = memorySize })
	version := w.sim.Publish(siblings[0], description)
	w.sim.Edit(siblings[0], lambdasim.Latest, func(c *lambdasim.Configuration) { c.MemorySize = 512 })
	return version
}

// What a run of a stack that is long gone has left goes with the next run's own, or with the daily sweep; what only looks
// like it stays.
func TestVersionsThatAnotherRunLeft(t *testing.T) {
	for name, heal := range map[string]func(*world){
		"the next run": func(w *world) {
			require.Contains(w.t, warningsOf(w.t, w.run(`{}`)), `execution "old" had left versions of `+x86+", which were deleted: 2")
		},
		"the sweep": func(w *world) {
			w.machines()
			w.sweep()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				inherited := w.leave(640, oldMark+" at 640 MB for a moment, else 512 MB: counts primes")
				mine := w.leave(768, "dualarch is what I use")
				unhashed := w.leave(896, "dualarch old#1.0")
				want := w.snapshots()
				w.leave(1024, oldMark)
				pointed := w.leave(1536, "dualarch old@0123456789ab#1.1")
				w.sim.PointAlias(siblings[0], "beta", pointed)
				w.leave(2048, "dualarch old@0123456789ab#2.0")
				heal(w)
				got := w.snapshots()
				require.Contains(t, got[0].Versions, pointed, "an alias points to it")
				delete(got[0].Versions, pointed)
				delete(got[0].Aliases, "beta")
				require.Equal(t, want, got)
				for _, kept := range []string{inherited, mine, unhashed} {
					require.Contains(t, got[0].Versions, kept)
				}
			})
		})
	}
}

// leftMarked is a function as a Prepare left it that was cut off between two calls, without anybody to restore it.
func (w *world) leftMarked(description string) {
	w.sim.Deploy(siblings[0], func(c *lambdasim.Configuration) { c.Description, c.MemorySize = description, 1024 })
}

func TestMarkThatAnotherRunLeft(t *testing.T) {
	const mark = oldMark + " at 1024 MB for a moment, else 512 MB: counts primes"
	locked := func(w *world) { w.lockFor(time.Now().Add(-time.Second)) }
	for name, test := range map[string]struct {
		leave func(*world)
		heal  func(*world)
	}{
		"without a lock, the next run":       {nil, func(w *world) { require.Nil(w.t, w.run(`{}`).Error) }},
		"without a lock, the sweep":          {nil, func(w *world) { w.machines(); w.sweep() }},
		"with an expired lock, the next run": {locked, func(w *world) { require.Nil(w.t, w.run(`{}`).Error) }},
		"with an expired lock, the sweep":    {locked, func(w *world) { w.machines(); w.sweep() }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				before := w.snapshots()
				w.leftMarked(mark)
				if test.leave != nil {
					test.leave(w)
				}
				test.heal(w)
				require.Equal(t, before, w.snapshots())
			})
		})
	}
}

// A lock that has not expired is respected by the sweep, and so is what is under it.
func TestSweepRespectsALock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.leftMarked(oldMark + " at 1024 MB for a moment, else 512 MB: counts primes")
		w.leave(1024, oldMark)
		w.lockFor(time.Now().Add(time.Hour))
		before := w.snapshots()
		w.machines()
		w.sweep()
		require.Equal(t, before, w.snapshots())
	})
}

// What the sweep cannot heal on one function it says, and heals the other.
func TestSweepGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		before := w.snapshots()
		w.leftMarked("dualarch old#1.0 at 1024 MB for a moment")
		w.sim.Deploy(siblings[1], func(c *lambdasim.Configuration) {
			c.Description, c.MemorySize = oldMark+" at 1024 MB for a moment, else 512 MB: counts primes", 1024
		})
		w.machines()
		outcome := w.outcomeOf(w.healing, "", "{}")
		require.Equal(t, statemachine.Failed, outcome.Status)
		require.Equal(t, "FunctionLocked", outcome.Error.Name)
		require.Contains(t, outcome.Error.Cause, x86+": execution old left "+x86+` at 1024 MB with the description \"dualarch old#1.0 at 1024 MB for a moment\", and its history cannot be read: put both back`)
		require.Equal(t, before[1], w.snapshots()[1])
		require.NotContains(t, w.snapshots()[0].Aliases, run.LockName)
	})
}
