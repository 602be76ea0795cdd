package execution

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// Machines returns the tuning state machines that a stack's outputs name, each once; with no stack, those of all stacks
// of the account and region.
func (c *Client) Machines(ctx context.Context, stack string) ([]Machine, error) {
	request := &cloudformation.DescribeStacksInput{}
	if stack != "" {
		request.StackName = &stack
	}
	var arns []string
	for pages := cloudformation.NewDescribeStacksPaginator(c.stacks, request); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the outputs of %s: %w", stackText(stack), err)
		}
		for _, s := range page.Stacks {
			arns = append(arns, machinesOf(s)...)
		}
	}
	slices.Sort(arns)
	arns = slices.Compact(arns)
	if len(arns) == 0 {
		return nil, fmt.Errorf("no output of %s names a tuning state machine (…PowerTuningStateMachineArn); give --state-machine ARN, or --stack with the name of a stack that has a DualArchFunction", stackText(stack))
	}
	var machines []Machine
	for _, machine := range arns {
		m, err := c.Machine(ctx, machine)
		if err != nil {
			return nil, err
		}
		machines = append(machines, m)
	}
	return machines, nil
}

func stackText(stack string) string {
	if stack == "" {
		return "any stack"
	}
	return "stack " + stack
}

// machinesOf returns the values of the outputs that DualArchFunction makes: their ids are the path of the construct.
func machinesOf(s types.Stack) []string {
	var found []string
	for _, o := range s.Outputs {
		if strings.Contains(aws.ToString(o.OutputKey), "PowerTuningStateMachineArn") {
			found = append(found, aws.ToString(o.OutputValue))
		}
	}
	return found
}
