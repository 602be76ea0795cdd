package dualarch_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/require"
)

// template is a synthesized stack.
type template struct {
	Resources map[string]resource
	Outputs   map[string]struct{ Value any }
}

type resource struct {
	Type           string
	DeletionPolicy string
	UpdatePolicy   properties
	DependsOn      any
	Metadata       properties
	Properties     properties
}

type properties = map[string]any

// synth synthesizes the stack's app and reads its template.
func synth(t *testing.T, stack awscdk.Stack) template {
	t.Helper()
	assembly := awscdk.App_Of(stack).Synth(nil)
	var read template
	readJSON(t, *assembly.GetStackArtifact(stack.ArtifactId()).TemplateFullPath(), &read)
	return read
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, into))
}

// ofType returns the properties of all resources of a type, by logical id without
// its hash.
func (t template) ofType(name string) map[string]properties {
	found := map[string]properties{}
	for id, r := range t.Resources {
		if r.Type == name {
			found[plain(id)] = r.Properties
		}
	}
	return found
}

// only returns the one resource of a type.
func (t template) only(test *testing.T, name string) properties {
	test.Helper()
	found := t.ofType(name)
	require.Len(test, found, 1, name)
	for _, properties := range found {
		return properties
	}
	return nil
}

// plain cuts the hash off a logical id: eight hexadecimal digits, and 32 more for
// a version.
func plain(id string) string {
	const hash = 8
	if i := strings.Index(id, "CurrentVersion"); i >= 0 {
		return id[:i+len("CurrentVersion")]
	}
	if len(id) > hash && strings.Trim(id[len(id)-hash:], "0123456789ABCDEF") == "" {
		return id[:len(id)-hash]
	}
	return id
}

// names returns references and joins as text: {"Ref": "Api12345678"} is "Api",
// and the sixth part of something split is "something[6]".
func names(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, names(one))
		}
		return strings.Join(all, " ")
	case map[string]any:
		if ref, ok := v["Ref"].(string); ok {
			return plain(ref)
		}
		if get, ok := v["Fn::GetAtt"].([]any); ok {
			return plain(get[0].(string)) + "." + get[1].(string)
		}
		if picked, ok := v["Fn::Select"].([]any); ok {
			split := picked[1].(map[string]any)["Fn::Split"].([]any)
			return fmt.Sprintf("%s[%v]", names(split[1]), picked[0])
		}
		if join, ok := v["Fn::Join"].([]any); ok {
			var all []string
			for _, one := range join[1].([]any) {
				all = append(all, names(one))
			}
			return strings.Join(all, join[0].(string))
		}
	}
	text, _ := json.Marshal(value)
	return string(text)
}

// routes returns the API's routes: key, authorisation and the integration's
// function.
func (t template) routes() []string {
	integrations := map[string]string{}
	for id, p := range t.ofType("AWS::ApiGatewayV2::Integration") {
		integrations[id] = names(p["IntegrationUri"])
	}
	var all []string
	for _, p := range t.ofType("AWS::ApiGatewayV2::Route") {
		integration := strings.TrimPrefix(names(p["Target"]), "integrations/")
		all = append(all, p["RouteKey"].(string)+" "+p["AuthorizationType"].(string)+" "+integrations[integration])
	}
	slices.Sort(all)
	return all
}

// sorted returns a map's keys in order.
func sorted[V any](of map[string]V) []string {
	return slices.Sorted(maps.Keys(of))
}
