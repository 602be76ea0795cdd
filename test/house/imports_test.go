package house

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/dualarch/dualarch"

// forbidden says what the packages under a folder must not reach, directly or through other packages
// of this module, and why; what is excepted are tables that both sides share.
var forbidden = []struct {
	folder  string
	reach   []string
	because string
	except  []string
}{
	{"functions", []string{"github.com/aws/jsii-runtime-go", "github.com/aws/aws-cdk-go", module + "/constructs"},
		"a Lambda must not carry jsii", nil},
	{"tuning", []string{"github.com/aws/aws-sdk-go-v2", "github.com/aws/jsii-runtime-go", module + "/internal", module + "/constructs"},
		"the tuner's domain is pure Go and owns the interfaces of what it calls", []string{module + "/internal/lambdalimits"}},
	{"constructs/powertuning", []string{module + "/constructs/dualarch"},
		"dualarch imports powertuning, so the other way would be a cycle", nil},
	{"constructs", []string{"github.com/aws/aws-sdk-go-v2"},
		"synthesis makes no AWS calls", nil},
	{"internal", []string{"github.com/aws/jsii-runtime-go", module + "/constructs", module + "/functions"},
		"what constructs and functions stand on must not know them", nil},
	{"cmd", []string{"github.com/aws/jsii-runtime-go"},
		"the command starts without Node.js", nil},
}

func TestImportsPointOneWay(t *testing.T) {
	graph := imports(t, "../..")
	for _, rule := range forbidden {
		t.Run(rule.folder, func(t *testing.T) {
			found := false
			for folder := range graph {
				if !under(folder, module+"/"+rule.folder) {
					continue
				}
				found = true
				for _, reached := range graph.closure(folder) {
					for _, prefix := range rule.reach {
						if under(reached, prefix) && !slices.Contains(rule.except, reached) {
							t.Errorf("%s reaches %s: %s", folder, reached, rule.because)
						}
					}
				}
			}
			require.True(t, found, "no package under %s", rule.folder)
		})
	}
}

func under(pkg, prefix string) bool { return pkg == prefix || strings.HasPrefix(pkg, prefix+"/") }

type importGraph map[string][]string

// closure is everything a package reaches through packages of this module.
func (g importGraph) closure(pkg string) []string {
	var reached []string
	for todo := slices.Clone(g[pkg]); len(todo) > 0; todo = todo[1:] {
		if next := todo[0]; !slices.Contains(reached, next) {
			reached = append(reached, next)
			todo = append(todo, g[next]...)
		}
	}
	return reached
}

// imports reads the module's non-test files itself, so that the test's cached result ends with any change of them.
func imports(t *testing.T, root string) importGraph {
	t.Helper()
	graph := importGraph{}
	require.NoError(t, filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if file != root && (name == "node_modules" || name == "testdata" || name == "cdk.out" || strings.HasPrefix(name, ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.ImportsOnly)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		pkg := path.Join(module, filepath.ToSlash(folder))
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			graph[pkg] = append(graph[pkg], imported)
		}
		return nil
	}))
	return graph
}
