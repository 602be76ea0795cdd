package gosource

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// symbols are the names that a file declares at its top level, and all names in it.
type symbols struct{ declares, uses map[string]bool }

// withoutTwin are the files in mine that belong to no file whose names one of others
// declares as well.
func withoutTwin(dir string, mine, others []string) []string {
	if len(mine) == 0 {
		return nil
	}
	declaredThere := map[string]bool{}
	for _, name := range others {
		for symbol := range read(dir, name).declares {
			declaredThere[symbol] = true
		}
		declaredThere[stem(name)] = true
	}
	files := map[string]symbols{}
	var have []string // the files that have a twin
	for _, name := range mine {
		files[name] = read(dir, name)
		if declaredThere[stem(name)] || meet(files[name].declares, declaredThere) {
			have = append(have, name)
		}
	}
	// What belongs to a file with a twin has one too: the assembly that a Go file
	// calls, and what that calls.
	for at := 0; at < len(have); at++ {
		for _, name := range mine {
			if slices.Contains(have, name) {
				continue
			}
			a, b := files[have[at]], files[name]
			if meet(a.uses, b.declares) || meet(b.uses, a.declares) {
				have = append(have, name)
			}
		}
	}
	return without(mine, have)
}

func meet(a, b map[string]bool) bool {
	for name := range a {
		if b[name] {
			return true
		}
	}
	return false
}

// stem is a file's name without what says for which architecture it is: "/sum" of
// sum_amd64.s and of sum_arm64.s. No symbol begins with a slash.
func stem(name string) string {
	base := strings.TrimSuffix(name, path.Ext(name))
	for _, word := range []string{"_amd64", "_arm64", "_generic", "_noasm"} {
		base = strings.TrimSuffix(base, word)
	}
	return "/" + base
}

// read tells a file's symbols. What cannot be read has none.
func read(dir, name string) symbols {
	s := symbols{declares: map[string]bool{}, uses: map[string]bool{}}
	switch text, err := os.ReadFile(filepath.Join(dir, name)); {
	case err != nil:
	case strings.HasSuffix(name, ".go"):
		s.readGo(text)
	case strings.HasSuffix(name, ".s"):
		s.readAssembly(text)
	}
	return s
}

func (s symbols) readGo(text []byte) {
	// A file that is no Go gives what was read of it.
	file, _ := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if file == nil {
		return
	}
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			s.declare(d.Name.Name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						s.declare(name.Name)
					}
				case *ast.TypeSpec:
					s.declare(spec.Name.Name)
				}
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			s.uses[name.Name] = true
		}
		return true
	})
}

// declare leaves out names that every file can have.
func (s symbols) declare(name string) {
	if name != "init" && name != "_" {
		s.declares[name] = true
	}
}

var (
	assemblyText   = regexp.MustCompile(`(?m)^\s*TEXT\s+[^·\s]*·(\w+)`)
	assemblySymbol = regexp.MustCompile(`·(\w+)`)
)

func (s symbols) readAssembly(text []byte) {
	for _, found := range assemblyText.FindAllSubmatch(text, -1) {
		s.declares[string(found[1])] = true
	}
	for _, found := range assemblySymbol.FindAllSubmatch(text, -1) {
		s.uses[string(found[1])] = true
	}
}
