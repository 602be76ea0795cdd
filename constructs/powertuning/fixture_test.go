package powertuning

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

// No test here calls t.Parallel: jsii is one process that answers one call at a time. Synthesis takes
// seconds, so what can be read off one app is read off plain or complete.

// siblings is a construct with a function for each architecture, as a DualArchFunction is.
type siblings struct {
	name      string
	functions []*TunedFunction
	payload   any
}

func (s *siblings) TuningTarget() *TuningTarget {
	return &TuningTarget{
		Name: jsii.String(s.name), Functions: s.functions, LiveAlias: jsii.String("live"), Payload: s.payload,
	}
}

func newSiblings(stack awscdk.Stack, name string) *siblings {
	return &siblings{name: name, functions: []*TunedFunction{
		{Function: newFunction(stack, name+"X86", awslambda.Architecture_X86_64())},
		{Function: newFunction(stack, name+"Arm64", awslambda.Architecture_ARM_64())},
	}}
}

func newFunction(stack awscdk.Stack, id string, architecture awslambda.Architecture) awslambda.Function {
	return awslambda.NewFunction(stack, jsii.String(id), &awslambda.FunctionProps{
		Runtime: awslambda.Runtime_NODEJS_22_X(), Handler: jsii.String("index.handler"),
		Code: awslambda.Code_FromInline(jsii.String("exports.handler = async () => 1")), Architecture: architecture,
	})
}

func newStack() awscdk.Stack {
	return awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Stack"), nil)
}

// binary is a folder that stands for the tuner's binary.
var binary = sync.OnceValue(func() *string {
	dir, err := os.MkdirTemp("", "powertuning")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "bootstrap"), []byte("#!/bin/sh\n"), 0o755)
	}
	if err != nil {
		panic(err)
	}
	return &dir
})

func TestMain(m *testing.M) {
	code := m.Run()
	_ = os.RemoveAll(*binary())
	jsii.Close()
	os.Exit(code)
}

// template is a synthesized CloudFormation template.
type template struct {
	Resources map[string]resource
	Outputs   map[string]any
}

type resource struct {
	Type       string
	Properties map[string]any
	Metadata   map[string]any
}

func synthesize(t *testing.T, stack awscdk.Stack) template {
	t.Helper()
	text, err := json.Marshal(assertions.Template_FromStack(stack, nil).ToJSON())
	require.NoError(t, err)
	var synthesized template
	require.NoError(t, json.Unmarshal(text, &synthesized))
	return synthesized
}
