package demostack

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"github.com/dualarch/dualarch/test/emulator"
)

// Name is the stack's name, in the app and on AWS.
const Name = "DualArchDemo"

// Stack is the demo app and what it needs around it.
type Stack struct {
	Emulator *emulator.Emulator
	// Outputs are the stack's outputs by name; empty before Deploy.
	Outputs Outputs

	numbers *emulator.NumbersAPI
	output  io.Writer
}

// Start starts an emulator of that name and the stub of the numbers service, and prepares the
// emulated account for the CDK. What the CDK CLI prints, here and later, goes to output.
func Start(ctx context.Context, name string, output io.Writer) (*Stack, error) {
	e, err := emulator.Start(ctx, emulator.Options{Name: name})
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

// Deploy deploys the app, anew or again, and reads its outputs.
func (s *Stack) Deploy(ctx context.Context) error {
	file := filepath.Join(s.Emulator.Dir, "outputs.json")
	err := s.Emulator.CDK(ctx, s.output, "deploy", Name, "--require-approval", "never", "--outputs-file", file,
		"--context", "numbersApiUrl="+s.numbers.URL,
		// The tuner would run under qemu as well: slow, and of no use here.
		"--context", "tunerArchitecture="+emulator.HostArchitecture())
	if err != nil {
		return err
	}
	s.Outputs, err = readOutputs(file)
	return err
}

// Diff compares what Deploy synthesized last with what is deployed; output gets what the CDK CLI
// says of it. Any difference is an error.
func (s *Stack) Diff(ctx context.Context, output io.Writer) error {
	return s.Emulator.OnAssembly(ctx, output, s.Emulator.AssemblyDir(), "diff", Name, "--fail")
}

// Destroy removes the stack.
func (s *Stack) Destroy(ctx context.Context) error {
	return s.Emulator.OnAssembly(ctx, s.output, s.Emulator.AssemblyDir(), "destroy", Name, "--force")
}
