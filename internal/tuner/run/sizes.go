package run

import (
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/input"
)

// SizesOf returns the sizes measured on a target, ascending: those asked for, and today's.
func SizesOf(in input.Input, j Journal, t Target) []int {
	sizes := slices.Clone(in.ConfiguredSizes(t.Architecture))
	if today := j.Today(); today.Architecture == t.Architecture && !in.DryRun {
		sizes = append(sizes, today.MemorySize)
	}
	slices.Sort(sizes)
	return slices.Compact(sizes)
}
