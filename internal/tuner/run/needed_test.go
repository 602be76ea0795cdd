package run

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/tuning"
)

func measurements(samples int, sizes ...int) []tuning.Measurement {
	var all []tuning.Measurement
	for _, size := range sizes {
		for _, a := range []tuning.Architecture{tuning.Arm, tuning.X86} {
			all = append(all, tuning.Measurement{Configuration: tuning.Configuration{Architecture: a, MemorySize: size}, Samples: samples})
		}
	}
	return all
}

func TestWantedInterleaves(t *testing.T) {
	got := NeededVersions(input.Input{}, Round{Number: 2, Measurements: measurements(5, 256, 512), Sandboxes: 2})
	require.Len(t, got, 8)
	for i, w := range got {
		require.Equal(t, VersionKey{Round: 2, Index: i}, w.VersionKey)
		require.Equal(t, i/4, w.Sandbox)
		require.Equal(t, 5, w.Samples)
		require.Equal(t, measurements(5, 256, 512)[i%4].Configuration, w.Configuration)
	}
}

func TestChunks(t *testing.T) {
	in, round := input.Input{OnlyColdStarts: true}, Round{Number: 1, Measurements: measurements(15, 256, 512), Sandboxes: 1}
	var sizes []int
	seen := map[NeededVersion]bool{}
	for last := false; !last; {
		var part []NeededVersion
		part, last = NextChunk(in, round)
		round.Done += len(part)
		sizes = append(sizes, len(part))
		perFunction := map[tuning.Architecture]int{}
		for _, w := range part {
			require.False(t, seen[w])
			seen[w] = true
			perFunction[w.Architecture]++
			require.Equal(t, 1, w.Samples)
		}
		for _, n := range perFunction {
			require.LessOrEqual(t, n, ChunkSize)
		}
	}
	require.Equal(t, []int{40, 20}, sizes)
	require.Len(t, seen, 60)

	part, last := NextChunk(input.Input{}, Round{Number: 1, Measurements: measurements(15, 256, 512), Sandboxes: 30})
	require.True(t, last)
	require.Len(t, part, 120)
}
