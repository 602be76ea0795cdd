package run

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A confirming look that needs another call of Measure leaves nothing out itself.
func TestWhatExploringLeftOutIsNotForgotten(t *testing.T) {
	exploring := &OutOfTime{Phase: PhaseExplore}
	var s State
	s.LeaveOut(nil)
	require.Nil(t, s.OutOfTime)
	s.LeaveOut(exploring)
	s.LeaveOut(nil)
	require.Same(t, exploring, s.OutOfTime)
	s.LeaveOut(&OutOfTime{Phase: PhaseConfirm})
	require.Same(t, exploring, s.OutOfTime, "the first counts")
}
