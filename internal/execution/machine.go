package execution

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/tuner/input"
)

// Client calls AWS.
type Client struct {
	states  *sfn.Client
	stacks  *cloudformation.Client
	lambda  *lambda.Client
	objects *s3.Client
}

// New returns a client of a configuration.
func New(cfg aws.Config) *Client {
	return &Client{
		states: sfn.NewFromConfig(cfg), stacks: cloudformation.NewFromConfig(cfg), lambda: lambda.NewFromConfig(cfg), objects: s3.NewFromConfig(cfg, withoutChecksums),
	}
}

// Machine is a state machine that tunes, with the defaults that its construct gave it.
type Machine struct {
	ARN string
	// Stack is the name of the stack that it was found in; "" if it was asked for by its ARN.
	Stack    string
	Defaults input.Defaults
}

// errNoTuner reports that a state machine was not made by the construct PowerTuning.
var errNoTuner = errors.New("it is no state machine of the construct PowerTuning: its definition has no state Plan with defaults")

// Machine reads what a state machine's definition passes to Plan as the construct's defaults.
func (c *Client) Machine(ctx context.Context, machine string) (Machine, error) {
	var d struct {
		States map[string]struct {
			Parameters struct {
				Defaults *input.Defaults `json:"defaults"`
			}
		}
	}
	if err := c.definition(ctx, machine, &d); err != nil {
		return Machine{}, err
	}
	defaults := d.States["Plan"].Parameters.Defaults
	if defaults == nil {
		return Machine{}, fmt.Errorf("state machine %s: %w", machine, errNoTuner)
	}
	return Machine{ARN: machine, Defaults: *defaults}, nil
}

// Definition returns a state machine's definition.
func (c *Client) Definition(ctx context.Context, machine string) ([]byte, error) {
	out, err := c.states.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &machine}, statesRegion(machine))
	if err != nil {
		return nil, err
	}
	return []byte(aws.ToString(out.Definition)), nil
}

// definition reads a state machine's definition.
func (c *Client) definition(ctx context.Context, machine string, into any) error {
	text, err := c.Definition(ctx, machine)
	if err != nil {
		return fmt.Errorf("state machine %s: %w", machine, err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("state machine %s: its definition cannot be read: %w", machine, err)
	}
	return nil
}

// lambdaRegion sends a call to the region of its function.
func lambdaRegion(of string) func(*lambda.Options) {
	return func(o *lambda.Options) {
		if region := arn.Region(of); region != "" {
			o.Region = region
		}
	}
}

// statesRegion sends a call to the region of its state machine or execution.
func statesRegion(of string) func(*sfn.Options) {
	return func(o *sfn.Options) {
		if region := arn.Region(of); region != "" {
			o.Region = region
		}
	}
}
