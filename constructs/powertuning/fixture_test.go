package powertuning

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

// No test here calls t.Parallel: jsii is one process that answers one call at a time. Synthesis takes
// seconds, so tests share the apps plain and complete if they can.

// siblings is a construct with a function for each architecture, like a DualArchFunction.
type siblings struct {
	name      string
	functions []*TunedFunction
	payload   any
	tenant    *string
	schedule  *Schedule
}

func (s *siblings) TuningTarget() *TuningTarget {
	return &TuningTarget{
		Name: jsii.String(s.name), Functions: s.functions, LiveAlias: jsii.String("live"), Payload: s.payload, TenantId: s.tenant, Schedule: s.schedule,
	}
}

func newSiblings(stack awscdk.Stack, name string) *siblings {
	return &siblings{name: name, functions: []*TunedFunction{
		{Function: newFunction(stack, name+"Intel", awslambda.Architecture_X86_64())},
		{Function: newFunction(stack, name+"Graviton", awslambda.Architecture_ARM_64())},
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

// binary returns a folder that stands in for the tuner's binary.
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

// refusal returns what a call panics with.
func refusal(t *testing.T, call func()) (text string) {
	t.Helper()
	defer func() {
		r := recover()
		require.NotNil(t, r, "it was accepted")
		text = fmt.Sprint(r)
	}()
	call()
	return ""
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
	DependsOn  []string
}

// properties returns those of the one resource of a type whose logical id begins with id.
func (s template) properties(t *testing.T, kind, id string) map[string]any {
	t.Helper()
	var found []map[string]any
	for name, r := range s.Resources {
		if r.Type == kind && plainName(name) == id {
			found = append(found, r.Properties)
		}
	}
	require.Len(t, found, 1, "%s %s", kind, id)
	return found[0]
}

// hash matches what CDK appends to a logical id.
var hash = regexp.MustCompile(`[0-9A-F]{8}`)

func plainName(logicalID string) string { return hash.ReplaceAllString(logicalID, "") }

// plain returns a value with its references as <name> or <name.attribute>, without hashes.
func plain(value any) any {
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i, element := range v {
			list[i] = plain(element)
		}
		return list
	case map[string]any:
		if ref, ok := v["Ref"].(string); ok {
			return "<" + strings.TrimPrefix(plainName(ref), "referenceto") + ">"
		}
		if attribute, ok := v["Fn::GetAtt"].([]any); ok {
			return fmt.Sprintf("<%s.%s>", plainName(attribute[0].(string)), plainName(attribute[1].(string)))
		}
		if join, ok := v["Fn::Join"].([]any); ok {
			text := ""
			for i, part := range join[1].([]any) {
				if i > 0 {
					text += join[0].(string)
				}
				text += plain(part).(string)
			}
			return text
		}
		object := map[string]any{}
		for key, element := range v {
			object[key] = plain(element)
		}
		return object
	}
	return value
}

func synthesize(t *testing.T, stack awscdk.Stack) template {
	t.Helper()
	text, err := json.Marshal(assertions.Template_FromStack(stack, nil).ToJSON())
	require.NoError(t, err)
	var synthesized template
	require.NoError(t, json.Unmarshal(text, &synthesized))
	return synthesized
}
