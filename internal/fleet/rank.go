package fleet

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/dualarch/dualarch/internal/printable"
	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/jsontext"
	"github.com/dualarch/dualarch/internal/tuner/publish"
	"github.com/dualarch/dualarch/tuning"
)

// writing is what Rank keeps of its time to write the report.
const writing = time.Minute

// maxWhy is how long a reason may be, in bytes: what a function under test says may be in it.
const maxWhy = 1000

// ranked is a row with its document.
type ranked struct {
	Row
	document json.RawMessage
}

// Rank ranks what became of a plan, and writes fleet.json: in the execution's own folder, and once more as the last.
func Rank(ctx context.Context, c Cloud, e Event) (Output, error) {
	if e.State == nil {
		return Output{}, errors.New("the event has no state")
	}
	text, err := object(ctx, c, location(e.Settings.Bucket, e.State.Plan))
	if err != nil {
		return Output{}, fmt.Errorf("reading the plan: %w", err)
	}
	var p plan
	if err := json.Unmarshal(text, &p); err != nil {
		return Output{}, fmt.Errorf("reading the plan: %w", err)
	}
	known, err := results(ctx, c, *e.State, p)
	if err != nil {
		return Output{}, err
	}
	last := e.Settings.Prefix + "fleet.json"
	before, err := earlier(ctx, c, location(e.Settings.Bucket, last), p)
	if err != nil {
		p.Notes = append(p.Notes, "the fleet.json before could not be read, so verdicts that are kept were asked for one by one: "+
			jsontext.Truncate(printable.Line(err.Error()), maxWhy))
	}
	rows := make([]ranked, 0, len(p.Targets))
	for _, t := range p.Targets {
		if row, ok := before.row(t); ok {
			rows = append(rows, row)
			continue
		}
		r, ok := known[t.Execution]
		var failed error
		if !ok {
			if failed = errNoTime; timeLeft(ctx) > writing {
				r, failed = describe(ctx, c, t.Execution)
			}
		}
		delete(known, t.Execution)
		t.Execution = cmp.Or(r.execution, t.Execution)
		rows = append(rows, before.stale(t, newRow(t, r, failed)))
	}
	slices.SortStableFunc(rows, func(a, b ranked) int { return better(a.Row, b.Row) })
	report := newReport(e, p, rows)
	body, err := json.Marshal(report)
	if err != nil {
		return Output{}, err
	}
	own := e.Settings.Prefix + e.Execution.Name + "/fleet.json"
	for _, key := range []string{own, last} {
		if err := put(ctx, c, e.Settings.Bucket, key, body); err != nil {
			return Output{}, err
		}
	}
	return Output{
		Fleet: location(e.Settings.Bucket, own), Totals: report.Totals, Top: report.Rows[:min(mostTop, len(report.Rows))], Notes: report.Notes,
	}, nil
}

// newRow makes a target's row and document.
func newRow(t planned, r result, failed error) ranked {
	row := ranked{Row: rowOf(t)}
	var o tuning.Output
	switch {
	case errors.Is(failed, cloud.ErrNotFound):
		failed = errors.New("its execution was not started")
	case failed == nil && r.output == nil:
		failed = errors.New(r.why())
	case failed == nil && (json.Unmarshal(r.output, &o) != nil || len(o.Targets) == 0):
		failed = errors.New("its output cannot be read")
	}
	if failed != nil {
		row.Outcome, row.Why = Failed, jsontext.Truncate(printable.Line(failed.Error()), maxWhy)
		if !t.Kept.IsZero() {
			row.Outcome = Kept // there is one, although it could not be read
		}
		row.document = text(map[string]any{
			"executionArn": t.Execution, "status": cmp.Or(r.status, "UNKNOWN"), "input": string(t.Input), "startDate": r.started, "stopDate": r.stopped,
			"error": r.error, "cause": row.Why,
		})
		return row
	}
	advice := publish.Advice(&o)
	row.Advice, row.AdviceAt = &advice, r.stopped
	if !t.Kept.IsZero() {
		row.Outcome, row.AdviceAt = Kept, t.Kept
	}
	row.Cost = o.StateMachine.LambdaCost + o.StateMachine.ExecutionCost + o.StateMachine.TunerCost
	row.document = withExecution(r, t)
	return row
}

// rowOf returns what the plan says of a target's row.
func rowOf(t planned) Row {
	return Row{
		Name: t.Name, Functions: t.Functions, Outcome: Tuned, Execution: t.Execution,
		InvocationsPerMonth: t.InvocationsPerMonth, BillPerMonth: t.BillPerMonth, MaxCost: t.MaxCost,
	}
}

// withExecution writes an output as `dualarch tune --out` does: flat, with its execution beside it.
func withExecution(r result, t planned) json.RawMessage {
	var document map[string]json.RawMessage
	if err := json.Unmarshal(r.output, &document); err != nil {
		panic(err) // it was read before
	}
	execution := map[string]any{"executionArn": t.Execution, "startDate": r.started, "stopDate": r.stopped}
	if t.Input != nil {
		execution["input"] = t.Input
	}
	document["execution"] = text(execution)
	return text(document)
}

// better orders rows: by what an advised and confirmed change saves a month, then by per cent, then changes before what
// is to be kept, and what failed last.
func better(a, b Row) int {
	return cmp.Or(cmp.Compare(saved(b), saved(a)), cmp.Compare(percent(b), percent(a)), cmp.Compare(order(a), order(b)))
}

func saved(r Row) float64 {
	if r.Advice == nil || r.Advice.SavingsPerMonth == nil {
		return math.Inf(-1)
	}
	return *r.Advice.SavingsPerMonth
}

func percent(r Row) float64 {
	if r.Advice == nil {
		return math.Inf(-1)
	}
	return r.Advice.SavingPercent
}

func order(r Row) int {
	switch {
	case r.Advice == nil:
		return 2
	case r.Advice.Action == tuning.Change:
		return 0
	}
	return 1
}

func newReport(e Event, p plan, rows []ranked) Report {
	report := Report{
		Format: Format, Rows: []Row{}, Out: p.LeftOut, Notes: p.Notes, Verdicts: []json.RawMessage{},
		Totals:    Totals{Functions: len(rows), LeftOut: len(p.LeftOut), MaxCost: p.MaxCost},
		Execution: Execution{ARN: e.Execution.ARN, StateMachine: e.Execution.StateMachine, Started: e.Execution.StartTime, Stopped: time.Now().UTC()},
	}
	for _, r := range rows {
		report.Rows, report.Verdicts = append(report.Rows, r.Row), append(report.Verdicts, r.document)
		switch r.Outcome {
		case Tuned:
			report.Totals.Tuned++
			report.Totals.Cost += r.Cost
		case Kept:
			report.Totals.Kept++
		case Failed:
			report.Totals.Failed++
		}
		if a := r.Advice; a != nil && a.Action == tuning.Change && a.Confirmed && a.SavingsPerMonth != nil {
			report.Totals.SavingsPerMonth += *a.SavingsPerMonth
		}
	}
	return report
}
