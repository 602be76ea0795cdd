package survey

import (
	"context"
	"errors"

	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/tuning"
)

// mostExecutions are how many executions of each tuning state machine are read, the newest.
const mostExecutions = 10

// recall adds the newest verdicts of the tuning state machines in a region's stacks, of those that Step Functions still
// knows: it keeps them for 90 days. Those that are kept in buckets are left out, because a policy for a survey cannot name
// the buckets.
func (s *surveyor) recall(ctx context.Context, r *region) error {
	byARN := map[string]*function{}
	for _, f := range r.functions {
		byARN[f.ARN] = f
	}
	client := execution.New(r.cfg)
	machines, err := client.AnyMachines(ctx, "")
	if err != nil {
		return err
	}
	var problems []error
	for _, m := range machines {
		m.Defaults.Results = nil
		for _, t := range m.Defaults.Targets {
			pair(byARN, t.Functions)
		}
		past, err := client.Past(ctx, m, mostExecutions)
		problems = append(problems, err)
		for _, v := range past {
			measured := measuredOf(v)
			if measured == nil {
				continue
			}
			for _, given := range v.Lambdas() {
				if f := byARN[given]; f != nil && (f.Measured == nil || f.Measured.At.Before(measured.At)) {
					f.Measured = measured
				}
			}
		}
	}
	return errors.Join(problems...)
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
