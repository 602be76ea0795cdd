package models

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ReadSDK reads a service's package of the Go SDK from its source: what is exported
// there is what a program can ask for and be told.
func ReadSDK(module fs.FS, modulePath, version string) (Model, error) {
	m := Model{
		Source: strings.TrimPrefix(modulePath, "github.com/aws/") + " " + version,
		Enums:  map[string][]string{}, Operations: map[string]Operation{},
	}
	calls, err := fs.Glob(module, "api_op_*.go")
	if err != nil {
		return m, err // the pattern above is broken
	}
	for _, name := range append(calls, "types/enums.go", "types/errors.go") {
		source, err := fs.ReadFile(module, name)
		if err != nil {
			return m, unknownLayout(m.Source, err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return m, unknownLayout(m.Source, err)
		}
		switch name {
		case "types/enums.go":
			m.Enums = enumsOf(file)
		case "types/errors.go":
			m.Errors = errorsOf(file)
		default:
			call := strings.TrimSuffix(strings.TrimPrefix(name, "api_op_"), ".go")
			structures := structuresOf(file)
			input, output := structures[call+"Input"], structures[call+"Output"]
			m.Operations[call] = Operation{
				Input: input.members(),
				// ResultMetadata is what the SDK itself notes about an answer.
				Output:     slices.DeleteFunc(output.members(), func(member string) bool { return member == "ResultMetadata" }),
				Quantities: input.quantities(),
			}
		}
	}
	if len(calls) == 0 || len(m.Enums) == 0 || len(m.Errors) == 0 {
		return m, unknownLayout(m.Source, fmt.Errorf("%d operations, %d enumerations and %d errors were found",
			len(calls), len(m.Enums), len(m.Errors)))
	}
	return m, nil
}

// structure is a struct: the documentation of its exported fields by name.
type structure map[string]string

func (s structure) members() []string { return slices.Sorted(maps.Keys(s)) }

func (s structure) quantities() map[string][]string {
	found := map[string][]string{}
	for member, documentation := range s {
		if q := quantitiesOf(documentation); len(q) > 0 {
			found[member] = q
		}
	}
	return found
}

// structuresOf returns a file's structs by name.
func structuresOf(file *ast.File) map[string]structure {
	found := map[string]structure{}
	ast.Inspect(file, func(n ast.Node) bool {
		named, ok := n.(*ast.TypeSpec)
		if !ok {
			return true
		}
		if of, ok := named.Type.(*ast.StructType); ok {
			s := structure{}
			for _, field := range of.Fields.List {
				for _, name := range field.Names {
					if name.IsExported() {
						s[name.Name] = field.Doc.Text()
					}
				}
			}
			found[named.Name.Name] = s
		}
		return false
	})
	return found
}

// enumsOf returns the values of a file's typed string constants, by type.
func enumsOf(file *ast.File) map[string][]string {
	found := map[string][]string{}
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok || general.Tok != token.CONST {
			continue
		}
		for _, spec := range general.Specs {
			constant := spec.(*ast.ValueSpec) // what a const declaration consists of
			of, ok := constant.Type.(*ast.Ident)
			if !ok {
				continue
			}
			for _, value := range constant.Values {
				if text, ok := literal(value); ok {
					found[of.Name] = append(found[of.Name], text)
				}
			}
		}
	}
	return found
}

// errorsOf returns the codes that a file's ErrorCode methods return.
func errorsOf(file *ast.File) []string {
	var codes []string
	for _, declaration := range file.Decls {
		method, ok := declaration.(*ast.FuncDecl)
		if !ok || method.Name.Name != "ErrorCode" || method.Body == nil {
			continue
		}
		ast.Inspect(method.Body, func(n ast.Node) bool {
			if expression, ok := n.(ast.Expr); ok {
				if code, ok := literal(expression); ok {
					codes = append(codes, code)
				}
			}
			return true
		})
	}
	slices.Sort(codes)
	return codes
}

func literal(expression ast.Expr) (string, bool) {
	basic, ok := expression.(*ast.BasicLit)
	if !ok || basic.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(basic.Value)
	return text, err == nil
}
