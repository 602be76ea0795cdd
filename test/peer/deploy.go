package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/dualarch/dualarch/internal/asl"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/test/emulator"
	"github.com/dualarch/dualarch/tuning"
)

// target is the name of what this tuner tunes.
const target = "target"

// deployment is both tuners and what they tune.
type deployment struct {
	lambda    *lambda.Client
	sfn       *sfn.Client
	dir       string
	targets   []string // ARNs
	own, peer string   // ARNs of the state machines
}

// deploy deploys all of it, this tuner's steps with an endpoint of their own, without the CDK, whose time is not what is measured.
func deploy(ctx context.Context, e *emulator.Emulator, endpoint, checkout string) (*deployment, error) {
	d := &deployment{lambda: lambda.NewFromConfig(e.Config()), sfn: sfn.NewFromConfig(e.Config()), dir: e.Dir}
	code, err := d.goProgram(ctx, "./test/peer/target")
	if err != nil {
		return nil, err
	}
	for _, architecture := range []types.Architecture{types.ArchitectureX8664, types.ArchitectureArm64} {
		f := function{name: "target-" + string(architecture), code: code, runtime: types.RuntimeProvidedal2023, handler: "bootstrap", memory: 512, architecture: architecture}
		arn, err := d.create(ctx, f)
		if err != nil {
			return nil, err
		}
		d.targets = append(d.targets, arn)
	}
	if err := d.deployOwn(ctx, endpoint); err != nil {
		return nil, err
	}
	return d, d.deployPeer(ctx, checkout)
}

// deployOwn deploys this tuner's steps, which call AWS at the endpoint, and its state machine.
func (d *deployment) deployOwn(ctx context.Context, endpoint string) error {
	code, err := d.goProgram(ctx, "./functions/powertuning")
	if err != nil {
		return err
	}
	steps := map[asl.Step]string{}
	for _, step := range []asl.Step{asl.Plan, asl.Prepare, asl.Measure, asl.Restore, asl.Verdict, asl.Apply, asl.Heal} {
		f := function{
			name: "own-" + string(step), code: code, runtime: types.RuntimeProvidedal2023, handler: "bootstrap", memory: int32(step.MemorySize()), timeout: 900,
			environment: map[string]string{asl.StepVariable: string(step), "AWS_ENDPOINT_URL_LAMBDA": endpoint},
		}
		if steps[step], err = d.create(ctx, f); err != nil {
			return err
		}
	}
	definition, err := json.Marshal(asl.Tuning(steps, input.Defaults{
		TimeoutSeconds: 3600, TunerArchitecture: tuning.X86,
		Targets: []input.DefaultTarget{{Name: target, Functions: d.targets}},
	}))
	if err != nil {
		return err
	}
	d.own, err = d.machine(ctx, "own", string(definition))
	return err
}

// deployPeer deploys AWS Lambda Power Tuning as its template does. Its layer's packages lie beside its code.
func (d *deployment) deployPeer(ctx context.Context, checkout string) error {
	packages := filepath.Join(d.dir, "peer")
	if err := os.CopyFS(packages, os.DirFS(filepath.Join(checkout, "layer-sdk"))); err != nil {
		return err
	}
	npm := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund")
	npm.Dir, npm.Stderr = packages, os.Stderr
	if err := npm.Run(); err != nil {
		return fmt.Errorf("npm ci of the peer's layer: %w", err)
	}
	code, err := zipped(map[string]string{"": filepath.Join(checkout, "lambda"), "node_modules": filepath.Join(packages, "node_modules")})
	if err != nil {
		return err
	}
	text, err := os.ReadFile(filepath.Join(checkout, "statemachine", "statemachine.asl.json"))
	if err != nil {
		return err
	}
	definition := strings.ReplaceAll(string(text), "${totalExecutionTimeout}", "300")
	for _, step := range []string{"initializer", "publisher", "executor", "cleaner", "analyzer", "optimizer"} {
		arn, err := d.create(ctx, function{
			name: "peer-" + step, code: code, runtime: types.RuntimeNodejs22x, handler: step + ".handler", memory: 128, timeout: 300,
			environment: map[string]string{
				"defaultPowerValues": "128,256,512", "minRAM": "128", "visualizationURL": "https://lambda-power-tuning.show/",
				"baseCosts": `{"x86_64": {"default":2.1e-9}, "arm64": {"default":1.7e-9}}`, "sfCosts": `{"default": 0.000025}`,
			},
		})
		if err != nil {
			return err
		}
		definition = strings.ReplaceAll(definition, "${"+step+"Arn}", arn)
	}
	d.peer, err = d.machine(ctx, "peer", definition)
	return err
}

