package change

import (
	"context"
	"time"

	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/price"
)

// cachedSnapshots lists what a second costs in which the snapshots of the versions are cached that a round has
// published, those of lost answers included. since is when the first of them was published.
func (s *Function) cachedSnapshots(ctx context.Context, p price.Prices, round int) (perSecond float64, since time.Time, err error) {
	if !s.target.PaysForSnapshots() {
		return 0, time.Time{}, nil
	}
	all, err := s.Versions(ctx, s.target.Function)
	if err != nil {
		return 0, time.Time{}, err
	}
	since = time.Now()
	for _, v := range all {
		if m, _ := mark.Parse(v.Description); !mark.Owns(s.target, v, s.execution) || m.Round != round {
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
