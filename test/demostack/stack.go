package demostack

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"

	"github.com/dualarch/dualarch/test/emulator"
)

// Name is the stack's name, in the app and on AWS.
const Name = "DualArchDemo"

// Stack is the demo app and what it needs around it.
type Stack struct {
	Emulator *emulator.Emulator
	// Outputs are the stack's outputs by name; empty before Deploy.
	Outputs Outputs
	// Context is additional CDK context, as name=value.
	Context []string

	numbers *emulator.NumbersAPI
	output  io.Writer
}

// Start starts an emulator and the stub of the numbers service, and prepares the emulated account
// for the CDK. What the CDK CLI prints, here and later, goes to output.
func Start(ctx context.Context, options emulator.Options, output io.Writer) (*Stack, error) {
	e, err := emulator.Start(ctx, options)
	if err != nil {
		return nil, err
	}
	s := &Stack{Emulator: e, output: output}
	if s.numbers, err = emulator.StartNumbersAPI(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := e.Bootstrap(ctx, output); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close ends everything Start started.
func (s *Stack) Close() error {
	var err error
	if s.numbers != nil {
		err = s.numbers.Stop()
	}
	return errors.Join(err, s.Emulator.Stop())
}

// Deploy synthesizes the app, deploys it and reads its outputs.
func (s *Stack) Deploy(ctx context.Context) error {
	err := s.cdk(ctx, s.output, append(slices.Clone(deploy), "--outputs-file", s.outputsFile())...)
	if err != nil {
		return err
	}
	s.Outputs, err = readOutputs(s.outputsFile())
	return err
}

// Diff synthesizes the app again and fails if the result differs from what is deployed; output gets
// the CDK CLI's report.
func (s *Stack) Diff(ctx context.Context, output io.Writer) error {
	return s.cdk(ctx, output, "diff", Name, "--fail")
}

// Redeploy deploys once more what was synthesized last.
func (s *Stack) Redeploy(ctx context.Context) error {
	return s.Emulator.OnAssembly(ctx, s.output, s.Emulator.AssemblyDir(), deploy...)
}

// Destroy removes the stack.
func (s *Stack) Destroy(ctx context.Context) error {
	return s.Emulator.OnAssembly(ctx, s.output, s.Emulator.AssemblyDir(), "destroy", Name, "--force")
}

var deploy = []string{"deploy", Name, "--require-approval", "never"}

// cdk runs a command of the CDK CLI that synthesizes the app as it is deployed here.
func (s *Stack) cdk(ctx context.Context, output io.Writer, args ...string) error {
	args = slices.Clone(args)
	for _, value := range append([]string{
		"numbersApiUrl=" + s.numbers.URL,
		// Otherwise the tuner would run under qemu: slow, and of no use here.
		"tunerArchitecture=" + emulator.HostArchitecture(),
	}, s.Context...) {
		args = append(args, "--context", value)
	}
	return s.Emulator.CDK(ctx, output, args...)
}

func (s *Stack) outputsFile() string { return filepath.Join(s.Emulator.Dir, "outputs.json") }
