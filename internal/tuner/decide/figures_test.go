package decide

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/phrase"
	"github.com/dualarch/dualarch/test/simulation"
	"github.com/dualarch/dualarch/tuning"
)

// figure is one number of an output, with the question that it answers.
type figure struct {
	path     string
	question string // the advantage of one configuration over another, or what a configuration costs or takes
	reverse  string // the same question the other way around
	tuning.Interval
	banded bool
	// estimated figures are exploring's; where is what they rest on.
	estimated bool
}

// advantages lists what an output says of one configuration over another, in per cent.
func advantages(o *tuning.Output) (all []figure) {
	at := func(a tuning.Architecture, power int) string { return fmt.Sprintf("%s@%d", a, power) }
	add := func(path, to, from string, estimated bool, cheaper, faster *tuning.Interval, cheaperPercent, fasterPercent float64) {
		for _, m := range []struct {
			name    string
			within  *tuning.Interval
			percent float64
		}{{"cost", cheaper, cheaperPercent}, {"duration", faster, fasterPercent}} {
			f := figure{
				path: path + "." + m.name, question: m.name + " of " + to + " over " + from, reverse: m.name + " of " + from + " over " + to,
				Interval: tuning.Interval{Percent: m.percent}, estimated: estimated,
			}
			if m.within != nil {
				f.Interval, f.banded = *m.within, true
			}
			all = append(all, f)
		}
	}
	winner := at(o.Architecture, o.Power)
	if c := o.Comparison; c != nil {
		for name, v := range map[string]*tuning.Versus{"otherArchitecture": c.OtherArchitecture, "today": c.Today} {
			if v != nil {
				add("comparison."+name, winner, at(v.Architecture, v.Power), v.Estimated, v.Cheaper, v.Faster, v.CheaperPercent, v.FasterPercent)
			}
		}
		for name, p := range map[string]*tuning.Part{"byMemory": c.ByMemory, "byArchitecture": c.ByArchitecture} {
			if p != nil {
				add("comparison."+name, at(p.To.Architecture, p.To.Power), at(p.From.Architecture, p.From.Power), p.Estimated, p.Cheaper, p.Faster, p.CheaperPercent, p.FasterPercent)
			}
		}
	}
	if r := o.Recommendation; r != nil {
		advised := winner
		if r.Action == tuning.Change {
			advised = at(r.Architecture, r.Power)
		}
		for name, a := range map[string]*tuning.Advantage{"today": r.Today, "otherArchitecture": r.OtherArchitecture} {
			if a != nil {
				add("recommendation."+name, advised, at(a.Architecture, a.Power), false, &a.Cheaper, &a.Faster, a.Cheaper.Percent, a.Faster.Percent)
			}
		}
	}
	return all
}

// reversed is an advantage seen from the other side.
func reversed(i tuning.Interval) tuning.Interval {
	turn := func(percent float64) float64 { return 100 * (1 - 1/(1-percent/100)) }
	return tuning.Interval{Percent: turn(i.Percent), Low: turn(i.High), High: turn(i.Low)}
}

// requireOneAnswerEach walks every pair of an output's figures: those for one question are the same, and the text says
// nothing else.
func requireOneAnswerEach(t *testing.T, o *tuning.Output) {
	t.Helper()
	all := advantages(o)
	for i, a := range all {
		for _, b := range all[i+1:] {
			switch b.question {
			case a.question:
				requireSame(t, a.Interval, b.Interval, a.path, b.path)
			case a.reverse:
				requireSame(t, reversed(a.Interval), b.Interval, a.path, b.path)
			default:
				continue
			}
			require.Equal(t, a.estimated, b.estimated, "%s and %s", a.path, b.path)
		}
	}
	requireCostsTell(t, o)
	requirePartsMultiply(t, o)
	requireTextTells(t, o)
}

func requireSame(t *testing.T, a, b tuning.Interval, paths ...string) {
	t.Helper()
	for _, pair := range [][2]float64{{a.Percent, b.Percent}, {a.Low, b.Low}, {a.High, b.High}} {
		// What is rounded to 0.0001 % is not when it is turned around: −900 % is 90 %.
		require.InDelta(t, pair[0], pair[1], 2e-4*math.Pow(1+math.Abs(pair[1])/100, 2), "%v: %+v and %+v", paths, a, b)
	}
}

