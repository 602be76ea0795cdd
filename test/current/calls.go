package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// call is an operation of an AWS service that this module calls.
type call struct {
	module    string // "github.com/aws/aws-sdk-go-v2/service/lambda"
	operation string // "Invoke"
	// fields are the members of its request that are sent.
	fields []string
}

// service returns what the Go SDK calls the service: "lambda".
func (c call) service() string { return path.Base(c.module) }

const sdkServices = "github.com/aws/aws-sdk-go-v2/service/"

// source is what the code of a folder says about the calls that it makes.
type source struct {
	calls []call
	// names are all that the code mentions: selected names, and strings.
	names map[string]bool
}

// restOperation matches how the address of a call to S3 names the operation.
var restOperation = regexp.MustCompile(`\?x-id=(\w+)$`)

// readSource reads a folder's Go files, tests apart. A call is found by its request:
// &lambda.InvokeInput{…}, with the fields that are set there or on the variable that
// it is assigned to. A call of S3 that is made without the SDK's client is found by its address.
func readSource(folder string) (source, error) {
	found := source{names: map[string]bool{}}
	requests := map[string]*call{}
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return found, err
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return found, err
		}
		reader := sourceReader{imports: importsOf(file), requests: requests, names: found.names}
		for _, declaration := range file.Decls {
			reader.variables = map[string]*call{}
			ast.Inspect(declaration, reader.visit)
		}
	}
	for name := range found.names {
		if operation := restOperation.FindStringSubmatch(name); operation != nil {
			module := sdkServices + "s3"
			requests[module+"."+operation[1]] = &call{module: module, operation: operation[1]}
		}
	}
	for _, c := range requests {
		slices.Sort(c.fields)
		c.fields = slices.Compact(c.fields)
		found.calls = append(found.calls, *c)
	}
	slices.SortFunc(found.calls, func(a, b call) int {
		return cmp.Or(cmp.Compare(a.module, b.module), cmp.Compare(a.operation, b.operation))
	})
	if len(found.calls) == 0 {
		return found, fmt.Errorf("%s: no call of an AWS service was found; test/current looks for requests such as &lambda.InvokeInput{…}", folder)
	}
	return found, nil
}

// importsOf returns a file's imports by the name that it uses for them.
func importsOf(file *ast.File) map[string]string {
	imports := map[string]string{}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has read it
		}
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imports[name] = imported
	}
	return imports
}

// sourceReader walks over one file.
type sourceReader struct {
	imports   map[string]string
	requests  map[string]*call // by type: "lambda.InvokeInput"
	variables map[string]*call // of the present function
	names     map[string]bool
}

func (r sourceReader) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		r.names[n.Sel.Name] = true
	case *ast.BasicLit:
		if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
			r.names[text] = true
		}
	case *ast.CompositeLit:
		r.request(n)
	case *ast.AssignStmt:
		r.assignment(n)
	}
	return true
}

// request notes a request, and returns nil for any other literal.
func (r sourceReader) request(literal *ast.CompositeLit) *call {
	of, ok := literal.Type.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	pkg, ok := of.X.(*ast.Ident)
	if !ok {
		return nil
	}
	operation, isInput := strings.CutSuffix(of.Sel.Name, "Input")
	module := r.imports[pkg.Name]
	service, isService := strings.CutPrefix(module, sdkServices)
	if !isInput || !isService || strings.Contains(service, "/") { // below lie the types
		return nil
	}
	key := module + "." + operation
	if r.requests[key] == nil {
		r.requests[key] = &call{module: module, operation: operation}
	}
	found := r.requests[key]
	for _, element := range literal.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if field, ok := pair.Key.(*ast.Ident); ok {
				found.fields = append(found.fields, field.Name)
			}
		}
	}
	return found
}

// assignment notes the variables that hold requests, and the fields that are set on them.
func (r sourceReader) assignment(n *ast.AssignStmt) {
	if len(n.Lhs) != len(n.Rhs) {
		return
	}
	for i, left := range n.Lhs {
		switch left := left.(type) {
		case *ast.Ident:
			right := n.Rhs[i]
			if address, ok := right.(*ast.UnaryExpr); ok {
				right = address.X
			}
			if literal, ok := right.(*ast.CompositeLit); ok {
				r.variables[left.Name] = r.request(literal)
			}
		case *ast.SelectorExpr:
			if variable, ok := left.X.(*ast.Ident); ok {
				if of := r.variables[variable.Name]; of != nil {
					of.fields = append(of.fields, left.Sel.Name)
				}
			}
		}
	}
}
