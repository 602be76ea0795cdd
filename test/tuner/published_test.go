package tuner

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

// A version that somebody publishes while $LATEST has a test size has that size. Nobody can keep Lambda from
// it; it is reported at every call at which it can happen, in the run's warnings or its error, and kept.
func TestVersionsThatSomebodyPublishesMeanwhile(t *testing.T) {
	for name, description := range map[string]string{"without a description": "", "with one of its own": "release 42"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls []int // at which $LATEST has a test size and may be published
			play(t, func(w *world, n int) {
				if hasTestSize(w) {
					calls = append(calls, n)
				}
			})
			require.NotEmpty(t, calls)
			published := 0
			for i := 0; i < len(calls); i += min(thinned, 4) {
				version := ""
				w, outcome := play(t, func(w *world, n int) {
					if n != calls[i] || !hasTestSize(w) {
						return
					}
					there := w.sim.Snapshot(siblings[0]).Versions
					number := w.sim.Publish(siblings[0], description)
					// Right behind the run's own publish Lambda answers with the version that this made.
					if _, ours := there[number]; !ours {
						version = number
					}
				})
				after := w.snapshots()
				if version != "" {
					published++
					require.Contains(t, after[0].Versions, version, "call %d", calls[i])
					delete(after[0].Versions, version)
				}
				require.Equal(t, newWorldsSnapshots(t), after)
				switch {
				case version == "":
				case outcome.Status == statemachine.Failed:
					require.Contains(t, outcome.Error.Cause, "gave version "+version+" with ", "call %d", calls[i])
					require.Contains(t, outcome.Error.Cause, "should publish it again, because that version has a test size")
				default:
					report := "somebody published version " + version + " of " + x86 + " while it had a test size"
					require.True(t, slices.ContainsFunc(warningsOf(t, outcome), func(s string) bool { return strings.HasPrefix(s, report) }), "call %d", calls[i])
				}
			}
			require.Positive(t, published)
			t.Logf("published at %d of %d calls", published, len(calls))
		})
	}
}

// play runs one target and tells of each of its calls.
func play(t *testing.T, at func(w *world, n int)) (w *world, outcome statemachine.Outcome) {
	synctest.Test(t, func(t *testing.T) {
		w = newWorld(t, lambdasim.Options{})
		w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			at(w, c.Number)
			return nil
		})
		outcome = w.run(`{"lambdaARN":"` + x86 + `","num":5,"powerValues":[256,1024]}`)
	})
	return w, outcome
}

func hasTestSize(w *world) bool {
	latest := w.sim.Configuration(siblings[0])
	return latest.MemorySize != 512 && latest.LastUpdateStatus == lambdasim.Successful
}

func newWorldsSnapshots(t *testing.T) (all []lambdasim.Snapshot) {
	synctest.Test(t, func(t *testing.T) { all = newWorld(t, lambdasim.Options{}).snapshots() })
	return all
}

// A deployment that publishes what it has deployed is none of that.
func TestVersionOfADeploymentIsNotReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.during("Measure", "Invoke", 3, func() {
			w.sim.Deploy(siblings[0], func(c *lambdasim.Configuration) { newCode(c); c.MemorySize = 640 })
			w.sim.Publish(siblings[0], "release 43")
		})
		for _, warning := range warningsOf(t, w.run(`{"dryRun":false,"lambdaARN":"`+x86+`","num":5,"powerValues":[512]}`)) {
			require.NotContains(t, warning, "test size")
		}
	})
}
