package fleet

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"
)

// maxInput is how large a tuning input may be, in bytes: Step Functions passes 256 KB from state to state, and the
// result of a tuner's execution comes with its input.
const maxInput = 64 << 10

// List says what is tuned, in which order and with which share of the budget, and writes it to S3. It starts nothing, and
// fails with everything that is wrong with the input.
func List(ctx context.Context, c Cloud, e Event) (State, error) {
	in, err := Decode(e.Input, e.Settings)
	if err != nil {
		return State{}, err
	}
	all, err := tunable(ctx, c, e.Settings.Tuners)
	if err != nil {
		return State{}, err
	}
	all, twice := once(all)
	chosen, out, err := choose(ctx, c, in, all, twice)
	if err != nil {
		return State{}, err
	}
	inputs, err := decodeEach(in, chosen)
	if err != nil {
		return State{}, err
	}
	p := plan{MaxCost: in.MaxCost, Targets: []planned{}, LeftOut: out, Notes: []string{}}
	now := e.Execution.StartTime // of a second try too
	kept := map[string]Ended{}
	if in.OlderThan > 0 {
		var notes []string
		if kept, notes, err = young(ctx, c, chosen, now.Add(-in.OlderThan)); err != nil {
			return State{}, err
		}
		p.Notes = append(p.Notes, notes...)
	}
	known, notes := loads(ctx, c, chosen, now)
	p.Notes = append(p.Notes, notes...)
	if in.List == "" {
		slices.SortStableFunc(chosen, func(a, b target) int { return cmp.Compare(known[b.first()].bill, known[a.first()].bill) })
	}
	share := allot(in, chosen, kept, known)
	items := []item{}
	for _, t := range chosen {
		entry := planned{Name: t.name, Functions: t.Functions}
		fields := inputs[t.first()]
		if l, ok := known[t.first()]; ok {
			l.invocations = math.Round(l.invocations)
			entry.InvocationsPerMonth, entry.BillPerMonth = &l.invocations, &l.bill
			if fields["invocationsPerMonth"] == nil && l.invocations > 0 {
				fields["invocationsPerMonth"] = text(l.invocations)
			}
		}
		if last, ok := kept[t.first()]; ok {
			entry.Execution, entry.Kept = last.ARN, last.Stopped
			p.Targets = append(p.Targets, entry)
			continue
		}
		if usd := share[t.first()]; usd > 0 {
			entry.MaxCost, fields["maxCost"] = usd, text(usd)
		}
		it := item{StateMachine: t.stateMachine, Name: ExecutionName(t.key(), e.Execution.ARN), Input: text(fields)}
		entry.Execution, entry.Input = executionARN(it.StateMachine, it.Name), it.Input
		p.Targets, items = append(p.Targets, entry), append(items, it)
	}
	folder := e.Settings.Prefix + e.Execution.Name + "/"
	s := State{Items: folder + "items.json", Plan: folder + "plan.json", Results: folder + "results", Count: len(items)}
	body := text(p)
	if err := fits(body); err != nil {
		return State{}, err
	}
	for key, body := range map[string]json.RawMessage{s.Items: text(items), s.Plan: body} {
		if err := put(ctx, c, e.Settings.Bucket, key, body); err != nil {
			return State{}, err
		}
	}
	return s, nil
}

// fits fails if Rank could not read the plan, which has every function's input.
func fits(plan json.RawMessage) error {
	if len(plan) <= maxSmall {
		return nil
	}
	return &Error{Problems: []string{fmt.Sprintf("the inputs of all functions: given %.1f MB together; allowed: at most %d MB; give large payloads as payloadS3", math.Ceil(float64(len(plan))/(1<<20)*10)/10, maxSmall>>20)}}
}

