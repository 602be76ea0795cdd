package tuner

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// Whoever may start an execution may have a memory size applied if the owner allows it, and nothing released: an alias
// stays where it is unless its callers would only get another size.
func TestWhatIsNotApplied(t *testing.T) {
	const given = `{"lambdaARN":"` + x86 + `","num":5,"powerValues":[256,1024],"autoOptimize":true,"autoOptimizeAlias":"live","strategy":"speed"}`
	anything := &input.AutoOptimize{Aliases: []string{"live"}}
	for name, test := range map[string]struct {
		allowed *input.AutoOptimize
		arrange func(w *world)
		want    string
		latest  int // MB
	}{
		"the owner allows nothing": {nil, nil, "the PowerTuning's property AutoOptimize is not set", 512},
		"another function": {&input.AutoOptimize{Functions: []string{arm}, Aliases: []string{"live"}}, nil,
			"the PowerTuning's property AutoOptimize.FunctionArns does not name the function", 512},
		"another alias": {&input.AutoOptimize{Aliases: []string{"beta"}}, nil, "the PowerTuning's property AutoOptimize.Aliases does not name the alias live", 512},
		"unreleased code": {anything, func(w *world) { w.sim.Deploy(siblings[0], newCode) },
			"alias live of " + x86 + " serves version 1, whose code or configuration is not $LATEST's: moving it would release what nobody has released yet", 512},
		"an unreleased variable": {anything, func(w *world) { w.sim.Deploy(siblings[0], newLevel) },
			"alias live of " + x86 + " serves version 1, whose code or configuration is not $LATEST's: moving it would release what nobody has released yet", 512},
		"a canary": {anything, func(w *world) {
			w.sim.Deploy(siblings[0], func(c *lambdasim.Configuration) { c.Description = "next" })
			w.sim.Weigh(siblings[0], "live", w.sim.Publish(siblings[0], "next"), 0.1)
		}, "alias live of " + x86 + " serves two versions by weight, as in the middle of a deployment: end that first", 512},
		"a canary that begins meanwhile": {anything, func(w *world) {
			w.during("Apply", "PublishVersion", 1, func() { w.sim.Weigh(siblings[0], "live", "1", 0.1) })
		}, "alias live of " + x86 + " serves two versions by weight, as in the middle of a deployment: end that first", 1024},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				w.defaults.Targets, w.defaults.AutoOptimize = nil, test.allowed
				if test.arrange != nil {
					test.arrange(w)
				}
				warnings := warningsOf(t, w.run(given))
				applied := "1024 MB were not applied: "
				if test.latest == 1024 {
					applied = "1024 MB were applied to $LATEST, but not to the alias: "
				}
				require.Contains(t, warnings, applied+test.want)
				after := w.sim.Snapshot(siblings[0])
				require.Equal(t, test.latest, after.Latest.MemorySize)
				require.Equal(t, "1", after.Aliases["live"].FunctionVersion)
				require.NotContains(t, after.Aliases, run.LockName)
			})
		})
	}
}

// An alias whose version differs from $LATEST in memory size alone is moved.
func TestAnAliasIsMovedToAnotherSize(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		w.mayApply("live")
		outcome := w.run(`{"lambdaARN":"` + x86 + `","num":5,"powerValues":[256,1024],"autoOptimize":true,"autoOptimizeAlias":"live","strategy":"speed"}`)
		require.Nil(t, outcome.Error)
		after := w.sim.Snapshot(siblings[0])
		moved := after.Versions[after.Aliases["live"].FunctionVersion]
		require.Equal(t, 1024, moved.MemorySize)
		require.Equal(t, after.Latest.CodeSha256, moved.CodeSha256)
	})
}