// requireCostsTell checks that a configuration has one cost wherever it is compared, and that percentages follow from
// costs and durations.
func requireCostsTell(t *testing.T, o *tuning.Output) {
	t.Helper()
	c := o.Comparison
	if c == nil {
		return
	}
	known := map[tuning.Configuration]tuning.Means{}
	add := func(m tuning.Means) {
		key := tuning.Configuration{Architecture: m.Architecture, MemorySize: m.Power}
		if before, ok := known[key]; ok {
			require.Equal(t, before, m)
		}
		known[key] = m
	}
	percent := func(better, than float64) float64 { return 100 * (1 - better/than) }
	add(*c.Winner)
	require.Equal(t, tuning.Configuration{Architecture: o.Architecture, MemorySize: o.Power}, tuning.Configuration{Architecture: c.Winner.Architecture, MemorySize: c.Winner.Power})
	for _, v := range []*tuning.Versus{c.Today, c.OtherArchitecture} {
		if v != nil {
			add(tuning.Means{Architecture: v.Architecture, Power: v.Power, Cost: v.Cost, Duration: v.Duration})
			require.InDelta(t, percent(c.Winner.Cost, v.Cost), v.CheaperPercent, 1e-2)
			require.InDelta(t, percent(c.Winner.Duration, v.Duration), v.FasterPercent, 1e-2)
			require.Equal(t, v.CheaperPercent, v.Cheaper.Percent)
			require.Equal(t, v.FasterPercent, v.Faster.Percent)
		}
	}
	for _, p := range []*tuning.Part{c.ByMemory, c.ByArchitecture} {
		if p != nil {
			add(p.From)
			add(p.To)
			require.InDelta(t, percent(p.To.Cost, p.From.Cost), p.CheaperPercent, 1e-2)
			require.InDelta(t, percent(p.To.Duration, p.From.Duration), p.FasterPercent, 1e-2)
		}
	}
	for _, point := range o.Curve { // what is estimated is the curve's
		m, compared := known[tuning.Configuration{Architecture: point.Architecture, MemorySize: point.Power}]
		if v := c.OtherArchitecture; compared && v != nil && v.Estimated && v.Architecture == m.Architecture && v.Power == m.Power && point.Estimated {
			require.InEpsilon(t, point.Cost, m.Cost, 1e-9)
		}
	}
}

// requirePartsMultiply checks what of an advantage each part gives, and that the parts lead from today's to the winner.
func requirePartsMultiply(t *testing.T, o *tuning.Output) {
	t.Helper()
	c := o.Comparison
	if c == nil || c.ByMemory == nil {
		return
	}
	rest := func(percent float64) float64 { return 1 - percent/100 }
	require.InEpsilon(t, rest(c.Today.CheaperPercent), rest(c.ByMemory.CheaperPercent)*rest(c.ByArchitecture.CheaperPercent), 1e-4)
	require.InEpsilon(t, rest(c.Today.FasterPercent), rest(c.ByMemory.FasterPercent)*rest(c.ByArchitecture.FasterPercent), 1e-4)
	require.Equal(t, c.Today.Power, c.ByMemory.From.Power)
	require.Equal(t, c.Today.Architecture, c.ByMemory.From.Architecture)
	require.Equal(t, c.ByMemory.From.Architecture, c.ByMemory.To.Architecture, "memory alone")
	require.Equal(t, c.ByMemory.To, c.ByArchitecture.From)
	require.Equal(t, *c.Winner, c.ByArchitecture.To)
	if o.Architecture != c.Today.Architecture {
		require.Equal(t, c.OtherArchitecture.Power, c.ByMemory.To.Power, "its own best size")
	}
}

var (
	saidPercent  = regexp.MustCompile(`(−?[\d.]+) % (cheaper|more expensive|faster|slower)`)
	saidInterval = regexp.MustCompile(`\((−?[\d.]+)(?:–| to )(−?[\d.]+) %\)`)
	saidMemory   = regexp.MustCompile(`(−?[\d.]+) % (?:\([^)]*\) )?from (\d+) → (\d+) MB`)
	// Of what balanced judges by, the text alone tells.
	saidOverall = regexp.MustCompile(`overall \([^)]*\)`)
	saidArch    = regexp.MustCompile(`(−?[\d.]+) % (?:\([^)]*\) )?from (arm64|x86_64)`)
)

