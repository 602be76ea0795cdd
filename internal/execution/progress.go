package execution

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/packing"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// Progress is what an execution has done until now.
type Progress struct {
	// State is the state that it is in: Plan, Prepare, Measure, Restore, Verdict, …
	State string
	// Round counts from 1; it is 0 before the first. Confirming reports that it confirms what was found.
	Round      int
	Confirming bool
	// Sizes counts the configurations that were measured.
	Sizes int
	// Invocations are those of the functions; Cost is what they cost, in USD, as far as they were measured.
	Invocations int
	Cost        float64
	Elapsed     time.Duration
}

// recent is how many of an execution's newest events are read: a step has fewer.
const recent = 30

// progress reads the newest events of an execution.
func (c *Client) progress(ctx context.Context, execution string, terms price.Terms) (Progress, error) {
	out, err := c.states.GetExecutionHistory(ctx, &sfn.GetExecutionHistoryInput{
		ExecutionArn: &execution, ReverseOrder: true, MaxResults: recent, IncludeExecutionData: aws.Bool(true),
	}, statesRegion(execution))
	if err != nil {
		return Progress{}, err
	}
	var p Progress
	for _, e := range out.Events { // the newest first
		if d := e.StateEnteredEventDetails; d != nil && p.State == "" {
			p.State = aws.ToString(d.Name)
		}
		if d := e.StateExitedEventDetails; d != nil && p.Round == 0 {
			p.read(aws.ToString(d.Output), terms, arn.Region(execution))
		}
	}
	return p, nil
}

// read takes over what a step returned, if it is a state of the tuner.
func (p *Progress) read(output string, terms price.Terms, region string) {
	var s struct {
		Round   run.Round  `json:"round"`
		Counts  run.Counts `json:"counts"`
		Samples string     `json:"samples"`
	}
	if json.Unmarshal([]byte(output), &s) != nil {
		return
	}
	p.Round, p.Confirming = s.Round.Number, s.Round.Phase == run.PhaseConfirm
	p.Invocations, p.Cost = s.Counts.Invocations, s.Counts.Unsampled.Cost
	samples, err := packing.Decode(s.Samples)
	if err != nil {
		return
	}
	sizes := map[tuning.Configuration]bool{}
	for _, sample := range samples {
		sizes[sample.Configuration] = true
		p.Cost += price.ForRun(terms, price.Function{Region: region, Architecture: sample.Architecture}).Sample(sample)
	}
	p.Sizes = len(sizes)
}
