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

// The reference in docs/constructs.md is made of the Go comments.
func TestReferenceIsUpToDate(t *testing.T) {
	const (
		file  = "../../docs/constructs.md"
		begin = "<!-- properties: written from the Go comments by UPDATE_SNAPS=always go test -run Reference ./constructs/dualarch -->\n"
		end   = "<!-- end of properties -->\n"
	)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(content), begin)
	require.True(t, found, begin)
	written, after, found := strings.Cut(rest, end)
	require.True(t, found, end)

	reference := reference(append(propertyStructs(t), tuningStructs(t)...))
	if os.Getenv("UPDATE_SNAPS") == "always" {
		require.NoError(t, os.WriteFile(file, []byte(before+begin+reference+end+after), 0o644))
		return
	}
	require.Equal(t, reference, written, "renew it: UPDATE_SNAPS=always go test -run Reference ./constructs/dualarch")
}

// reference writes structs as Markdown: a section each, a paragraph a property.
func reference(structs []propertyStruct) string {
	var text strings.Builder
	for _, structure := range structs {
		fmt.Fprintf(&text, "\n### %s\n\n%s", structure.name, markdown(structure.doc))
		for _, field := range structure.fields {
			fmt.Fprintf(&text, "\n**`%s`** `%s`\n\n%s", field.name, field.kind, markdown(field.doc))
		}
	}
	text.WriteString("\n")
	return text.String()
}

// markdown turns a Go comment into Markdown, where code is fenced instead of
// indented with a tab and the default stands out.
func markdown(comment string) string {
	var lines []string
	code := false
	for _, line := range strings.Split(strings.TrimSpace(comment), "\n") {
		indented := strings.HasPrefix(line, "\t")
		switch {
		case indented && !code:
			lines = append(lines, "```text")
		case !indented && code && line != "":
			lines[len(lines)-1] = "```" // the empty line that ends a block
			lines = append(lines, "")
		}
		code = indented || code && line == ""
		line = strings.TrimPrefix(line, "\t")
		if rest, found := strings.CutPrefix(line, "Default: "); found {
			line = "*Default:* " + rest
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n") + "\n"
}

// propertyStruct is an exported struct that users fill in.
type propertyStruct struct {
	name, doc string
	fields    []propertyField
}

type propertyField struct{ name, kind, doc string }

// propertyStructs returns the exported structs of this package that users fill
// in, those of the function first.
func propertyStructs(t *testing.T) []propertyStruct {
	t.Helper()
	return exportedStructs(t, ".", "DualArchFunctionProps", "SiblingOptions", "ApiOptions", "ApiProps", "PowerTuningOptions",
		"GoCodeOptions", "AssetCodeBuiltOptions", "GoImageCodeOptions", "ImageCodeOptions", "EcrImageOptions", "DualArchRepositoryProps", "DualArchLayerProps", "GuardProps", "AcceptedFinding")
}

// tuningStructs returns those of package powertuning, whose own tests check
// their defaults.
func tuningStructs(t *testing.T) []propertyStruct {
	t.Helper()
	return exportedStructs(t, "../powertuning", "PowerTuningProps", "CompareResponses", "TunedFunction", "TuningTarget")
}

// exportedStructs returns the structs of a folder's package whose names are
// known or end with Props or Options, the known ones first and in their order.
func exportedStructs(t *testing.T, folder string, known ...string) []propertyStruct {
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
	place := func(s propertyStruct) int {
		if i := slices.Index(known, s.name); i >= 0 {
			return i
		}
		return len(known)
	}
	slices.SortStableFunc(structs, func(a, b propertyStruct) int { return place(a) - place(b) })
	return structs
}
