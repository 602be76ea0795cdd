package decide

import (
	"fmt"
	"strings"

	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// whyRuledOut says why a configuration is out of the verdict; "" if it is not.
func (r ranked) whyRuledOut(c tuning.Configuration) string {
	f, out := r.RuledOut[c]
	switch {
	case !out:
		return ""
	case f.Configuration == c:
		return f.Reason
	case f.OutOfMemory:
		return "not tried, because " + phrase.Configuration(f.Configuration) + " ran out of memory"
	case f.TimedOut:
		return "not tried, because " + phrase.Configuration(f.Configuration) + " timed out"
	}
	return fmt.Sprintf("not tried, because nothing worked on %s, not even %d MB", f.Architecture, f.MemorySize)
}

// whyUnmeasured says why there is no sample of a configuration.
func (r ranked) whyUnmeasured(c tuning.Configuration) string {
	switch reason := r.whyRuledOut(c); {
	case reason != "":
		return reason
	case r.State.OutOfTime != nil:
		return "no sample in the time that the run was given"
	case r.Input.Capped():
		return "no sample within the budget that was given"
	}
	return "no sample"
}

// nothingMeasured returns the error of a run without a single size that worked. Neighbours with the same reason are
// named together.
func (r ranked) nothingMeasured() error {
	var reasons []string
	for _, t := range r.State.Journal.Targets {
		sizes := r.Input.ConfiguredSizes(t.Architecture)
		reason := func(i int) string {
			return r.whyUnmeasured(tuning.Configuration{Architecture: t.Architecture, MemorySize: sizes[i]})
		}
		for first := 0; first < len(sizes); {
			last := first
			for last+1 < len(sizes) && reason(last+1) == reason(first) {
				last++
			}
			at := fmt.Sprint(sizes[first])
			if last > first {
				at += fmt.Sprintf(" to %d", sizes[last])
			}
			reasons = append(reasons, fmt.Sprintf("%s at %s MB: %s", t.Architecture, at, reason(first)))
			first = last + 1
		}
	}
	if o := r.outOfTime(); o != nil {
		reasons = append(reasons, phrase.TimeWarning(*o))
	}
	return run.Problemf(run.NothingMeasured, "no memory size could be measured: %s", strings.Join(reasons, "; "))
}

// nothingOn says why an architecture was not measured, by its largest size.
func (r ranked) nothingOn(architecture tuning.Architecture) string {
	sizes := r.Input.ConfiguredSizes(architecture)
	largest := tuning.Configuration{Architecture: architecture, MemorySize: sizes[len(sizes)-1]}
	f, out := r.RuledOut[largest]
	why := fmt.Sprintf("(%s: %s)", phrase.Configuration(largest), r.whyUnmeasured(largest))
	adaptive := r.Input.Exploration == tuning.Adaptive
	switch {
	case out && f.Configuration != largest:
		return fmt.Sprintf("nothing was measured on %s %s", architecture, why)
	case out && adaptive:
		return fmt.Sprintf("%s failed at every memory size that was tried %s", architecture, why)
	case adaptive && !r.Explored.Spent && !r.endedExploring():
		return fmt.Sprintf("none of the memory sizes asked for was measured on %s", architecture)
	case adaptive:
		return fmt.Sprintf("nothing was measured on %s before the budget ended the search", architecture)
	}
	return fmt.Sprintf("%s failed at every memory size %s", architecture, why)
}
