package decide

import (
	"math"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/trial"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

const (
	// mostSamples is how many samples a confirming sandbox gives at most.
	mostSamples = 25
	// mixture is how many payloads make a sandbox so expensive that none is confirmed on as many.
	mixture = 5
)

// SamplesToConfirm returns how many warm samples a confirming sandbox gives: one, since the variance between sandboxes
// is what rules, or every payload once, since each sandbox has to see the mixture. How many payloads there are in S3 is
// not known before they are read.
func SamplesToConfirm(in input.Input) int {
	if in.PayloadS3 != "" && in.Payloads == nil {
		return mostSamples
	}
	return min(max(1, len(in.Payloads)), mostSamples)
}

// MostToConfirm returns how many sandboxes a contender is confirmed on at most: fewer if each takes many calls, or a
// version whose snapshot AWS charges for, as much as thousands of calls.
func MostToConfirm(in input.Input, j run.Journal) int {
	switch {
	case slices.ContainsFunc(j.Targets, run.Target.PaysForSnapshots):
		return confirm.Looks[1]
	case SamplesToConfirm(in) > mixture:
		return confirm.Looks[2]
	}
	return confirm.Most()
}

// confirmation returns the next look; ok is false if there is none.
func (r *ranking) confirmation() (next run.Round, ok bool) {
	if r.state.Round.Phase == run.PhaseConfirm {
		return r.nextLook()
	}
	return r.firstLook()
}

// firstLook returns the round that begins the confirmation; ok is false if there is nothing to compare.
func (r *ranking) firstLook() (next run.Round, ok bool) {
	contenders := r.contenders()
	if len(contenders) < 2 {
		return run.Round{}, false
	}
	return r.look(contenders, confirm.Looks[0], r.atOnce(contenders, confirm.Looks[0])), true
}

// nextLook returns the round that gives what is still open more sandboxes; ok is false if all is settled, or if the
// round before has brought nothing.
func (r *ranking) nextLook() (next run.Round, ok bool) {
	if again, ok := r.lookApart(); ok {
		return again, true
	}
	fewest := math.MaxInt
	var comparisons []confirm.Comparison
	var contenders []*candidate
	contest := r.contest(r.values)
	for _, pair := range r.questions() {
		between, ok := contest.Compare(pair[0].Configuration, pair[1].Configuration)
		if !ok || r.settled(between) != confirm.Open {
			continue
		}
		comparisons = append(comparisons, between)
		for _, c := range pair {
			if !slices.Contains(contenders, c) {
				contenders = append(contenders, c)
			}
			fewest = min(fewest, len(c.trial.Costs))
		}
	}
	more := min(confirm.More(comparisons, r.price(contenders)), r.most())
	if more <= fewest || !r.freshSince(r.state.Round) {
		return run.Round{}, false
	}
	// Whoever has more already, from a comparison that was open for longer, waits for the others.
	contenders = slices.DeleteFunc(contenders, func(c *candidate) bool { return len(c.trial.Costs) > fewest })
	return r.look(contenders, more-fewest, r.atOnce(contenders, more-fewest)), true
}

// settled says why a comparison needs no more sandboxes.
func (r *ranking) settled(c confirm.Comparison) confirm.Reason {
	return c.SettledBy(r.most())
}

func (r *ranking) most() int { return MostToConfirm(r.in, r.state.Journal) }

// look returns a round of the contenders on fresh sandboxes, of which a version gives so many.
func (r *ranking) look(contenders []*candidate, sandboxes, atOnce int) run.Round {
	round := run.Round{Number: r.state.Round.Number + 1, Phase: run.PhaseConfirm, Sandboxes: sandboxes, AtOnce: atOnce}
	for _, c := range contenders {
		round.Measurements = append(round.Measurements, tuning.Measurement{Configuration: c.Configuration, Samples: SamplesToConfirm(r.in)})
	}
	return round
}

// freshSince reports whether a confirming round has brought a sandbox.
func (r *ranking) freshSince(round run.Round) bool {
	return slices.ContainsFunc(r.samples, func(s tuning.Sample) bool {
		return s.Confirming && run.RoundOf(s) == round.Number
	})
}

// contenders returns what a confirmation compares: the winner, what live traffic runs on today, and the other
// architecture's best, unless exploration leaves that no chance. Cold starts are not confirmed: each sample is a fresh
// sandbox already.
func (r *ranking) contenders() []*candidate {
	if r.in.DryRun || r.in.OnlyColdStarts {
		return nil
	}
	var all []*candidate
	for _, c := range []*candidate{r.winner, r.today, r.other} {
		hopeless := c == r.other && c != r.today && r.explored.OtherHopeless
		if c != nil && !slices.Contains(all, c) && !hopeless {
			all = append(all, c)
		}
	}
	if len(all) == 2 && all[1] == r.today && r.hardlyBetter() {
		return nil
	}
	return all
}

// hardlyBetter reports whether exploring expects the winner to be better than today's configuration by less than a
// change is worth: fresh samples hardly ever show more, and what does not change needs none.
func (r *ranking) hardlyBetter() bool {
	if r.winner == nil || r.today == nil || r.winner == r.today {
		return false
	}
	winner, ok1 := r.onCurve(r.winner.Configuration)
	today, ok2 := r.onCurve(r.today.Configuration)
	return ok1 && ok2 && r.expected(winner) > r.expected(today)*(1-confirm.Margin/100.0)
}

// expected returns the strategy's measure of an estimate.
func (r *ranking) expected(e explore.Estimate) float64 {
	return r.objective.Value(explore.Means{Cost: e.Cost.Mean, Duration: e.Duration.Mean}, r.largest)
}

// questions returns the comparisons that the advice hangs on, by what is known so far: whether to change what runs
// today and, if the winner is of the other architecture, whether that is worth more than changing the memory alone.
func (r *ranking) questions() [][2]*candidate {
	switch {
	case r.winner == nil || r.today == nil:
		return nil
	case r.winner == r.today && r.other != nil:
		return [][2]*candidate{{r.winner, r.other}}
	case r.winner == r.today || r.hardlyBetter():
		return nil
	}
	all := [][2]*candidate{{r.winner, r.today}}
	if r.memoryAlone() {
		if v := r.versus(r.winner, r.today); !v.ok || r.settled(v.comparison) != confirm.Confirmed {
			return all
		}
		all = append(all, [2]*candidate{r.winner, r.other})
		if v := r.versus(r.winner, r.other); v.ok && r.settled(v.comparison) != confirm.Confirmed {
			all = append(all, [2]*candidate{r.other, r.today})
		}
	}
	return all
}

// memoryAlone reports whether the best of today's architecture is another way to be better than today's configuration.
func (r *ranking) memoryAlone() bool {
	return r.other != nil && r.other != r.today && r.winner.Architecture != r.today.Architecture
}

// contest gathers what the confirmation saw of all candidates, as one value for each sandbox.
func (r *ranking) contest(values func(trial.Trial) []float64) confirm.Contest {
	c := confirm.Contest{Noise: r.noise}
	for _, candidate := range r.candidates {
		if len(candidate.trial.Costs) > 0 {
			c.Contenders = append(c.Contenders, confirm.Contender{Configuration: candidate.Configuration, Values: values(candidate.trial)})
		}
	}
	return c
}

// price returns what more sandboxes of the contenders cost: the versions' publishing, a cold and the warm calls; and
// what a round costs beside them. Money stands for time too: the tuner's Lambdas are paid while they wait.
func (r *ranking) price(contenders []*candidate) confirm.Price {
	own := r.tunerPrices()
	waiting := func(d time.Duration) float64 {
		return own.Invocation(tunerMemory, d.Seconds()*1000) - own.Invocation(tunerMemory, 0)
	}
	round := roundTime
	if slices.ContainsFunc(r.state.Journal.Targets, func(t run.Target) bool { return t.SnapStart }) {
		round += snapshotTime
	}
	p := confirm.Price{Round: roundTransitions*r.transitionPrice() + waiting(round)}
	atOnce := r.atOnce(contenders, confirm.Looks[0]) > 0
	for _, c := range contenders {
		version := waiting(publishTime) + explore.ShortestCaching.Seconds()*c.prices.Caching(c.MemorySize)
		p.Sandbox += float64(1+SamplesToConfirm(r.in))*c.cost + c.prices.Restore(c.MemorySize)
		if atOnce {
			p.Round += version
		} else {
			p.Sandbox += version
		}
	}
	return p
}

// tunerPrices returns the prices of the tuner's own Lambdas: they run on demand too, without the target's storage.
func (r *ranking) tunerPrices() price.Prices {
	return price.ForRun(r.in.Terms, run.Target{Function: r.state.Journal.Targets[0].Function, Architecture: r.in.TunerArchitecture}.Priced())
}

// transitionPrice returns the price of one of the state machine's transitions.
func (r *ranking) transitionPrice() float64 {
	return price.Transition(r.in.Terms, arn.Region(r.state.Journal.Targets[0].Function))
}

const (
	// roundTransitions are a round's: Prepare and Measure, each with the choice after it.
	roundTransitions = 4
	// roundTime is how long a round takes beside its versions: two updates of each function, and a cold start.
	roundTime = 10 * time.Second
	// publishTime is how long one more version takes.
	publishTime = 1500 * time.Millisecond
	// snapshotTime is how long a round waits for snapshots.
	snapshotTime = 150 * time.Second
	// tunerMemory is the memory size of the tuner's own Lambdas, in MB.
	tunerMemory = 1024
)

// payloadShares counts the payloads among the samples taken to explore, which follow the weights; cold ones only if
// they are not taken on top.
func payloadShares(in input.Input, samples []tuning.Sample) map[int]float64 {
	onTop := run.CountsWarmOnly(in, run.Round{Phase: run.PhaseExplore})
	shares := map[int]float64{}
	for _, s := range samples {
		if s.Confirming || s.Cold && onTop {
			continue
		}
		shares[s.Payload]++
	}
	return shares
}

// values returns what the strategy makes of a trial, one value for each sandbox.
func (r *ranking) values(t trial.Trial) []float64 {
	values := make([]float64, len(t.Costs))
	for i := range values {
		values[i] = r.objective.Value(explore.Means{Cost: t.Costs[i], Duration: t.Durations[i]}, r.largest)
	}
	return values
}
