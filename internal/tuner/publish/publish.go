package publish

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/clock"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

const (
	// partTime is how long each of the four calls is tried: together less than the step has.
	partTime = 12 * time.Second
	// mostTries is how often a call is made that may pass.
	mostTries = 5
	// ending is what the state machine keeps to end, so that its time-out does not take the verdict.
	ending = 5 * time.Second
)

// publication is one invocation of Publish.
type publication struct {
	clients   cloud.Clients
	execution run.Execution
	where     input.Results
	output    tuning.Output
	verdict   *tuning.Published // in output
	problems  []string
}

// Run keeps the verdict of an execution and announces it; the output then says what has changed since the last one. What
// cannot be done is said there too and fails nothing. A dry run has no verdict.
func Run(ctx context.Context, c cloud.Clients, e run.Event) (run.State, error) {
	if e.State == nil || e.Defaults.Results == nil {
		return run.State{}, run.Problemf(run.TuningFailed, "Publish was started without the state of the step before, or without a place to keep results")
	}
	state := run.NewState(run.StepDone)
	switch o := e.State.Output; {
	case o == nil:
	case o.Published == nil:
		return run.State{}, run.Problemf(run.ForeignState, "another version of the tuner has reached the verdict, and says nothing of what is to be published: start a new execution")
	default:
		state.Output = published(ctx, c, e)
	}
	return state, nil
}

// published does each part in turn, goes on with the next if one fails, and returns the output with what came of it.
func published(ctx context.Context, c cloud.Clients, e run.Event) *tuning.Output {
	if limit := time.Duration(e.Defaults.TimeoutSeconds) * time.Second; limit > 0 && !e.Execution.StartTime.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, e.Execution.StartTime.Add(limit-ending))
		defer cancel()
	}
	verdict := *e.State.Output.Published
	verdict.Time = time.Now().UTC()
	p := &publication{clients: c, execution: e.Execution, where: *e.Defaults.Results, output: *e.State.Output, verdict: &verdict}
	p.output.Published = p.verdict
	p.output.Warnings = slices.DeleteFunc(slices.Clone(p.output.Warnings), func(w string) bool { return w == run.NotPublished })

	latest := p.readLatest(ctx)
	now := question(p.output)
	if latest.comparable {
		compare(p.verdict, last(latest.Result, e.Execution.ARN, now))
	}
	advice := renewed(latest.Result, now)
	p.keep(ctx, advice)
	compared := p.renew(ctx, latest, advice)
	p.announce(ctx)
	p.measure(compared)

	p.output.Warnings = append(p.output.Warnings, p.problems...)
	return &p.output
}

// problem notes what could not be done; the error has AWS's words.
func (p *publication) problem(err error, format string, args ...any) {
	p.problems = append(p.problems, jsontext.Truncate(fmt.Sprintf(format, args...)+": "+err.Error(), run.MaxNote))
}

// announce sends the event.
func (p *publication) announce(ctx context.Context) {
	err := again(ctx, func(ctx context.Context) error { return p.clients.Results.PutEvent(ctx, p.event()) })
	if err != nil {
		p.problem(err, "the event %s was not sent", tuning.EventDetailType)
	}
}

func (p *publication) event() cloud.Event {
	return cloud.Event{
		Bus: p.where.EventBus, Source: tuning.EventSource, DetailType: tuning.EventDetailType, Detail: p.verdict,
		Resources: append([]string{p.execution.ARN}, p.verdict.Functions...),
	}
}

// measure writes the metrics into the log, in one write.
func (p *publication) measure(compared bool) {
	line, err := metrics(*p.verdict, p.execution.StateMachine, compared)
	if err == nil {
		_, err = p.clients.Log.Write(append(line, '\n'))
	}
	if err != nil {
		p.problem(err, "the metrics of %s were not written", tuning.MetricNamespace)
	}
}

// again makes a call until it succeeds, fails for good, or has taken its time.
func again(ctx context.Context, call func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, partTime)
	defer cancel()
	for try := 0; ; try++ {
		err := call(ctx)
		if err == nil || !cloud.Passing(err) || try+1 == mostTries {
			return err
		}
		if clock.Sleep(ctx, cloud.Pause(try)) != nil {
			return err
		}
	}
}