type function struct {
	name         string
	code         []byte // a zip
	runtime      types.Runtime
	handler      string
	memory       int32 // MB
	timeout      int32 // seconds; 0 is 30
	architecture types.Architecture
	environment  map[string]string
}

// create creates a function and waits until it can be used; it returns its ARN.
func (d *deployment) create(ctx context.Context, f function) (string, error) {
	in := &lambda.CreateFunctionInput{
		FunctionName: &f.name, Code: &types.FunctionCode{ZipFile: f.code}, Runtime: f.runtime, Handler: &f.handler, MemorySize: &f.memory,
		Timeout: aws.Int32(cmp.Or(f.timeout, 30)), Role: aws.String("arn:aws:iam::" + emulator.Account + ":role/peer"), Environment: &types.Environment{Variables: f.environment},
	}
	if f.architecture != "" {
		in.Architectures = []types.Architecture{f.architecture}
	}
	out, err := d.lambda.CreateFunction(ctx, in)
	if err != nil {
		return "", fmt.Errorf("creating %s: %w", f.name, err)
	}
	waiter := lambda.NewFunctionActiveV2Waiter(d.lambda)
	return *out.FunctionArn, waiter.Wait(ctx, &lambda.GetFunctionInput{FunctionName: &f.name}, time.Minute)
}

func (d *deployment) machine(ctx context.Context, name, definition string) (string, error) {
	out, err := d.sfn.CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
		Name: &name, Definition: &definition, RoleArn: aws.String("arn:aws:iam::" + emulator.Account + ":role/peer"),
	})
	if err != nil {
		return "", fmt.Errorf("creating the state machine %s: %w", name, err)
	}
	return *out.StateMachineArn, nil
}

// execute runs an execution, which has to succeed, and returns how long it took.
func (d *deployment) execute(ctx context.Context, machine, given string) (time.Duration, error) {
	started, err := d.sfn.StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: &machine, Input: &given})
	if err != nil {
		return 0, err
	}
	for {
		out, err := d.sfn.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: started.ExecutionArn})
		switch {
		case err != nil:
			return 0, err
		case out.Status == sfntypes.ExecutionStatusSucceeded && !strings.Contains(aws.ToString(out.Output), `"power"`):
			return 0, fmt.Errorf("%s has measured nothing: %s", *started.ExecutionArn, aws.ToString(out.Output))
		case out.Status == sfntypes.ExecutionStatusSucceeded:
			return out.StopDate.Sub(*out.StartDate), nil
		case out.Status != sfntypes.ExecutionStatusRunning:
			return 0, fmt.Errorf("%s ended %s: %s: %s", *started.ExecutionArn, out.Status, aws.ToString(out.Error), aws.ToString(out.Cause))
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// goProgram compiles a program for this machine and zips it as Lambda wants it.
func (d *deployment) goProgram(ctx context.Context, source string) ([]byte, error) {
	dir := filepath.Join(d.dir, filepath.Base(source))
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", filepath.Join(dir, "bootstrap"), source)
	build.Env, build.Stderr = append(os.Environ(), "CGO_ENABLED=0"), os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("building %s: %w", source, err)
	}
	return zipped(map[string]string{"": dir})
}

// zipped zips folders, each below its name.
func zipped(folders map[string]string) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			within, err := filepath.Rel(folder, path)
			if err != nil {
				return err
			}
			body, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			header := &zip.FileHeader{Name: filepath.ToSlash(filepath.Join(name, within)), Method: zip.Deflate}
			header.SetMode(0o755)
			file, err := w.CreateHeader(header)
			if err == nil {
				_, err = file.Write(body)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}
