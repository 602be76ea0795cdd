package run

import (
	"math"
	"slices"
)

// AddServed adds to how long test sizes were served, each configuration once.
func (s *State) AddServed(more []Served) {
	for _, m := range more {
		i := slices.IndexFunc(s.Served, func(o Served) bool { return o.Configuration == m.Configuration })
		if i < 0 {
			s.Served = append(s.Served, m)
			continue
		}
		s.Served[i].Seconds = math.Round(1000*(s.Served[i].Seconds+m.Seconds)) / 1000
	}
}
