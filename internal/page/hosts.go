package page

import (
	"html/template"

	"github.com/dualarch/dualarch/internal/page/chart"
	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/tuning"
)

// host is a row of the architectures whose sandboxes stood at two levels.
type host struct {
	Architecture      tuning.Architecture
	Sandboxes, Slower int
	Apart             string
	Levels            template.HTML
}

func hosts(o *tuning.Output) []host {
	var rows []host
	for _, t := range o.Targets {
		h := t.Hosts
		if h == nil {
			continue
		}
		levels := chart.Levels{Class: class(t.Architecture), Faster: h.Sandboxes - h.Slower, Slower: h.Slower, Apart: h.ApartPercent}
		rows = append(rows, host{t.Architecture, h.Sandboxes, h.Slower, phrase.Percent(h.ApartPercent) + " %", levels.SVG()})
	}
	return rows
}
