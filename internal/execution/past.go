package execution

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/dualarch/dualarch/internal/verdicts"
)

// Past returns the verdicts of a machine's newest executions, at most so many, oldest first. Executions that are still
// running are left out. A verdict has the name of its construct, if it is one of the machine's.
func (c *Client) Past(ctx context.Context, m Machine, most int) ([]verdicts.Verdict, error) {
	var all []verdicts.Verdict
	for pages := sfn.NewListExecutionsPaginator(c.states, &sfn.ListExecutionsInput{StateMachineArn: &m.ARN}); pages.HasMorePages() && len(all) < most; {
		page, err := pages.NextPage(ctx, statesRegion(m.ARN))
		if err != nil {
			return nil, fmt.Errorf("listing the executions of %s: %w", m.ARN, err)
		}
		for _, e := range page.Executions {
			if e.StopDate == nil || len(all) == most {
				continue
			}
			out, err := c.describe(ctx, aws.ToString(e.ExecutionArn))
			if err != nil {
				return nil, err
			}
			v, err := verdictOf(out)
			if err != nil { // one that cannot be read does not hide the others
				v = verdicts.Unreadable(aws.ToString(out.ExecutionArn), m.ARN, aws.ToTime(out.StopDate), err)
			}
			v.Name = m.constructOf(v)
			all = append(all, v)
		}
	}
	slices.Reverse(all)
	return all, nil
}

// constructOf returns the name of the construct that a verdict is of: by its input, by its functions, or since there is
// but one; "" if it is of none.
func (m Machine) constructOf(v verdicts.Verdict) string {
	if name := v.Target(); name != "" {
		return name
	}
	functions := v.Lambdas()
	for _, t := range m.Defaults.Targets {
		if slices.ContainsFunc(t.Functions, func(f string) bool { return slices.Contains(functions, f) }) {
			return t.Name
		}
	}
	if len(functions) == 0 && len(m.Defaults.Targets) == 1 {
		return m.Defaults.Targets[0].Name
	}
	return ""
}
