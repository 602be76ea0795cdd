package tally

import (
	"slices"
	"time"

	"github.com/dualarch/dualarch/tuning"
)

// tellApart leaves the version's warm samples the sandboxes of their lanes if it is certain that they are several: a
// sandbox has one invocation at a time, so those that ran at one moment ran in different ones. Otherwise they get the
// sandboxes whose log streams their reports stand in, and those whose reports were not found count as the first one's.
// To tell apart those that overlap, without the others, would be a choice among samples: long ones overlap more often.
func (p *progress) tellApart() {
	warm := p.warm()
	if ranAtOneMoment(warm) {
		return
	}
	streams := map[string]int{}
	for _, t := range warm {
		if _, known := streams[t.Stream]; !known && t.Stream != "" {
			streams[t.Stream] = len(streams)
		}
		t.Sandbox = p.version.firstSandbox + streams[t.Stream]
	}
}

// warm returns the warm samples.
func (p *progress) warm() (warm []*Taken) {
	for i := range p.taken {
		if !p.taken[i].Cold {
			warm = append(warm, &p.taken[i])
		}
	}
	return warm
}

// unplaced returns the warm samples without a log stream, if nothing else can tell whether sandboxes are several.
func (p *progress) unplaced() []*Taken {
	warm := p.warm()
	if !p.version.AtOnce || ranAtOneMoment(warm) {
		return nil
	}
	return slices.DeleteFunc(warm, func(t *Taken) bool { return t.Stream != "" || t.RequestID == "" })
}

// ranAtOneMoment reports whether there was a moment at which all of some invocations ran for certain: after the latest
// time at which each can have begun, given its duration and when its answer came, and before the earliest at which it
// can have ended, given when it was sent.
func ranAtOneMoment(all []*Taken) bool {
	var begun, ended time.Time
	for i, t := range all {
		lasted := time.Duration(t.Duration * float64(time.Millisecond))
		if t.Source == tuning.ClientClock || lasted > t.Elapsed {
			return false // what is left to do after the answer is part of the duration too
		}
		latest, earliest := t.At.Add(t.Elapsed-lasted), t.At.Add(lasted)
		if i == 0 || latest.After(begun) {
			begun = latest
		}
		if i == 0 || earliest.Before(ended) {
			ended = earliest
		}
	}
	return len(all) > 0 && begun.Before(ended)
}

// overheads returns how much longer than their reports say warm invocations took seen from outside, in ms.
func (p *progress) overheads() (all []float64) {
	for _, t := range p.taken {
		if !t.Cold && t.Source != tuning.ClientClock {
			all = append(all, float64(t.Elapsed)/float64(time.Millisecond)-t.Duration)
		}
	}
	return all
}
