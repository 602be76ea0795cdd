package main

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

type properties = map[string]any

// Both siblings of an example are one zip.
func TestExamplesStack(t *testing.T) {
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(t.TempDir())})
	stack := newExamplesStack(app, "DualArchExamples")
	assembly := app.Synth(nil)
	content, err := os.ReadFile(*assembly.GetStackArtifact(stack.ArtifactId()).TemplateFullPath())
	require.NoError(t, err)
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties properties
		}
	}
	require.NoError(t, json.Unmarshal(content, &template))

	found := map[string]int{}
	keys := map[any]bool{}
	for _, resource := range template.Resources {
		if resource.Type != "AWS::Lambda::Function" {
			continue
		}
		p := resource.Properties
		key := p["Code"].(properties)["S3Key"]
		keys[key] = true
		found[p["Runtime"].(string)+" "+p["Handler"].(string)+" "+p["Architectures"].([]any)[0].(string)]++
	}
	require.Equal(t, map[string]int{
		"nodejs24.x index.handler x86_64": 1,
		"nodejs24.x index.handler arm64":  1,
		"python3.14 app.handler x86_64":   1,
		"python3.14 app.handler arm64":    1,
	}, found)
	require.Len(t, keys, 2, "one zip an example")
	require.Empty(t, *assembly.GetStackArtifact(stack.ArtifactId()).Messages())
}
