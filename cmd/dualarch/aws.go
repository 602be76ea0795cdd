package main

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/cobra"

	"github.com/dualarch/dualarch/internal/execution"
)

// account is the AWS account that a command works in: by the SDK's default chain, as the AWS CLI finds it.
type account struct {
	profile, region string
	// load loads the configuration. Default: the SDK's.
	load func(context.Context, ...func(*config.LoadOptions) error) (aws.Config, error)
}

func (a *account) flags(command *cobra.Command) {
	a.profileFlag(command)
	command.Flags().StringVar(&a.region, "region", "", "the AWS region (default: the profile's, or AWS_REGION)")
}

func (a *account) profileFlag(command *cobra.Command) {
	command.Flags().StringVar(&a.profile, "profile", "", "the profile of your AWS configuration (default: AWS_PROFILE)")
}

// config returns the account's configuration.
func (a *account) config(ctx context.Context) (aws.Config, error) {
	load := a.load
	if load == nil {
		load = config.LoadDefaultConfig
	}
	return load(ctx, config.WithSharedConfigProfile(a.profile), config.WithRegion(a.region))
}

// client returns a client of the account.
func (a *account) client(ctx context.Context) (*execution.Client, error) {
	cfg, err := a.config(ctx)
	if err != nil {
		return nil, err
	}
	return execution.New(cfg), nil
}

// machines returns the state machine of an ARN, or those of a stack; of all stacks, if neither is given.
func machines(ctx context.Context, client *execution.Client, stack, machine string) ([]execution.Machine, error) {
	if machine == "" {
		return client.Machines(ctx, stack)
	}
	m, err := client.Machine(ctx, machine)
	return []execution.Machine{m}, err
}

// labels returns what constructs are called: by their names, and by their stacks too if two have the same.
func labels(machines []execution.Machine) func(m execution.Machine, name string) string {
	count := map[string]int{}
	for _, m := range machines {
		for _, t := range m.Defaults.Targets {
			count[t.Name]++
		}
	}
	return func(m execution.Machine, name string) string {
		if count[name] < 2 {
			return name
		}
		return name + " of " + place(m)
	}
}

// place says which stack a state machine is in.
func place(m execution.Machine) string {
	if m.Stack == "" {
		return m.ARN
	}
	return m.Stack
}
