package execution

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
	"github.com/dualarch/dualarch/internal/verdicts"
)

// Past returns the verdicts of a machine's newest executions, at most so many, oldest first: of those that Step Functions
// still knows, then of those whose verdicts are among the machine's Results. Executions that are still running are left
// out. A verdict has the name of its construct, if it is one of the machine's. If Results cannot be read, the verdicts
// that Step Functions has are returned with the error.
func (c *Client) Past(ctx context.Context, m Machine, most int) ([]verdicts.Verdict, error) {
	var all []verdicts.Verdict
	known := map[string]time.Time{} // when executions began, by their names in keys
	err := c.executions(ctx, m, func(page []types.ExecutionListItem) (more bool, err error) {
		for _, e := range page {
			known[keyname.Of(arn.Name(aws.ToString(e.ExecutionArn)))] = aws.ToTime(e.StartDate)
			if e.StopDate == nil || len(all) == most {
				continue
			}
			v, err := c.verdict(ctx, m, aws.ToString(e.ExecutionArn))
			if err != nil {
				return false, err
			}
			all = append(all, v)
		}
		return len(all) < most, nil
	})
	if err != nil {
		return nil, err
	}
	kept, err := c.kept(ctx, m, known, most-len(all))
	all = append(all, kept...)
	slices.Reverse(all)
	return all, err
}

// Succeeded calls do with the verdicts of the executions of a machine that succeeded, the newest first, as long as it
// returns true: of those that Step Functions still knows.
func (c *Client) Succeeded(ctx context.Context, m Machine, do func(verdicts.Verdict) (more bool)) error {
	return c.executions(ctx, m, func(page []types.ExecutionListItem) (more bool, err error) {
		for _, e := range page {
			if e.Status != types.ExecutionStatusSucceeded {
				continue
			}
			v, err := c.verdict(ctx, m, aws.ToString(e.ExecutionArn))
			if err != nil {
				return false, err
			}
			if !do(v) {
				return false, nil
			}
		}
		return true, nil
	})
}

// executions lists a machine's executions, the newest first, as long as do returns true.
func (c *Client) executions(ctx context.Context, m Machine, do func([]types.ExecutionListItem) (more bool, err error)) error {
	for pages := sfn.NewListExecutionsPaginator(c.states, &sfn.ListExecutionsInput{StateMachineArn: &m.ARN}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx, statesRegion(m.ARN))
		if err != nil {
			return fmt.Errorf("listing the executions of %s: %w", m.ARN, err)
		}
		if more, err := do(page.Executions); err != nil || !more {
			return err
		}
	}
	return nil
}

// verdict reads an execution that has ended. One that cannot be read does not hide the others.
func (c *Client) verdict(ctx context.Context, m Machine, execution string) (verdicts.Verdict, error) {
	out, err := c.describe(ctx, execution)
	if err != nil {
		return verdicts.Verdict{}, err
	}
	v, err := verdictOf(out)
	if err != nil {
		v = verdicts.Unreadable(aws.ToString(out.ExecutionArn), m.ARN, aws.ToTime(out.StopDate), err)
	}
	v.Name = m.constructOf(v)
	return v, nil
}

// constructOf returns the name of the construct that a verdict is of: by its input, by its functions, by what it was
// published as, or because there is but one; "" if it is of none.
func (m Machine) constructOf(v verdicts.Verdict) string {
	if name := v.Target(); name != "" {
		return name
	}
	functions := v.Lambdas()
	for _, t := range m.Defaults.Targets {
		if shares(t.Functions, functions) || v.Output != nil && v.Output.Published != nil && v.Output.Published.Target == t.Name {
			return t.Name
		}
	}
	if len(functions) == 0 && len(m.Defaults.Targets) == 1 {
		return m.Defaults.Targets[0].Name
	}
	return ""
}

// tunes reports whether one of the functions is among those that the machine names.
func (m Machine) tunes(functions []string) bool { return shares(m.Functions(), functions) }

// Functions returns the ARNs of the functions that the machine's defaults name. Beside those of constructs, a machine may
// tune others, which only its Heal machine names.
func (m Machine) Functions() []string {
	all := slices.Clone(m.Defaults.Functions)
	for _, t := range m.Defaults.Targets {
		all = append(all, t.Functions...)
	}
	return all
}

// shares reports whether two lists have something in common.
func shares(a, b []string) bool {
	return slices.ContainsFunc(a, func(one string) bool { return slices.Contains(b, one) })
}
