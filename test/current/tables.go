package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
)

// stringsOf returns the keys of a folder's variable that is a map, or the elements of one
// that is a slice. They are to be written out.
func stringsOf(folder, variable string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, declaration := range file.Decls {
			if literal := literalOf(declaration, variable); literal != nil {
				return stringsIn(literal, name+": "+variable)
			}
		}
	}
	return nil, fmt.Errorf("%s has no variable %s that is a map or a slice; test/current/known.go looks for it", folder, variable)
}

func literalOf(declaration ast.Decl, variable string) *ast.CompositeLit {
	general, ok := declaration.(*ast.GenDecl)
	if !ok || general.Tok != token.VAR {
		return nil
	}
	for _, spec := range general.Specs {
		v := spec.(*ast.ValueSpec) // what a var declaration consists of
		for i, name := range v.Names {
			if name.Name == variable && i < len(v.Values) {
				literal, _ := v.Values[i].(*ast.CompositeLit)
				return literal
			}
		}
	}
	return nil
}

func stringsIn(literal *ast.CompositeLit, place string) ([]string, error) {
	var found []string
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			element = pair.Key
		}
		basic, ok := element.(*ast.BasicLit)
		if !ok || basic.Kind != token.STRING {
			return nil, fmt.Errorf("%s holds other things than strings that are written out, which is what test/current/known.go looks for", place)
		}
		text, err := strconv.Unquote(basic.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
		found = append(found, text)
	}
	return found, nil
}
