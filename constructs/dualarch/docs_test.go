package dualarch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Every property states its default.
func TestEveryPropertyStatesItsDefault(t *testing.T) {
	fields := 0
	for _, structure := range propertyStructs(t) {
		for _, field := range structure.fields {
			fields++
			if strings.Contains(field.doc, "Required.") {
				require.Equal(t, "DualArchFunctionProps.Code", structure.name+"."+field.name)
				continue
			}
			require.Regexp(t, `(?m)^Default: \S`, field.doc, "%s.%s", structure.name, field.name)
		}
	}
	require.Greater(t, fields, 20, "the test found too few properties to be looking at the right files")
}

// references are the pages of properties and the structs on each, the most used first.
var references = map[string][]string{
	"props-function.md": {"DualArchFunctionProps", "SiblingOptions", "ApiOptions", "ApiProps", "PowerTuningOptions", "DashboardOptions", "GuardProps", "AcceptedFinding"},
	"props-serving.md":  {"ServingOptions", "ServingAliasOptions", "AdoptOptions", "DeploymentOptions", "CheckOptions"},
	"props-code.md": {"GoCodeOptions", "AssetCodeBuiltOptions", "GoImageCodeOptions", "ImageCodeOptions", "EcrImageOptions",
		"DualArchRepositoryProps", "DualArchLayerProps"},
	"props-tuning.md": {"PowerTuningProps", "AutoOptimize", "CompareResponses", "TunedFunction", "TuningTarget", "Results", "AdviceAlarm", "Schedule"},
	"fleet.md":        {"FleetProps"},
}

// The references are made of the Go comments.
func TestReferenceIsUpToDate(t *testing.T) {
	const (
		begin = "<!-- written from the Go comments by UPDATE_SNAPS=always go test ./constructs/dualarch -run Reference -->\n"
		end   = "<!-- end of what is written -->\n"
	)
	structs := map[string]propertyStruct{}
	for _, structure := range append(propertyStructs(t), tuningStructs(t)...) {
		structs[structure.name] = structure
	}
	for page, names := range references {
		file := filepath.Join("../../docs", page)
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		before, rest, found := strings.Cut(string(content), begin)
		require.True(t, found, begin)
		written, after, found := strings.Cut(rest, end)
		require.True(t, found, end)

		var shown []propertyStruct
		for _, name := range names {
			require.Contains(t, structs, name)
			shown = append(shown, structs[name])
			delete(structs, name)
		}
		reference := reference(shown)
		if os.Getenv("UPDATE_SNAPS") == "always" {
			require.NoError(t, os.WriteFile(file, []byte(before+begin+reference+end+after), 0o644))
			continue
		}
		require.Equal(t, reference, written, "renew %s: UPDATE_SNAPS=always go test ./constructs/dualarch -run Reference", page)
	}
	require.Empty(t, structs, "on no page of properties")
}

// reference writes structs as Markdown: a section each, an item per property.
func reference(structs []propertyStruct) string {
	var text strings.Builder
	for _, structure := range structs {
		fmt.Fprintf(&text, "\n## %s\n\n%s\n", structure.name, markdown(structure.doc, ""))
		for _, field := range structure.fields {
			doc := markdown(field.doc, "  ")
			separator := " "
			if strings.Contains(doc, "\n\n") { // more than a paragraph
				separator = "\n\n  "
			}
			fmt.Fprintf(&text, "- **`%s`** `%s`:%s%s", field.name, field.kind, separator, doc)
		}
	}
	text.WriteString("\n")
	return text.String()
}

// markdown turns a Go comment into Markdown, indented but for its first line. Code is fenced instead of
// indented with a tab; the default ends the paragraph, if there is only one.
func markdown(comment, indentation string) string {
	comment = strings.Replace(strings.TrimSpace(comment), "\n\nDefault: ", "\n\n*Default:* ", 1)
	if !strings.Contains(comment, "\n  - ") {
		comment = strings.Replace(comment, "\n\n*Default:* ", "\n*Default:* ", 1)
	}
	var lines []string
	code := false
	for line := range strings.SplitSeq(comment, "\n") {
		indented := strings.HasPrefix(line, "\t")
		switch {
		case indented && !code:
			lines = append(lines, "```text")
		case !indented && code && line != "":
			lines[len(lines)-1] = "```" // the empty line that ends a block
			lines = append(lines, "")
		}
		code = indented || code && line == ""
		lines = append(lines, strings.TrimPrefix(line, "\t"))
	}
	for i, line := range lines {
		if i > 0 && line != "" {
			lines[i] = indentation + line
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// propertyStruct is an exported struct that users fill in.
type propertyStruct struct {
	name, doc string
	fields    []propertyField
}

type propertyField struct{ name, kind, doc string }

// propertyStructs returns the exported structs of this package that users fill in.
func propertyStructs(t *testing.T) []propertyStruct {
	t.Helper()
	return exportedStructs(t, ".", slices.Concat(references["props-function.md"], references["props-serving.md"], references["props-code.md"]))
}

// tuningStructs returns those of package powertuning, whose own tests check their defaults.
func tuningStructs(t *testing.T) []propertyStruct {
	t.Helper()
	return exportedStructs(t, "../powertuning", slices.Concat(references["props-tuning.md"], references["fleet.md"]))
}

// exportedStructs returns the structs of a folder's package whose names are known or end
// with Props or Options.
func exportedStructs(t *testing.T, folder string, known []string) []propertyStruct {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var structs []propertyStruct
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, filepath.Join(folder, entry.Name()), nil, parser.ParseComments)
		require.NoError(t, err)
		ast.Inspect(file, func(node ast.Node) bool {
			declaration, ok := node.(*ast.GenDecl)
			if !ok || declaration.Tok != token.TYPE {
				return true
			}
			spec := declaration.Specs[0].(*ast.TypeSpec)
			structure, ok := spec.Type.(*ast.StructType)
			name := spec.Name.Name
			isProps := strings.HasSuffix(name, "Props") || strings.HasSuffix(name, "Options")
			if !ok || !spec.Name.IsExported() || !isProps && !slices.Contains(known, name) {
				return true
			}
			found := propertyStruct{name: name, doc: declaration.Doc.Text()}
			for _, field := range structure.Fields.List {
				var kind strings.Builder
				require.NoError(t, printer.Fprint(&kind, files, field.Type))
				found.fields = append(found.fields, propertyField{field.Names[0].Name, kind.String(), field.Doc.Text()})
			}
			structs = append(structs, found)
			return true
		})
	}
	require.GreaterOrEqual(t, len(structs), len(known), folder)
	return structs
}
