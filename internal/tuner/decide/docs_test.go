package decide

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/tuning"
)

// The pages that are the reference of an execution's input and output.
const (
	inputPage  = "../../../docs/tuning-input.md"
	outputPage = "../../../docs/tuning-output.md"

	examplesPage = "../../../docs/tuning-output-examples.md"
)

// jsonNames adds the names in JSON of a type's fields, and of those of the types in it.
func jsonNames(t reflect.Type, into map[string]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		jsonNames(t.Elem(), into)
	case reflect.Struct:
		for field := range t.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name != "" {
				into[name] = true
			}
			jsonNames(field.Type, into)
		}
	}
}

func TestTheReferenceNamesEveryField(t *testing.T) {
	inputs, outputs := map[string]bool{}, map[string]bool{}
	for _, name := range input.Fields {
		inputs[name] = true
	}
	jsonNames(reflect.TypeFor[price.Overrides](), inputs)
	jsonNames(reflect.TypeFor[tuning.Output](), outputs)
	require.Greater(t, len(outputs), 50)
	for page, names := range map[string]map[string]bool{inputPage: inputs, outputPage: outputs} {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for name := range names {
			documented := strings.Contains(string(text), "`"+name+"`") || strings.Contains(string(text), "stateMachine."+name+"`") ||
				name == "stateMachine"
			require.True(t, documented, "%s does not name `%s`", page, name)
		}
	}
}

func TestTheReferenceShowsTheGoldenOutputs(t *testing.T) {
	content, err := os.ReadFile(examplesPage)
	require.NoError(t, err)
	text := string(content)
	for _, name := range []string{"output-one-target", "output-two-targets"} {
		golden, err := os.ReadFile("testdata/" + name + ".json")
		require.NoError(t, err)
		want := short(t, golden, "") + "\n"
		opening := "<!-- " + name + " -->\n```json\n"
		_, rest, found := strings.Cut(text, opening)
		require.True(t, found, name)
		shown, _, found := strings.Cut(rest, "```\n")
		require.True(t, found, name)
		if renew {
			text = strings.Replace(text, opening+shown, opening+want, 1)
			continue
		}
		require.Equal(t, want, shown, "%s in %s: make golden renews it", name, examplesPage)
	}
	if renew {
		require.NoError(t, os.WriteFile(examplesPage, []byte(text), 0o644))
	}
}

// short returns JSON with each value on one line if it fits, and lines filled with values that do.
func short(t *testing.T, value json.RawMessage, indentation string) string {
	t.Helper()
	const width = 125
	d := json.NewDecoder(bytes.NewReader(value))
	first, err := d.Token()
	require.NoError(t, err)
	opening, nested := first.(json.Delim)
	if !nested {
		return string(value)
	}
	var parts []string
	for d.More() {
		label := ""
		if opening == '{' {
			key, err := d.Token()
			require.NoError(t, err)
			label = fmt.Sprintf("%q: ", key)
		}
		var part json.RawMessage
		require.NoError(t, d.Decode(&part))
		parts = append(parts, label+short(t, part, indentation+"  "))
	}
	closing, err := d.Token()
	require.NoError(t, err)
	line := fmt.Sprint(opening) + strings.Join(parts, ", ") + fmt.Sprint(closing)
	if len(indentation)+len(line) <= width && !strings.Contains(line, "\n") {
		return line
	}
	inner := "\n" + indentation + "  "
	text, room := fmt.Sprint(opening)+inner, width-len(indentation)
	for i, part := range parts {
		multiline := strings.Contains(part, "\n")
		switch {
		case i == 0:
		case multiline || room < len(part)+2:
			text, room = text+","+inner, width-len(indentation)
		default:
			text += ", "
		}
		text, room = text+part, room-len(part)-2
		if multiline {
			room = 0
		}
	}
	return text + "\n" + indentation + fmt.Sprint(closing)
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
