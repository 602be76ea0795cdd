package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/ranking"
	tunerrun "github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// earlier is how many past executions are looked at for one that says what a run costs.
const earlier = 5

// sayEstimates says what each job may cost. A machine's past runs are read once, however many jobs it has.
func sayEstimates(ctx context.Context, client *execution.Client, jobs []job, repeat int, stderr io.Writer) {
	past := map[string][]verdicts.Function{}
	for _, j := range jobs {
		runs, known := past[j.machine.ARN]
		if !known {
			all, err := client.Past(ctx, j.machine, earlier)
			if err == nil { // without permission to list, it is estimated
				runs = verdicts.ByFunction(all)
			}
			past[j.machine.ARN] = runs
		}
		say(stderr, estimate(j, runs, repeat))
	}
}

// configurations returns what a job may measure. A single function's architecture is not known here.
func (j job) configurations() []tuning.Configuration {
	var all []tuning.Configuration
	architectures := []tuning.Architecture{tuning.X86, tuning.Arm}
	for _, a := range architectures[:len(j.functions)] {
		for _, size := range j.decoded.ConfiguredSizes(a) {
			all = append(all, tuning.Configuration{Architecture: a, MemorySize: size})
		}
	}
	return all
}

// exploring returns how many invocations exploring takes; at most, if it is adaptive.
func (j job) exploring() int {
	switch {
	case j.decoded.DryRun:
		return len(j.configurations())
	case j.decoded.Exploration == tuning.Adaptive:
		return j.decoded.MaxInvocations
	}
	return len(j.configurations()) * j.decoded.Num
}

// confirming returns how many invocations confirming takes at most: of the winner, of today's configuration and, with two
// functions, of the other architecture's best, each sandbox with a cold call before its warm ones.
func (j job) confirming() int {
	if j.decoded.DryRun || j.decoded.OnlyColdStarts {
		return 0
	}
	return (1 + len(j.functions)) * ranking.MostToConfirm(j.decoded, tunerrun.Journal{}) * 2 * ranking.SamplesToConfirm(j.decoded)
}

// estimate says how often a run invokes and what that costs: as much as the last run with a verdict, else for calls of
// a second each.
func estimate(j job, past []verdicts.Function, repeat int) string {
	var text strings.Builder
	text.WriteString(j.label + ": ")
	if repeat > 1 {
		fmt.Fprintf(&text, "each of %d runs makes ", repeat)
	}
	if j.decoded.Exploration == tuning.Adaptive && !j.decoded.DryRun {
		text.WriteString("at most ")
	}
	configurations := j.configurations()
	fmt.Fprintf(&text, "%d invocations to explore %d configurations", j.exploring(), len(configurations))
	if most := j.confirming(); most > 0 {
		fmt.Fprintf(&text, ", then at most %d on fresh sandboxes to confirm the winner", most)
	}
	if cost, when, ok := lastCost(j, past); ok {
		fmt.Fprintf(&text, "\n  the run of %s cost %s USD", when, money(cost))
		return text.String()
	}
	mean := 0.0
	for _, c := range configurations {
		prices := price.ForRun(j.decoded.Terms, price.Function{Region: arn.Region(j.functions[0]), Architecture: c.Architecture})
		mean += prices.Invocation(c.MemorySize, 1000) / float64(len(configurations))
	}
	if len(configurations) > 0 {
		fmt.Fprintf(&text, "\n  exploring costs about %s USD if a call takes a second, and in proportion if it takes longer", money(mean*float64(j.exploring())))
	}
	if most := j.decoded.MaxCost; most > 0 {
		fmt.Fprintf(&text, "; it ends at %s USD", money(most))
	}
	return text.String()
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
				return runCost(latest.Output), latest.Time().UTC().Format("2006-01-02"), true
			}
		}
	}
	return 0, "", false
}

// runCost returns what a run cost in all.
func runCost(o *tuning.Output) float64 {
	return o.StateMachine.LambdaCost + o.StateMachine.ExecutionCost + o.StateMachine.TunerCost
}

// money shows two digits, without an exponent.
func money(usd float64) string {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(usd, 'g', 2, 64), 64)
	if err != nil {
		rounded = usd
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