func put(ctx context.Context, c Cloud, bucket, key string, body []byte) error {
	_, err := retried(ctx, func() (struct{}, error) {
		return struct{}{}, c.PutObject(ctx, location(bucket, key), body, false)
	})
	if err != nil {
		return fmt.Errorf("writing %s: %w", location(bucket, key), err)
	}
	return nil
}

func location(bucket, key string) string { return "s3://" + bucket + "/" + key }

// choose returns the targets that the input asks for, in the order of its list. Those in twice are left out anyway.
func choose(ctx context.Context, c Cloud, in Input, all []target, twice []LeftOut) ([]target, []LeftOut, error) {
	var found problems
	meant := func(path, name string) {
		if slices.ContainsFunc(all, func(t target) bool { return t.called(name) }) {
			return
		}
		allowed := "the name of a target, or the ARN of a function, that a tuner of this fleet has: " + names(all)
		if i := slices.IndexFunc(twice, func(l LeftOut) bool { return l.called(name) }); i >= 0 {
			allowed = "another target: " + twice[i].Why
		}
		found.add(path, text(name), allowed)
	}
	for i, name := range in.Targets {
		meant(fmt.Sprintf("$.targets[%d]", i), name)
	}
	for _, name := range slices.Sorted(maps.Keys(in.Each)) {
		meant("$.inputs."+name, name)
	}
	if err := found.err(); err != nil {
		return nil, nil, err
	}
	out := append([]LeftOut{}, twice...)
	if in.List != "" {
		list, err := survey(ctx, c, in.List)
		if err != nil {
			return nil, nil, err
		}
		all, out = selected(all, list, out)
	}
	if in.Targets == nil {
		return all, out, nil
	}
	var chosen []target
	for _, t := range all {
		if slices.ContainsFunc(in.Targets, t.called) {
			chosen = append(chosen, t)
		} else {
			out = append(out, LeftOut{Name: t.name, Function: t.first(), Why: "the input names others"})
		}
	}
	return chosen, out, nil
}

// names lists what there is, shortened.
func names(all []target) string {
	const most = 10
	text := ""
	for i, t := range all {
		if i == most {
			return text + fmt.Sprintf(" and %d more", len(all)-most)
		}
		if i > 0 {
			text += ", "
		}
		text += t.name
	}
	return text
}

// decodeEach returns each target's tuning input, checked by the tuner's own decoder.
func decodeEach(in Input, chosen []target) (map[string]map[string]json.RawMessage, error) {
	var found problems
	all := map[string]map[string]json.RawMessage{}
	for _, t := range chosen {
		fields := t.fields(in)
		_, _, err := DecodeTuning(t.name, fields, t.defaults, in.MaxCost)
		if ours, ok := errors.AsType[*Error](err); ok {
			found = append(found, ours.Problems...)
		} else if err != nil {
			found = append(found, fmt.Sprintf("the input of %s: %v", t.name, err))
		}
		if size := len(text(fields)); size > maxInput {
			found = append(found, fmt.Sprintf("the input of %s: given %d bytes; allowed: at most %d bytes, a large payload as payloadS3", t.name, size, maxInput))
		}
		all[t.first()] = fields
	}
	return all, found.err()
}

// allot shares the budget out among those that are tuned.
func allot(in Input, chosen []target, kept map[string]Ended, known map[string]load) map[string]float64 {
	all := map[string]float64{}
	if in.MaxCost == 0 {
		return all
	}
	var tuned []target
	var bills, caps []float64
	for _, t := range chosen {
		if _, done := kept[t.first()]; done {
			continue
		}
		b := -1.0
		if l, ok := known[t.first()]; ok {
			b = l.bill
		}
		tuned, bills, caps = append(tuned, t), append(bills, b), append(caps, t.defaults.Ceilings.Cost())
	}
	for i, usd := range shares(in.MaxCost, bills, caps) {
		all[tuned[i].first()] = usd
	}
	return all
}

// timeLeft reports how long a step may still go on.
func timeLeft(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return time.Hour
	}
	return time.Until(deadline)
}
