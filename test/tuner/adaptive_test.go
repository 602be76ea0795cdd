package tuner

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/tuning"
)

// published counts the versions made of each function and size.
func (w *world) published() map[string]int {
	versions, sizes := map[string]int{}, map[string]string{}
	var mu sync.Mutex // both functions are called at once
	w.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		mu.Lock()
		defer mu.Unlock()
		if asks(c) {
			return nil
		}
		switch c.Operation {
		case "UpdateFunctionConfiguration":
			var body struct{ MemorySize int }
			if json.Unmarshal(c.Body, &body) == nil {
				sizes[c.Function] = fmt.Sprint(c.Function, " ", body.MemorySize)
			}
		case "PublishVersion":
			versions[sizes[c.Function]]++
		}
		return nil
	})
	return versions
}

// measuredSizes are the sizes of which there are samples.
func measuredSizes(t tuning.TargetStatistics) []int {
	var sizes []int
	for _, s := range t.Sizes {
		if s.Samples > 0 {
			sizes = append(sizes, s.Power)
		}
	}
	return sizes
}

func TestAdaptiveOfOneFunction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{})
		o := w.tuned(`{"exploration":"adaptive","lambdaARN":"` + w.arn(0) + `","powerValues":"ALL","strategy":"speed"}`)
		require.Equal(t, 46, o.Exploration.Sizes)
		require.Equal(t, tuning.X86, o.Architecture)
		require.GreaterOrEqual(t, o.Power, 1728, "one thread is as fast as it gets from there on")
		for _, size := range o.Targets[0].Sizes {
			require.Equal(t, size.Samples, size.Warm.Samples+size.Sandboxes, "each sandbox's cold start comes on top")
		}
		require.Empty(t, o.Warnings)
	})
}
