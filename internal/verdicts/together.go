package verdicts

import (
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/tuning"
)

// Together is what several runs of one function say together: each of them stands for its own hour and its own hosts.
type Together struct {
	// Runs have a verdict; Agreeing of them advise what the latest does.
	Runs, Agreeing int
	// Cheaper is the saving of cost over today's configuration, with what changed from run to run in its 95 % interval;
	// nil unless at least two runs compare with the latest's.
	Cheaper *tuning.Interval
	// Text says it in words.
	Text string
}

// TogetherOf puts a function's verdicts together; nil if there is but one.
func TogetherOf(f Function) *Together {
	latest := f.Latest()
	if latest == nil {
		return nil
	}
	best := Advised(latest.Output)
	var t Together
	var first, last time.Time
	var savings []tuning.Interval
	for _, v := range f.Verdicts {
		if v.Output == nil {
			continue
		}
		if t.Runs++; t.Runs == 1 {
			first = v.Time()
		}
		last = v.Time()
		if Advised(v.Output) == best {
			t.Agreeing++
		}
		if saved := savedOverToday(v.Output, latest.Output); saved != nil {
			savings = append(savings, *saved)
		}
	}
	if t.Runs < 2 {
		return nil
	}
	advised := phrase.Configuration(best)
	t.Text = fmt.Sprintf("%d of %d runs advise %s", t.Agreeing, t.Runs, advised)
	if !first.IsZero() && !last.IsZero() {
		t.Text = fmt.Sprintf("%d of %d runs from %s to %s advise %s", t.Agreeing, t.Runs, minute(first), minute(last), advised)
	}
	if t.Cheaper = combined(savings); t.Cheaper != nil {
		today := latest.Output.Recommendation.Today
		t.Text += fmt.Sprintf("; beside today's %s, %d of them together say %s, with what changed from run to run",
			phrase.Configuration(tuning.Configuration{Architecture: today.Architecture, MemorySize: today.Power}), len(savings), cheaper(*t.Cheaper))
	}
	return &t
}

// cheaper phrases a saving of cost with its interval.
func cheaper(i tuning.Interval) string {
	word, percent, low, high := "cheaper", i.Percent, i.Low, i.High
	if percent < 0 {
		word, percent, low, high = "more expensive", -i.Percent, -i.High, -i.Low
	}
	if low <= 0 {
		return fmt.Sprintf("%s %% %s, which is not certain (%s to %s %%)", phrase.Percent(percent), word, phrase.Percent(low), phrase.Percent(high))
	}
	return fmt.Sprintf("%s %% %s (%s–%s %%)", phrase.Percent(percent), word, phrase.Percent(low), phrase.Percent(high))
}

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// savedOverToday returns what a run's winner saves over today's configuration, nil if it does not say, or if today's was
// another one than the latest's.
func savedOverToday(o, latest *tuning.Output) *tuning.Interval {
	r, l := o.Recommendation, latest.Recommendation
	if r == nil || l == nil || r.Today == nil || l.Today == nil || r.Today.Architecture != l.Today.Architecture || r.Today.Power != l.Today.Power {
		return nil
	}
	if c := r.Today.Cheaper; c.Low <= c.Percent && c.Percent <= c.High && c.High < 100 {
		return &c
	}
	return nil
}

// combined returns the mean saving of several runs. Its interval is the wider of two: by how far the runs are apart
// (Student's), and by how sure each of them is of itself.
func combined(savings []tuning.Interval) *tuning.Interval {
	if len(savings) < 2 {
		return nil
	}
	const sure = 0.975
	normal := distuv.UnitNormal.Quantile(sure)
	ratio := func(percent float64) float64 { return math.Log1p(-percent / 100) }
	n := float64(len(savings))
	var ratios []float64
	var own float64 // the sum of the squares of the runs' own standard errors
	for _, s := range savings {
		ratios = append(ratios, ratio(s.Percent))
		e := (ratio(s.Low) - ratio(s.High)) / 2 / normal
		own += e * e
	}
	mean, deviation := stat.MeanStdDev(ratios, nil)
	half := max(distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(sure)*deviation/math.Sqrt(n), normal*math.Sqrt(own)/n)
	percent := func(ratio float64) float64 { return -100 * math.Expm1(ratio) }
	return &tuning.Interval{Percent: percent(mean), Low: percent(mean + half), High: percent(mean - half)}
}
