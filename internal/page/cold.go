package page

import (
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/tuning"
)

// cold is what is known of a configuration's cold starts, in ms.
type cold struct {
	Architecture tuning.Architecture
	Power        int
	Samples      int
	Share        string
	Mean, Init   string
	Sandboxes    int
	MemoryUsed   int
}

func coldStarts(o *tuning.Output) []cold {
	var rows []cold
	for _, p := range points(o) {
		if !p.works() || p.measured.Cold == nil {
			continue
		}
		m := p.measured
		rows = append(rows, cold{
			Architecture: p.Architecture, Power: p.MemorySize, Samples: m.Cold.Samples, Share: phrase.Percent(100*m.ColdShare) + " %",
			Mean: figure(m.Cold.Mean), Init: figure(m.Cold.MeanInit), Sandboxes: m.Sandboxes, MemoryUsed: m.MaxMemoryUsed,
		})
	}
	return rows
}
