package bench

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/figures"
)

// besides is how many control calls a second somebody else's deployment makes while a run goes on.
const besides = 8

// A run shares the account's control-plane quota with deployments, none of whose calls is throttled.
func TestDeploymentBeside(t *testing.T) {
	calls, throttled, own := 0, 0, 0
	for _, given := range []string{`{}`, exhaustive(sizes(8)), exhaustive(sizes(46)), `{"onlyColdStarts":true,"num":25}`} {
		s := measured()
		s.beside = besides
		done := s.tune(t, given)
		t.Logf("%s: %d calls, %d throttled, %d of the run's own", given, done.beside, done.besideThrottled, done.throttled)
		calls, throttled, own = calls+done.beside, throttled+done.besideThrottled, own+done.throttled
	}
	require.Greater(t, calls, 100)
	figures.Report(t, "tuner.deployment_throttled", float64(throttled), "calls")
	figures.Report(t, "tuner.throttled", float64(own), "calls")
	require.Zero(t, throttled)
}
