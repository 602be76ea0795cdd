package execution

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// Machines returns the tuning state machines of a stack, each once; with no stack, those of all stacks of the account
// and region. It is an error if there are none.
func (c *Client) Machines(ctx context.Context, stack string) ([]Machine, error) {
	machines, err := c.AnyMachines(ctx, stack)
	if err != nil {
		return nil, err
	}
	if len(machines) == 0 {
		return nil, NoMachines(stack)
	}
	return machines, nil
}

// NoMachines is the error of a stack, or of all of them, without a tuning state machine.
func NoMachines(stack string) error {
	return fmt.Errorf("no output of %s names a tuning state machine (…PowerTuningStateMachineArn); give --state-machine ARN, or --stack with the name of a stack that has a DualArchFunction", stackText(stack))
}

// AnyMachines is Machines where there need not be any. If some cannot be read, the others are returned with the error.
func (c *Client) AnyMachines(ctx context.Context, stack string) ([]Machine, error) {
	stacks, err := c.inOutputs(ctx, stack, tunerOutput)
	if err != nil {
		return nil, err
	}
	guessed := stack == "" // a name alone does not make an output of somebody else's stack ours
	if len(stacks) == 0 && stack != "" {
		guessed = true
		if stacks, err = c.inResources(ctx, stack); err != nil {
			return nil, err
		}
	}
	var machines []Machine
	var refused []error
	for _, machine := range slices.Sorted(maps.Keys(stacks)) {
		m, err := c.Machine(ctx, machine)
		switch {
		case guessed && (errors.Is(err, errNoTuner) || isGone(err)):
		case err != nil && ctx.Err() != nil:
			return machines, err
		case err != nil:
			refused = append(refused, err)
		default:
			m.Stack = stacks[machine]
			machines = append(machines, m)
		}
	}
	return machines, errors.Join(refused...)
}

// isGone reports whether an error says that a state machine was deleted, which its stack's outputs outlive.
func isGone(err error) bool {
	_, gone := errors.AsType[*sfntypes.StateMachineDoesNotExist](err)
	return gone
}

// inOutputs returns the ARNs of state machines that stacks' outputs name whose ids have key in them, and the stack of each.
func (c *Client) inOutputs(ctx context.Context, stack, key string) (map[string]string, error) {
	request := &cloudformation.DescribeStacksInput{}
	if stack != "" {
		request.StackName = &stack
	}
	stacks := map[string]string{}
	for pages := cloudformation.NewDescribeStacksPaginator(c.stacks, request); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the outputs of %s: %w", stackText(stack), err)
		}
		for _, s := range page.Stacks {
			for _, machine := range machinesOf(s, key) {
				if stacks[machine] == "" || s.RootId == nil { // a nested stack is known by the one around it
					stacks[machine] = aws.ToString(s.StackName)
				}
			}
		}
	}
	return stacks, nil
}

// inResources returns the ARNs of all state machines in a stack and the stacks nested in it: for tuning stacks that no
// output names.
func (c *Client) inResources(ctx context.Context, stack string) (map[string]string, error) {
	stacks := map[string]string{}
	for within := []string{stack}; len(within) > 0; within = within[1:] {
		for pages := cloudformation.NewListStackResourcesPaginator(c.stacks, &cloudformation.ListStackResourcesInput{StackName: &within[0]}); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("no output of %s names a tuning state machine (…PowerTuningStateMachineArn), and its resources cannot be listed: %w", stackText(stack), err)
			}
			for _, r := range page.StackResourceSummaries {
				physical := aws.ToString(r.PhysicalResourceId)
				switch aws.ToString(r.ResourceType) {
				case "AWS::CloudFormation::Stack":
					within = append(within, physical)
				case "AWS::StepFunctions::StateMachine":
					stacks[physical] = stack
				}
			}
		}
	}
	return stacks, nil
}

func stackText(stack string) string {
	if stack == "" {
		return "any stack"
	}
	return "stack " + stack
}

// The ids of the outputs that DualArchFunction, PowerTuning and Fleet make end in these, and begin with the path of the
// construct.
const (
	tunerOutput = "PowerTuningStateMachineArn"
	fleetOutput = "FleetStateMachineArn"
)

// machinesOf returns the values of such outputs.
func machinesOf(s types.Stack, key string) []string {
	var found []string
	for _, o := range s.Outputs {
		value := aws.ToString(o.OutputValue)
		if strings.Contains(aws.ToString(o.OutputKey), key) && strings.Contains(value, ":stateMachine:") {
			found = append(found, value)
		}
	}
	return found
}
