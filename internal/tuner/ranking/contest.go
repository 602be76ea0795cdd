package ranking

import (
	"slices"

	"github.com/dualarch/dualarch/internal/tuner/confirm"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/tuner/statistics"
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

// Contest gathers what the confirmation saw of all candidates, as one value for each sandbox.
func (r *Ranking) Contest(values func(trial.Trial) []float64) confirm.Contest {
	c := confirm.Contest{Noise: r.noise}
	for _, candidate := range r.Candidates {
		if len(candidate.Trial.Costs) > 0 {
			c.Contenders = append(c.Contenders, confirm.Contender{Configuration: candidate.Configuration, Values: values(candidate.Trial)})
		}
	}
	return c
}

// Values returns what the strategy makes of a trial, one value for each sandbox.
func (r *Ranking) Values(t trial.Trial) []float64 {
	values := make([]float64, len(t.Costs))
	for i := range values {
		values[i] = r.objective.Value(explore.Means{Cost: t.Costs[i], Duration: t.Durations[i]}, r.largest)
	}
	return values
}

// Versus is one configuration's advantage over another on the confirmation's samples.
type Versus struct {
	tuning.Advantage
	By         tuning.Interval    // the advantage by the strategy's own measure
	Comparison confirm.Comparison // that it comes from
	OK         bool               // there were enough fresh sandboxes
	Sandboxes  int                // each of both has given at least as many
}

// Versus compares two configurations; nothing compares with nil.
func (r *Ranking) Versus(a, b *Candidate) Versus {
	if a == nil || b == nil {
		return Versus{}
	}
	cheaper, ok1 := r.Contest(trial.Trial.Cost).Compare(a.Configuration, b.Configuration)
	faster, ok2 := r.Contest(trial.Trial.Duration).Compare(a.Configuration, b.Configuration)
	by, ok3 := r.Contest(r.Values).Compare(a.Configuration, b.Configuration)
	if !ok1 || !ok2 || !ok3 {
		return Versus{}
	}
	return Versus{
		Advantage:  tuning.Advantage{Architecture: b.Architecture, Power: b.MemorySize, Cheaper: rounded(cheaper), Faster: rounded(faster)},
		Comparison: by, By: rounded(by), OK: true, Sandboxes: min(len(a.Trial.Costs), len(b.Trial.Costs)),
	}
}

// rounded returns a comparison's interval as the output shows it.
func rounded(c confirm.Comparison) tuning.Interval { return RoundedInterval(c.Interval()) }

// Settled says why a comparison needs no more sandboxes.
func (r *Ranking) Settled(c confirm.Comparison) confirm.Reason {
	return c.SettledBy(r.most())
}

func (r *Ranking) most() int { return MostToConfirm(r.Input, r.State.Journal) }

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

// RoundedInterval returns an interval as the output shows it.
func RoundedInterval(i tuning.Interval) tuning.Interval {
	return tuning.Interval{Percent: statistics.Rounded(i.Percent), Low: statistics.Rounded(i.Low), High: statistics.Rounded(i.High)}
}
