package main

import (
	"context"
	"fmt"
	"io"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// earlier is how many past executions are looked at for one that says what a run costs.
const earlier = 5

// sayEstimates says what each job may cost. A machine's past runs are read once, however many jobs it has.
func sayEstimates(ctx context.Context, client *execution.Client, jobs []job, stderr io.Writer) {
	past := map[string][]verdicts.Function{}
	for _, j := range jobs {
		runs, known := past[j.machine.ARN]
		if !known {
			all, err := client.Past(ctx, j.machine.ARN, earlier)
			if err == nil { // without permission to list, it is estimated
				runs = verdicts.ByFunction(all)
			}
			past[j.machine.ARN] = runs
		}
		say(stderr, estimate(j, runs))
	}
}

// estimate says how often a run invokes and what that costs: as much as the last run with a verdict, else for calls of
// a second each.
func estimate(j job, past []verdicts.Function) string {
	in := j.decoded
	configurations, mean := 0, 0.0
	architectures := []tuning.Architecture{tuning.X86, tuning.Arm}[:len(in.Functions)]
	for _, a := range architectures {
		for _, size := range in.ConfiguredSizes(a) {
			configurations++
			mean += price.ForRun(in.Terms, price.Function{Region: arn.Region(in.Functions[0]), Architecture: a}).Invocation(size, 1000)
		}
	}
	calls := configurations * in.Num
	text := fmt.Sprintf("%s: %d invocations to explore %d configurations", j.name, calls, configurations)
	if in.Exploration == tuning.Adaptive {
		calls = in.MaxInvocations
		text = fmt.Sprintf("%s: at most %d invocations to explore %d configurations", j.name, calls, configurations)
	}
	text += ", then some more on fresh sandboxes to confirm the winner"
	if cost, when, ok := lastCost(j, past); ok {
		return text + fmt.Sprintf("\n  the run of %s cost %s USD", when, money(cost))
	}
	if configurations == 0 {
		return text
	}
	return text + fmt.Sprintf("\n  exploring costs about %s USD if a call takes a second, and in proportion if it takes longer", money(mean/float64(configurations)*float64(calls)))
}

// lastCost returns what the last run of the same function cost in all.
func lastCost(j job, past []verdicts.Function) (cost float64, when string, ok bool) {
	for _, f := range past {
		latest := f.Latest()
		if latest == nil || len(j.functions) == 0 {
			continue
		}
		for _, t := range latest.Output.Targets {
			if function, _ := arn.SplitFunction(t.FunctionARN); function == j.functions[0] {
				m := latest.Output.StateMachine
				return m.LambdaCost + m.ExecutionCost + m.TunerCost, latest.Time().UTC().Format("2006-01-02"), true
			}
		}
	}
	return 0, "", false
}

func money(usd float64) string { return fmt.Sprintf("%.2g", usd) }
