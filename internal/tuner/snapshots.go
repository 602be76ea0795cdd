package tuner

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// cachedSnapshots lists what a second costs in which the snapshots of the versions are cached that a round has
// published, those of lost answers included. since is when the first of them was published.
func (s *tunedFunction) cachedSnapshots(ctx context.Context, p price.Prices, round int) (perSecond float64, since time.Time, err error) {
	if !s.target.PaysForSnapshots() {
		return 0, time.Time{}, nil
	}
	all, err := s.versions(ctx, s.function)
	if err != nil {
		return 0, time.Time{}, err
	}
	since = time.Now()
	for _, v := range all {
		if _, t, _, _ := parseDescription(v.Description); !owns(s.target, v, s.execution.Name) || t.Round != round {
			continue
		}
		perSecond += p.Caching(v.MemorySize)
		if published, err := time.Parse(lastModifiedLayout, v.LastModified); err == nil && published.Before(since) {
			since = published
		}
	}
	return perSecond, since, nil
}

// lastModifiedLayout is how Lambda writes the time of a change.
const lastModifiedLayout = "2006-01-02T15:04:05.000-0700"

// snapshotWarnings tell what cost and maxCost do not hold of functions whose snapshots AWS charges for.
func snapshotWarnings(in input.Input, s run.State, o *tuning.Output, add func(string, ...any)) {
	if confirming := s.Counts.Snapshots.Confirming; in.MaxCost > 0 && confirming > 0 {
		add("the snapshots of the versions that confirmed the winner cost %.2g USD beside maxCost, which is for exploring", confirming)
	}
	for _, t := range s.Journal.Targets {
		if !t.PaysForSnapshots() || t.Architecture != o.Architecture {
			continue
		}
		if region := arn.Region(t.Function); !price.SnapStartKnown(in.Terms, region) {
			add("the price table of %s has no price for SnapStart in %s: that of us-east-1 is used", price.Date, region)
		}
		if in.InvocationsPerMonth == 0 {
			add("cost does not hold what AWS charges for caching a version's snapshot (SnapStart on Python and .NET), %.3g USD a month at %d MB: give invocationsPerMonth to have it shared",
				price.For(in.Terms, t.Priced()).Caching(o.Power)*price.SecondsPerMonth, o.Power)
		}
	}
}
