package models

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// ReadSDK reads a service's package of the Go SDK from its source: what is exported
// there is what a program can ask for and be told.
func ReadSDK(module fs.FS, modulePath, version string) (Model, error) {
	m := Model{
		Source: strings.TrimPrefix(modulePath, "github.com/aws/") + " " + version,
		Enums:  map[string][]string{}, Operations: map[string]Operation{}, Structures: map[string][]string{},
	}
	calls, err := fs.Glob(module, "api_op_*.go")
	if err != nil {
		return m, err // the pattern above is broken
	}
	for _, name := range append(calls, "types/enums.go", "types/errors.go", "types/types.go") {
		source, err := fs.ReadFile(module, name)
		if err != nil {
			return m, unknownLayout(m.Source, err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		if err != nil {
			return m, unknownLayout(m.Source, err)
		}
		structures := structuresOf(file)
		switch call, isCall := strings.CutPrefix(path.Base(name), "api_op_"); {
		case isCall:
			call = strings.TrimSuffix(call, ".go")
			m.Operations[call] = Operation{
				Input: structures[call+"Input"],
				// What the SDK itself notes about an answer.
				Output: slices.DeleteFunc(structures[call+"Output"], func(member string) bool { return member == "ResultMetadata" }),
			}
		case name == "types/enums.go":
			m.Enums = enumsOf(file)
		case name == "types/errors.go":
			m.Errors = errorsOf(file)
		default:
			m.Structures = structures
		}
	}
	if len(calls) == 0 || len(m.Enums) == 0 || len(m.Errors) == 0 || len(m.Structures) == 0 {
		return m, unknownLayout(m.Source, fmt.Errorf("%d operations, %d enumerations, %d errors and %d structures were found",
			len(calls), len(m.Enums), len(m.Errors), len(m.Structures)))
	}
	return m, nil
}

// structuresOf are a file's structs with the names of their exported fields.
func structuresOf(file *ast.File) map[string][]string {
	found := map[string][]string{}
	for _, declaration := range file.Decls {
		general, ok := declaration.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range general.Specs {
			named, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			structure, ok := named.Type.(*ast.StructType)
			if !ok {
				continue
			}
			members := []string{}
			for _, field := range structure.Fields.List {
				for _, name := range field.Names {
					if name.IsExported() {
						members = append(members, name.Name)
					}
				}
			}
			slices.Sort(members)
			found[named.Name.Name] = members
		}
	}
	return found
}

// enumsOf are the values of a file's typed string constants, by type.
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

// errorsOf are the codes that a file's ErrorCode methods return.
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
