package run

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSnapshotsAreChargedForThreeHoursAtLeast(t *testing.T) {
	start := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	var s Snapshots
	s.Add(PhaseExplore, 0, start)
	require.Equal(t, Snapshots{}, s, "free ones")

	s.Add(PhaseExplore, 2, start)
	require.InDelta(t, 2*3*3600, s.Exploring, 0, "as soon as they are published")
	s.Accrue(start.Add(3 * time.Hour))
	require.InDelta(t, 2*3*3600, s.Exploring, 0)
	s.Accrue(start.Add(4 * time.Hour))
	s.Accrue(start.Add(4 * time.Hour))
	require.InDelta(t, 2*4*3600, s.Exploring, 1e-9)
	s.Deleted(start.Add(5 * time.Hour))
	s.Deleted(start.Add(9 * time.Hour))
	require.Equal(t, Snapshots{Exploring: 2 * 5 * 3600}, s)

	s.Add(PhaseConfirm, 1, start.Add(9*time.Hour))
	s.Deleted(start.Add(9*time.Hour + time.Minute))
	require.Equal(t, Snapshots{Exploring: 2 * 5 * 3600, Confirming: 3 * 3600}, s)
}
