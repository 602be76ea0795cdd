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
// running are left out.
func (c *Client) Past(ctx context.Context, machine string, most int) ([]verdicts.Verdict, error) {
	var all []verdicts.Verdict
	for pages := sfn.NewListExecutionsPaginator(c.states, &sfn.ListExecutionsInput{StateMachineArn: &machine}); pages.HasMorePages() && len(all) < most; {
		page, err := pages.NextPage(ctx, statesRegion(machine))
		if err != nil {
			return nil, fmt.Errorf("listing the executions of %s: %w", machine, err)
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
			if err != nil {
				return nil, err
			}
			all = append(all, v)
		}
	}
	slices.Reverse(all)
	return all, nil
}