// requireTextTells checks that the recommendation's text has the fields' figures and no others, does what action says,
// and calls estimated what is.
func requireTextTells(t *testing.T, o *tuning.Output) {
	t.Helper()
	r := o.Recommendation
	if r == nil {
		return
	}
	percents, intervals := map[string]bool{}, map[string]bool{}
	for _, f := range advantages(o) {
		words := [2]string{"cheaper", "more expensive"}
		if strings.HasPrefix(f.question, "duration") {
			words = [2]string{"faster", "slower"}
		}
		for _, i := range []tuning.Interval{f.Interval, reversed(f.Interval)} {
			percents[phrase.Percent(i.Percent)+" % "+words[0]], percents[phrase.Percent(-i.Percent)+" % "+words[1]] = true, true
			intervals[phrase.Percent(i.Low)+" "+phrase.Percent(i.High)] = true
			intervals[phrase.Percent(-i.High)+" "+phrase.Percent(-i.Low)] = true
		}
	}
	for _, said := range saidPercent.FindAllString(r.Text, -1) {
		require.Contains(t, percents, said, r.Text)
	}
	for _, said := range saidInterval.FindAllStringSubmatch(saidOverall.ReplaceAllString(r.Text, "overall"), -1) {
		require.Contains(t, intervals, said[1]+" "+said[2], r.Text)
	}
	c := o.Comparison
	for _, said := range saidMemory.FindAllStringSubmatch(r.Text, -1) {
		require.Contains(t, []string{phrase.Percent(c.ByMemory.CheaperPercent), phrase.Percent(c.ByMemory.FasterPercent)}, said[1], r.Text)
		require.Equal(t, fmt.Sprint(c.ByMemory.From.Power, c.ByMemory.To.Power), fmt.Sprint(said[2], " ", said[3]), r.Text)
	}
	for _, said := range saidArch.FindAllStringSubmatch(r.Text, -1) {
		require.Contains(t, []string{phrase.Percent(c.ByArchitecture.CheaperPercent), phrase.Percent(c.ByArchitecture.FasterPercent)}, said[1], r.Text)
		require.Equal(t, string(c.ByArchitecture.To.Architecture), said[2], r.Text)
	}
	require.Equal(t, r.Action == tuning.Keep, strings.HasPrefix(r.Text, "keep "), r.Text)
	if r.Action == tuning.Change {
		require.True(t, r.Today.Cheaper.Percent > 0 || r.Today.Faster.Percent > 0, r.Text)
		require.True(t, strings.HasPrefix(r.Text, fmt.Sprintf("%s at %d MB: ", r.Architecture, r.Power)), r.Text)
	}
	if c != nil && c.OtherArchitecture != nil && c.OtherArchitecture.Cheaper != nil && r.Text != "" {
		require.Equal(t, c.OtherArchitecture.Estimated, r.OtherArchitecture == nil, r.Text)
		if c.OtherArchitecture.Estimated {
			require.Contains(t, r.Text, "estimated", r.Text)
		}
	}
}

// One output holds one number for one question.
func TestGoldenOutputsGiveOneAnswerEach(t *testing.T) {
	goldens, err := filepath.Glob("testdata/output-*.json")
	require.NoError(t, err)
	require.Len(t, goldens, 4)
	for _, golden := range goldens {
		text, err := os.ReadFile(golden)
		require.NoError(t, err)
		var o tuning.Output
		require.NoError(t, json.Unmarshal(text, &o))
		requireOneAnswerEach(t, &o)
		require.Greater(t, len(advantages(&o)), 2, golden)
	}
}

// The same whatever comes out of a run: each strategy, one function or two, on hosts and functions of all kinds.
func TestEveryOutputGivesOneAnswerEach(t *testing.T) {
	estimates, divisions := 0, 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 5))
		in, j := simulation.TwoTargets()
		if seed%2 == 1 {
			j.Targets[0], j.Targets[1] = j.Targets[1], j.Targets[0]
		}
		if seed%7 == 0 {
			in, j = simulation.OneTarget()
		}
		in.PowerValues = []int{128, 256, 512, 1024, 1769}
		in.Strategy = []tuning.Strategy{tuning.Cost, tuning.Balanced, tuning.Speed}[seed%3]
		if seed%5 > 0 {
			in.Exploration, in.MaxInvocations = tuning.Adaptive, 150
		}
		in.BalancedWeight = 0.5
		in.OnlyColdStarts = seed%11 == 5
		exponent, lead := 0.2+1.2*r.Float64(), math.Exp(0.3*r.NormFloat64())
		w := simulation.World{Random: r, Host: 0.03 * r.Float64(), Noise: 0.2 * r.Float64(), Init: 80, Mean: func(c tuning.Configuration) float64 {
			ms := 5 + 200*math.Pow(512/float64(c.MemorySize), exponent)
			if c.Architecture == tuning.Arm {
				ms *= lead
			}
			return ms
		}}
		if seed%13 == 3 {
			w.Failures = []tuning.Failure{{Configuration: j.Today(), Reason: "timed out after 3 s"}}
		}
		o := decided(t, w, in, j)
		requireOneAnswerEach(t, o)
		if c := o.Comparison; c != nil && c.OtherArchitecture != nil && c.OtherArchitecture.Estimated {
			estimates++
		}
		if strings.Contains(o.Recommendation.Text, " → ") {
			divisions++
		}
	}
	require.Greater(t, estimates, 5)
	require.Greater(t, divisions, 5)
}
