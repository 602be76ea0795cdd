package cfn

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A template is read as `aws cloudformation get-template` writes it, too: whole or by --query TemplateBody, of a stack
// that was deployed from JSON or from YAML.
func TestAnswersOfGetTemplate(t *testing.T) {
	const yaml = "Resources:\n  Orders:\n    Type: AWS::Lambda::Function\n"
	const object = `{"Resources":{"Orders":{"Type":"AWS::Lambda::Function"}}}`
	quoted := func(text string) string {
		b, err := json.Marshal(text)
		require.NoError(t, err)
		return string(b)
	}
	for name, text := range map[string]string{
		"object": object, "answer": `{"TemplateBody": ` + object + `, "StagesAvailable": ["Original"]}`,
		"YAML as text": quoted(yaml), "answer with YAML": `{"TemplateBody": ` + quoted(yaml) + `}`, "JSON as text": quoted(object),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "Shop.template.json")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			d, err := Read(path)
			require.NoError(t, err)
			require.NotNil(t, d)
			require.Contains(t, d.Resources, "Orders")
		})
	}
	for name, text := range map[string]string{"a word": `"word"`, "text in text": quoted(quoted(object)[:9]), "a list": "[]"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.json")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
			d, err := Read(path)
			require.True(t, err != nil || d == nil)
		})
	}
}
