package decide

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/tuning"
)

const referencePage = "../../../docs/power-tuning.md"

// jsonNames are the names under which a type's fields, and those of the types within, stand in JSON.
func jsonNames(t reflect.Type, into map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		jsonNames(t.Elem(), into)
	case reflect.Struct:
		for i := range t.NumField() {
			name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
			if name != "" {
				into[name] = true
			}
			jsonNames(t.Field(i).Type, into)
		}
	}
}

func TestTheReferenceNamesEveryField(t *testing.T) {
	text, err := os.ReadFile(referencePage)
	require.NoError(t, err)
	names := map[string]bool{}
	jsonNames(reflect.TypeFor[tuning.Output](), names)
	require.Greater(t, len(names), 50)
	jsonNames(reflect.TypeFor[price.Overrides](), names)
	for _, name := range input.Fields {
		names[name] = true
	}
	for name := range names {
		documented := strings.Contains(string(text), "`"+name+"`") || strings.Contains(string(text), "stateMachine."+name+"`") ||
			name == "stateMachine"
		require.True(t, documented, "%s does not name `%s`", referencePage, name)
	}
}

func TestTheReferenceShowsTheGoldenOutputs(t *testing.T) {
	content, err := os.ReadFile(referencePage)
	require.NoError(t, err)
	text := string(content)
	for _, name := range []string{"output-one-target", "output-two-targets"} {
		golden, err := os.ReadFile("testdata/" + name + ".json")
		require.NoError(t, err)
		opening := "<!-- " + name + " -->\n```json\n"
		_, rest, found := strings.Cut(text, opening)
		require.True(t, found, name)
		shown, _, found := strings.Cut(rest, "```\n")
		require.True(t, found, name)
		if renew {
			text = strings.Replace(text, opening+shown, opening+string(golden), 1)
			continue
		}
		require.Equal(t, string(golden), shown, "%s in %s: make golden renews it", name, referencePage)
	}
	if renew {
		require.NoError(t, os.WriteFile(referencePage, []byte(text), 0o644))
	}
}

// README.md shows some fields of an output, and these as they are.
func TestTheReadmeShowsAGoldenOutput(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(readme), "```json\n")
	require.True(t, found)
	text, _, found := strings.Cut(rest, "```\n")
	require.True(t, found)
	var shown, whole map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &shown))
	golden, err := os.ReadFile("testdata/output-two-targets.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(golden, &whole))
	requirePart(t, "$", whole, shown)
}

// requirePart compares what a part has with the whole.
func requirePart(t *testing.T, path string, whole, part any) {
	t.Helper()
	fields, isObject := part.(map[string]any)
	if !isObject {
		require.Equal(t, whole, part, path)
		return
	}
	require.IsType(t, part, whole, path)
	for name, value := range fields {
		requirePart(t, path+"."+name, whole.(map[string]any)[name], value)
	}
}
