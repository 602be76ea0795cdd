package tuner

import (
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
