package verdicts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/dualarch/dualarch/tuning"
)

const (
	// largest is what no duration, cost or percentage reaches; beyond it sums and pictures would overflow.
	largest = 1e15
	// maxPower is far above what Lambda sells, in MB.
	maxPower = 1 << 20
	// maxSandboxes is far above what a run confirms on.
	maxSandboxes = 1000
	// maxPoints is how many memory sizes a function may have; Lambda has about 10,000.
	maxPoints = 20_000
)

// checkNumbers refuses numbers that are out of any range. What the user gave as an input is not looked at.
func checkNumbers(place string, document json.RawMessage) error {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber() // an input may hold what no float64 does
	if err := decoder.Decode(&value); err != nil {
		return fmt.Errorf("%s: %w", place, err)
	}
	return checkNumber(place, value)
}

func checkNumber(place string, value any) error {
	switch v := value.(type) {
	case json.Number:
		if f, err := v.Float64(); err != nil || math.Abs(f) > largest {
			return fmt.Errorf("%s: given %s; want a number between %g and %g", place, v, -largest, largest)
		}
	case []any:
		for i, element := range v {
			if err := checkNumber(fmt.Sprintf("%s[%d]", place, i), element); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if name == "input" {
				continue
			}
			if err := checkNumber(place+"."+name, v[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkOutput refuses what no output of ours has, so that whoever draws it need not.
func checkOutput(place string, o tuning.Output) error {
	if len(o.Targets) == 0 || len(o.Targets) > 2 {
		return fmt.Errorf("%s.targets: there are %d; want 1 or 2", place, len(o.Targets))
	}
	if err := checkPoint(place, o.Architecture, Point{o.Power, o.Duration, o.Cost}); err != nil {
		return err
	}
	for i, target := range o.Targets {
		at := fmt.Sprintf("%s.targets[%d]", place, i)
		if i > 0 && target.Architecture == o.Targets[0].Architecture {
			return fmt.Errorf("%s.architecture: given %q again; want the other one", at, target.Architecture)
		}
		if err := checkArchitecture(at, target.Architecture); err != nil {
			return err
		}
		if len(target.Sizes) > maxPoints {
			return fmt.Errorf("%s.sizes: there are %d; want at most %d", at, len(target.Sizes), maxPoints)
		}
		if h := target.Hosts; h != nil && (h.Slower < 0 || h.Sandboxes < h.Slower || h.Sandboxes > maxSandboxes || !(h.ApartPercent >= 0)) {
			return fmt.Errorf("%s.hosts: given %d of %d sandboxes, %g %% apart; want at most %d sandboxes, no more slower ones, and 0 %% or more",
				at, h.Slower, h.Sandboxes, h.ApartPercent, maxSandboxes)
		}
		for j, s := range target.Sizes {
			if err := (Point{s.Power, s.Duration, s.Cost}).check(fmt.Sprintf("%s.sizes[%d]", at, j)); err != nil {
				return err
			}
		}
	}
	if len(o.Curve) > 2*maxPoints {
		return fmt.Errorf("%s.curve: there are %d points; want at most %d", place, len(o.Curve), 2*maxPoints)
	}
	for i, c := range o.Curve {
		at := fmt.Sprintf("%s.curve[%d]", place, i)
		if err := checkPoint(at, c.Architecture, Point{c.Power, c.Duration, c.Cost}); err != nil {
			return err
		}
		if c.CostLow < 0 || c.CostHigh < c.CostLow || c.DurationLow < 0 || c.DurationHigh < c.DurationLow {
			return fmt.Errorf("%s: given a band from %g to %g USD and from %g to %g ms; want two values of 0 or more, the lower first",
				at, c.CostLow, c.CostHigh, c.DurationLow, c.DurationHigh)
		}
	}
	return checkAdvice(place, o)
}

// checkAdvice checks what is compared and advised.
func checkAdvice(place string, o tuning.Output) error {
	if r := o.Recommendation; r != nil {
		at := place + ".recommendation"
		if r.Action != tuning.Change && r.Action != tuning.Keep {
			return fmt.Errorf("%s.action: given %q; want %q or %q", at, r.Action, tuning.Change, tuning.Keep)
		}
		if err := checkPoint(at, r.Architecture, Point{Power: r.Power}); err != nil {
			return err
		}
		for _, name := range []string{"today", "otherArchitecture"} {
			a := map[string]*tuning.Advantage{"today": r.Today, "otherArchitecture": r.OtherArchitecture}[name]
			if a == nil {
				continue
			}
			if err := checkPoint(at+"."+name, a.Architecture, Point{Power: a.Power}); err != nil {
				return err
			}
		}
	}
	c := o.Comparison
	if c == nil {
		return nil
	}
	compared := map[string]*tuning.Means{"winner": c.Winner}
	for name, v := range map[string]*tuning.Versus{"today": c.Today, "otherArchitecture": c.OtherArchitecture} {
		if v != nil {
			compared[name] = &tuning.Means{Architecture: v.Architecture, Power: v.Power, Cost: v.Cost, Duration: v.Duration}
		}
	}
	for name, part := range map[string]*tuning.Part{"byMemory": c.ByMemory, "byArchitecture": c.ByArchitecture} {
		if part != nil {
			compared[name+".from"], compared[name+".to"] = &part.From, &part.To
		}
	}
	for _, name := range slices.Sorted(maps.Keys(compared)) {
		if m := compared[name]; m != nil {
			if err := checkPoint(place+".comparison."+name, m.Architecture, Point{m.Power, m.Duration, m.Cost}); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkPoint(at string, a tuning.Architecture, p Point) error {
	if err := checkArchitecture(at, a); err != nil {
		return err
	}
	return p.check(at)
}

func checkArchitecture(at string, a tuning.Architecture) error {
	if a != tuning.X86 && a != tuning.Arm {
		return fmt.Errorf("%s.architecture: given %q; want %q or %q", at, a, tuning.X86, tuning.Arm)
	}
	return nil
}

func (p Point) check(at string) error {
	switch {
	case p.Power < 1 || p.Power > maxPower:
		return fmt.Errorf("%s.power: given %d; want MB from 1 to %d", at, p.Power, maxPower)
	case !(p.Duration >= 0) || p.Duration > largest:
		return fmt.Errorf("%s.duration: given %g; want milliseconds, 0 or more", at, p.Duration)
	case !(p.Cost >= 0) || p.Cost > largest:
		return fmt.Errorf("%s.cost: given %g; want USD, 0 or more", at, p.Cost)
	}
	return nil
}
