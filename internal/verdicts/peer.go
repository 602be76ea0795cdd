package verdicts

import (
	"encoding/json"
	"fmt"
	"slices"
)

// readPeer reads an output of AWS Lambda Power Tuning. Its statistics are there only with includeOutputResults; its URL
// holds the same numbers, in single precision.
func readPeer(place string, document json.RawMessage) (Verdict, error) {
	var d struct {
		Power          json.Number // a string in old versions
		Cost, Duration float64
		StateMachine   struct{ Visualization string }
		Stats          []struct {
			Value                         json.Number
			AveragePrice, AverageDuration float64
		}
	}
	if err := decode(place, document, &d); err != nil {
		return Verdict{}, err
	}
	power, err := whole(place+".power", d.Power)
	if err != nil {
		return Verdict{}, err
	}
	best := Point{Power: power, Duration: d.Duration, Cost: d.Cost}
	if err := best.check(place); err != nil {
		return Verdict{}, err
	}
	peer := &Peer{Best: &best}
	switch url := d.StateMachine.Visualization; {
	case len(d.Stats) > maxPoints:
		return Verdict{}, fmt.Errorf("%s.stats: there are %d; want at most %d", place, len(d.Stats), maxPoints)
	case len(d.Stats) > 0:
		var series Series
		for i, s := range d.Stats {
			at := fmt.Sprintf("%s.stats[%d]", place, i)
			value, err := whole(at+".value", s.Value)
			if err != nil {
				return Verdict{}, err
			}
			p := Point{Power: value, Duration: s.AverageDuration, Cost: s.AveragePrice}
			if err := p.check(at); err != nil {
				return Verdict{}, err
			}
			series.Points = append(series.Points, p)
		}
		peer.Series = []Series{series}
	case url != "":
		if peer.Series, err = parseURL(url); err != nil {
			return Verdict{}, fmt.Errorf("%s.stateMachine.visualization: %w", place, err)
		}
	}
	sortPoints(peer.Series)
	return Verdict{Peer: peer}, nil
}

func whole(at string, n json.Number) (int, error) {
	i, err := n.Int64()
	if err != nil || i < 1 || i > maxPower {
		return 0, fmt.Errorf("%s: given %q; want MB from 1 to %d", at, n, maxPower)
	}
	return int(i), nil
}

func sortPoints(all []Series) {
	for _, s := range all {
		slices.SortStableFunc(s.Points, func(p, q Point) int { return p.Power - q.Power })
	}
}
