package decide

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
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
	return confirm.Looks[len(confirm.Looks)-1]
}

// firstLook returns the round that begins the confirmation; ok is false if there is nothing to compare.
func (r *ranking) firstLook() (next run.Round, ok bool) {
	contenders := r.contenders()
	if len(contenders) < 2 {
		return run.Round{}, false
	}
	return r.look(contenders, confirm.Looks[0]), true
}

// nextLook returns the round that gives what is still open more sandboxes; ok is false if all is settled, or if the
// round before has brought nothing.
func (r *ranking) nextLook() (next run.Round, ok bool) {
	fewest := math.MaxInt
	var comparisons []confirm.Comparison
	var contenders []*candidate
	for _, pair := range r.questions() {
		between, ok := r.contest(r.values).Compare(pair[0].Configuration, pair[1].Configuration)
		if !ok || r.settled(between) != confirm.Open {
			continue
		}
		comparisons = append(comparisons, between)
		for _, c := range pair {
			if !slices.Contains(contenders, c) {
				contenders = append(contenders, c)
			}
			fewest = min(fewest, len(c.trial.costs))
		}
	}
	more := min(confirm.More(comparisons, r.price(contenders)), r.most())
	if more <= fewest || !r.freshSince(r.state.Round) {
		return run.Round{}, false
	}
	return r.look(contenders, more-fewest), true
}

// settled says why a comparison needs no more sandboxes.
func (r *ranking) settled(c confirm.Comparison) confirm.Reason {
	return c.SettledBy(r.most())
}

func (r *ranking) most() int { return MostToConfirm(r.in, r.state.Journal) }

// look returns a round of the contenders on fresh sandboxes.
func (r *ranking) look(contenders []*candidate, sandboxes int) run.Round {
	round := run.Round{Number: r.state.Round.Number + 1, Phase: run.PhaseConfirm, Sandboxes: sandboxes}
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
		if c != nil && !slices.Contains(all, c) && !(c == r.other && c != r.today && r.explored.OtherHopeless) {
			all = append(all, c)
		}
	}
	return all
}

