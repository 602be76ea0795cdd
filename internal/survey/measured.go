package survey

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// Executions of a tuning state machine are read from the newest on, until each of the functions that it names has a
// verdict and the last fewExecutions brought none to any other function.
const (
	fewExecutions = 10
	// mostExecutions bounds the calls for one state machine: a call for each execution that succeeded.
	mostExecutions = 1000
)

// recall adds the newest verdicts of the tuning state machines in a region's stacks: of the executions that Step Functions
// still knows, which it does for 90 days, and of those whose verdicts are among the machines' Results.
func (s *surveyor) recall(ctx context.Context, r *region) error {
	byARN := map[string]*function{}
	for _, f := range r.functions {
		byARN[f.ARN] = f
	}
	client := execution.New(r.cfg)
	machines, err := client.AnyMachines(ctx, "")
	unread := map[string][]string{}
	for _, m := range machines {
		for _, t := range m.Defaults.Targets {
			pair(byARN, t.Functions)
		}
		s.regional(ctx, r, "verdicts", func(ctx context.Context, _ *region) (err error) {
			unread[m.ARN], err = recallOf(ctx, client, m, byARN)
			return err
		})
	}
	s.recallKept(ctx, r, client, machines, byARN)
	for _, m := range machines {
		missing := slices.DeleteFunc(unread[m.ARN], func(given string) bool { return byARN[given].Measured != nil })
		if len(missing) > 0 {
			s.problem(r.name, "verdicts", fmt.Sprintf("only the newest %d successful executions of %s were read: they have no verdict of %s%s",
				mostExecutions, m.ARN, missing[0], andMore(len(missing)-1)))
		}
	}
	return err
}

// recallOf adds the newest verdicts of one state machine's executions. It returns the functions that may have a verdict
// among the executions that were too many to read.
func recallOf(ctx context.Context, client *execution.Client, m execution.Machine, byARN map[string]*function) (unread []string, err error) {
	wanted := map[string]bool{}
	for _, named := range m.Functions() {
		if byARN[named] != nil {
			wanted[named] = true
		}
	}
	seen := map[*function]bool{}
	read, vain := 0, 0
	err = client.Succeeded(ctx, m, func(v verdicts.Verdict) bool {
		read++
		vain++
		for _, f := range take(v, byARN) {
			if !seen[f] {
				seen[f], vain = true, 0
				delete(wanted, f.ARN)
			}
		}
		return read < mostExecutions && (len(wanted) > 0 || vain < fewExecutions)
	})
	if err == nil && read == mostExecutions {
		unread = slices.Sorted(maps.Keys(wanted))
	}
	return unread, err
}

// take notes what an execution has found of functions without a newer verdict. It returns the functions that the execution
// measured.
func take(v verdicts.Verdict, byARN map[string]*function) (of []*function) {
	measured := measuredOf(v)
	if measured == nil {
		return nil
	}
	for _, given := range v.Lambdas() {
		f := byARN[given]
		if f == nil {
			continue
		}
		if f.Measured == nil || f.Measured.At.Before(measured.At) {
			f.Measured = measured
		}
		of = append(of, f)
	}
	return of
}

func andMore(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more of its functions", n)
}

// pair notes that a function on x86_64 has a sibling on arm64.
func pair(byARN map[string]*function, siblings []string) {
	var x86 *function
	arm := false
	for _, given := range siblings {
		if f := byARN[given]; f != nil && f.Architecture == tuning.Arm {
			arm = true
		} else if f != nil {
			x86 = f
		}
	}
	if arm && x86 != nil {
		x86.Readiness = Readiness{Status: guard.DualArch}
	}
}

// measuredOf returns what an execution has found; nil if that was nothing.
func measuredOf(v verdicts.Verdict) *Measured {
	if v.Output == nil || v.Execution == nil {
		return nil
	}
	advised := verdicts.Advised(v.Output)
	m := &Measured{ExecutionARN: v.Execution.ARN, At: v.Time(), Architecture: advised.Architecture, MemorySize: advised.MemorySize}
	if c := v.Output.Comparison; c != nil && c.Today != nil {
		m.Cheaper = c.Today.Cheaper
	}
	if r := v.Output.Recommendation; r != nil {
		m.Confirmed, m.SavingUSD = r.Confirmed, r.SavingsPerMonth
		if r.Today != nil {
			m.Cheaper = &r.Today.Cheaper
		}
	}
	return m
}
