package run

import (
	"strings"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/tuning"
)

// Priced returns what decides the prices of the target's invocations.
func (t Target) Priced() price.Function {
	return price.Function{
		Region: arn.Region(t.Function), Architecture: t.Architecture, EphemeralStorage: t.EphemeralStorage, SnapshotsCharged: t.PaysForSnapshots(),
	}
}

// PaysForSnapshots reports whether AWS charges for the target's snapshots: SnapStart is free on Java's managed
// runtimes alone. The runtime of a container image is not known.
func (t Target) PaysForSnapshots() bool {
	return t.SnapStart && !strings.HasPrefix(t.Runtime, "java") && (t.Runtime != "" || t.PackageType == "Image")
}

// WithCosts returns the samples with their cost.
func WithCosts(in input.Input, j Journal, samples []tuning.Sample) []tuning.Sample {
	type both struct{ serving, run price.Prices }
	byArchitecture := map[tuning.Architecture]both{}
	for _, t := range j.Targets {
		byArchitecture[t.Architecture] = both{price.For(in.Terms, t.Priced()), price.ForRun(in.Terms, t.Priced())}
	}
	withCost := make([]tuning.Sample, len(samples))
	for i, s := range samples {
		p := byArchitecture[s.Architecture]
		s.Cost = p.serving.Sample(s)
		s.Uncharged = s.Cost - p.run.Sample(s)
		withCost[i] = s
	}
	return withCost
}

// TimeoutDuration returns the function's Timeout.
func (t Target) TimeoutDuration() time.Duration { return time.Duration(t.Timeout) * time.Second }