// questions returns the comparisons that the advice hangs on, by what is known so far: whether to change what runs
// today and, if the winner is of the other architecture, whether that is worth more than changing the memory alone.
func (r *ranking) questions() [][2]*candidate {
	switch {
	case r.winner == nil || r.today == nil:
		return nil
	case r.winner == r.today && r.other != nil:
		return [][2]*candidate{{r.winner, r.other}}
	case r.winner == r.today:
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
func (r *ranking) contest(values func(trial) []float64) confirm.Contest {
	c := confirm.Contest{Noise: r.noise}
	for _, candidate := range r.candidates {
		if len(candidate.trial.costs) > 0 {
			c.Contenders = append(c.Contenders, confirm.Contender{Configuration: candidate.Configuration, Values: values(candidate.trial)})
		}
	}
	return c
}

// price returns what more sandboxes of the contenders cost: the versions' publishing, a cold and the warm calls; and
// what a round costs beside them. Money stands for time too: the tuner's Lambdas are paid while they wait.
func (r *ranking) price(contenders []*candidate) confirm.Price {
	own := price.ForRun(r.in.Terms, run.Target{Function: r.state.Journal.Targets[0].Function, Architecture: r.in.TunerArchitecture}.Priced())
	waiting := func(d time.Duration) float64 {
		return own.Invocation(tunerMemory, d.Seconds()*1000) - own.Invocation(tunerMemory, 0)
	}
	round := roundTime
	if slices.ContainsFunc(r.state.Journal.Targets, func(t run.Target) bool { return t.SnapStart }) {
		round += snapshotTime
	}
	p := confirm.Price{Round: roundTransitions*price.Transition(r.in.Terms, arn.Region(r.state.Journal.Targets[0].Function)) + waiting(round)}
	for _, c := range contenders {
		calls := float64(1+SamplesToConfirm(r.in)) * c.cost
		p.Sandbox += waiting(publishTime) + calls + c.prices.Restore(c.MemorySize) + explore.ShortestCaching.Seconds()*c.prices.Caching(c.MemorySize)
	}
	return p
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

// noiseOf returns the variance that calls, and not hosts, give a confirming sandbox's mean, as a share of its square:
// the warm calls of one sandbox and payload differ by nothing else.
func noiseOf(in input.Input, samples []tuning.Sample, shares map[int]float64) float64 {
	type group struct {
		tuning.Configuration
		confirming       bool
		sandbox, payload int
	}
	groups := map[group][]float64{}
	var order []group
	for _, s := range samples {
		if s.Cold {
			continue
		}
		g := group{s.Configuration, s.Confirming, s.Sandbox, s.Payload}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], s.Total())
	}
	squares, freedom := 0.0, 0
	means, counts := map[int]float64{}, map[int]int{} // by payload, of all samples
	for _, g := range order {
		m := statistics.Mean(groups[g])
		for _, v := range groups[g] {
			if m > 0 {
				squares += (v/m - 1) * (v/m - 1)
			}
		}
		freedom += len(groups[g]) - 1
		means[g.payload] += m
		counts[g.payload]++
	}
	if freedom == 0 {
		return 0
	}
	noise := squares / float64(freedom)
	// Payloads that take longer, or are asked for more often, count for more of the mean, and so does their noise.
	sum, parts := 0.0, 0.0
	for payload, share := range shares {
		if counts[payload] > 0 {
			part := share * means[payload] / float64(counts[payload])
			sum, parts = sum+part, parts+part*part
		}
	}
	if sum == 0 {
		return noise
	}
	return noise * parts / (sum * sum)
}

// trial is what the confirmation saw of one configuration, one value for each sandbox: sandboxes of one configuration
// differ in the host they run on, so the calls within one are not independent samples.
type trial struct {
	costs, durations []float64 // untrimmed means of each sandbox's warm calls
	billed           []float64 // ms
}

func (t trial) cost() []float64     { return t.costs }
func (t trial) duration() []float64 { return t.durations }

// trialOf sums up one configuration's confirming samples. If payloads are weighted a sandbox got each of them equally
// often or nearly so; its mean counts them by shares.
func trialOf(samples []tuning.Sample, shares map[int]float64) trial {
	var order []int
	bySandbox := map[int][]tuning.Sample{}
	for _, s := range samples {
		if s.Cold {
			continue
		}
		if len(bySandbox[s.Sandbox]) == 0 {
			order = append(order, s.Sandbox)
		}
		bySandbox[s.Sandbox] = append(bySandbox[s.Sandbox], s)
	}
	var t trial
	for _, sandbox := range order {
		calls := bySandbox[sandbox]
		t.costs = append(t.costs, meanByPayload(calls, shares, statistics.MeanCost))
		t.durations = append(t.durations, meanByPayload(calls, shares, func(s []tuning.Sample) float64 { return statistics.Mean(statistics.Totals(s)) }))
		t.billed = append(t.billed, meanByPayload(calls, shares, statistics.MeanBilled))
	}
	return t
}

// meanByPayload returns the mean of the payloads' means, each counted by its share.
func meanByPayload(samples []tuning.Sample, shares map[int]float64, mean func([]tuning.Sample) float64) float64 {
	byPayload := map[int][]tuning.Sample{}
	for _, s := range samples {
		byPayload[s.Payload] = append(byPayload[s.Payload], s)
	}
	sum, weight := 0.0, 0.0
	for _, payload := range slices.Sorted(maps.Keys(byPayload)) {
		sum += shares[payload] * mean(byPayload[payload])
		weight += shares[payload]
	}
	if weight == 0 {
		return mean(samples)
	}
	return sum / weight
}

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
func (r *ranking) values(t trial) []float64 {
	values := make([]float64, len(t.costs))
	for i := range values {
		values[i] = r.objective.Value(explore.Means{Cost: t.costs[i], Duration: t.durations[i]}, r.largest)
	}
	return values
}
