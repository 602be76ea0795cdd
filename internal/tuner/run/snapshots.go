package run

import (
	"time"

	"github.com/dualarch/dualarch/tuning/explore/terms"
)

// Snapshots adds up what AWS charges for caching the snapshots of the run's versions, in USD: SnapStart on Python
// and .NET.
type Snapshots struct {
	// Exploring is for the versions that were published to explore: it is part of maxCost. Confirming is for
	// the others.
	Exploring  float64 `json:"exploring,omitempty"`
	Confirming float64 `json:"confirming,omitempty"`
	// Cached are the snapshots that exist now.
	Cached []CachedSnapshots `json:"cached,omitempty"`
}

// CachedSnapshots are those of the versions that one Prepare published.
type CachedSnapshots struct {
	Phase     Phase     `json:"phase"`
	PerSecond float64   `json:"perSecond"` // USD, of all together
	Until     time.Time `json:"until"`     // what comes after that has not been added up yet
}

// Add counts versions that were published, for the least that AWS charges.
func (s *Snapshots) Add(p Phase, perSecond float64, published time.Time) {
	if perSecond == 0 {
		return
	}
	*s.of(p) += perSecond * terms.ShortestCaching.Seconds()
	s.Cached = append(s.Cached, CachedSnapshots{Phase: p, PerSecond: perSecond, Until: published.Add(terms.ShortestCaching)})
}

func (s *Snapshots) of(p Phase) *float64 {
	if p == PhaseExplore {
		return &s.Exploring
	}
	return &s.Confirming
}

// Accrue counts what has been cached until now.
func (s *Snapshots) Accrue(now time.Time) {
	for i := range s.Cached {
		if c := &s.Cached[i]; now.After(c.Until) {
			*s.of(c.Phase) += c.PerSecond * now.Sub(c.Until).Seconds()
			c.Until = now
		}
	}
}

// Deleted counts what was cached until the versions were deleted.
func (s *Snapshots) Deleted(now time.Time) {
	s.Accrue(now)
	s.Cached = nil
}
