package tuner

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
)

func TestRun(t *testing.T) {
	for name, input := range map[string]string{
		"two targets":             `{}`,
		"one target":              `{"lambdaARN":"arn:aws:lambda:us-east-1:123456789012:function:prime-x86","num":5}`,
		"only cold starts":        `{"onlyColdStarts":true,"num":25}`,
		"parallel":                `{"parallelInvocation":true,"num":10}`,
		"parallel, one target":    `{"lambdaARN":"arn:aws:lambda:us-east-1:123456789012:function:prime-arm64:live","num":10,"parallelInvocation":true}`,
		"a dry run":               `{"dryRun":true}`,
		"weighted payloads, slow": `{"payload":[{"payload":{"a":1},"weight":1},{"payload":{"a":2},"weight":3}],"num":20,"sleepBetweenRunsMs":1000}`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{})
				before := w.snapshots()
				outcome := w.run(input)
				require.Nil(t, outcome.Error)
				require.Equal(t, statemachine.Succeeded, outcome.Status)
				t.Log(outcome.Transitions, outcome.Output)
				require.Equal(t, before, w.snapshots())
			})
		})
	}
}

// A size that is newer than what is known of Lambda is left to it: it refuses, or does not.
func TestSizeThatNobodyHasHeardOf(t *testing.T) {
	const known = "were given; Lambda allowed at most 10240 MB as of 2026-11-20"
	for most, want := range map[int]string{
		10240: "not allowed: InvalidParameterValueException: 'MemorySize' value failed to satisfy constraint: Member must have value between 128 and 10240",
		65536: "",
	} {
		t.Run(fmt.Sprint(most), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, lambdasim.Options{MaxMemorySize: most})
				o := w.tuned(`{"powerValues":[512,40960],"num":5}`)
				require.Contains(t, o.Warnings, "$.powerValues[1]: 40960 MB "+known+": if it still does, this size fails and the others are measured")
				for _, target := range o.Targets {
					require.Equal(t, map[int]string{512: "", 40960: want}, sizesOf(target, failure))
				}
			})
		})
	}
}

// A size that the account may not have is reported; the others are tuned.
func TestSizeThatTheAccountMayNotHave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, lambdasim.Options{MaxMemorySize: 3008})
		o := w.tuned(`{"powerValues":[512,3008,10240]}`)
		for _, target := range o.Targets {
			require.Equal(t, map[int]string{
				512: "", 3008: "",
				10240: "not allowed: InvalidParameterValueException: 'MemorySize' value failed to satisfy constraint: Member must have value between 128 and 3008",
			}, sizesOf(target, failure))
		}
	})
}
