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

const tuner = module + "/internal/tuner"

// Rooms of the tuner that are named together: those that change functions, and those that decide.
const (
	changing = "lock change"
	deciding = "explorer ranking rounds decide"
)

// rooms returns packages of the tuner, given by their names.
func rooms(names ...string) []string {
	all := strings.Fields(strings.Join(names, " "))
	for i, name := range all {
		all[i] = tuner + "/" + name
	}
	return all
}

// forbidden says what the packages under a folder must not reach, directly or through other packages
// of this module, and why.
var forbidden = []struct {
	folder  string
	reach   []string
	because string
}{
	{"functions", []string{"github.com/aws/jsii-runtime-go", "github.com/aws/aws-cdk-go", module + "/constructs"},
		"a Lambda must not carry jsii"},
	{"tuning", []string{"github.com/aws/aws-sdk-go-v2", "github.com/aws/jsii-runtime-go", module + "/internal", module + "/constructs"},
		"what users read and write needs nothing that runs"},
	{"tuning/explore/internal/belief", []string{module + "/tuning/explore/internal/feasible"},
		"what is believed of durations does not depend on what fails"},
	{"tuning/explore/internal/feasible", []string{module + "/tuning/explore/internal/belief"},
		"what fails does not depend on durations"},
	{"internal/tuner", []string{"github.com/aws/aws-sdk-go-v2", module + "/internal/lambdaapi"},
		"the tuner owns the interfaces of what it calls"},
	{"internal/tuner/price", rooms("input", "run", "cloud", changing, "measure", deciding),
		"who changes a price touches nothing else"},
	{"internal/tuner/report", rooms("input", "run", "cloud", changing, "measure", deciding, "price"),
		"what Lambda writes is read for its own sake"},
	{"internal/tuner/packing", rooms("input", "run", "cloud", changing, "measure", deciding, "price"),
		"samples are packed for their own sake"},
	{"internal/tuner/statistics", rooms("input", "run", "cloud", changing, "measure", deciding, "price"),
		"samples are described for their own sake"},
	{"internal/tuner/answers", rooms("input", "run", "cloud", changing, "measure", deciding, "price"),
		"answers are compared for their own sake"},
	{"internal/tuner/confirm", rooms("input", "run", "cloud", changing, "measure", deciding, "price", "statistics", "packing", "report"),
		"how sure a comparison is depends on nothing but its values"},
	{"internal/tuner/input", rooms("run", "cloud", changing, "measure", deciding),
		"an input means the same whatever becomes of it"},
	{"internal/tuner/run", rooms("cloud", changing, "measure", deciding),
		"what an execution carries is known to all that it passes"},
	{"internal/tuner/cloud", rooms(changing, "measure", deciding),
		"calls to AWS know nothing of what they are for"},
	{"internal/tuner/upkeep", rooms("cloud", changing, "measure", "tally", deciding),
		"what the tuner itself costs does not depend on what it measures"},
	{"internal/tuner/explorer", rooms("cloud", changing, "measure", "tally", "ranking", "rounds", "decide"),
		"what may be measured does not depend on what was"},
	{"internal/tuner/ranking", rooms("cloud", changing, "measure", "tally", "phrase", "rounds", "decide"),
		"what is measured next and what is advised follow from one winner"},
	{"internal/tuner/rounds", rooms("cloud", changing, "measure", "tally", "phrase", "decide"),
		"what is measured next only computes, and needs no words"},
	{"internal/tuner/decide", rooms("cloud", changing, "measure", "tally", "rounds", "publish"),
		"a decision only computes"},
	{"internal/tuner/phrase", rooms("cloud", changing, "measure", "tally", deciding),
		"words decide nothing"},
	{"internal/tuner/publish", rooms(changing, "measure", "tally", deciding, "phrase", "bounds"),
		"a verdict is made known as it is"},
	{"internal/tuner/bounds", rooms("cloud", changing, "measure", "tally"),
		"what a run may need is known before anything is done"},
	{"internal/tuner/mark", rooms(changing, "measure", deciding),
		"what tells whose a change is changes nothing"},
	{"internal/tuner/lock", rooms("mark", "change", "measure", "tally", deciding),
		"a lock does not depend on what is changed under it"},
	{"internal/tuner/change", rooms("measure", "tally", deciding),
		"who puts functions back need not know what was measured"},
	{"internal/tuner/heal", rooms("measure", "tally", deciding),
		"who puts functions back need not know what was measured"},
	{"internal/tuner/tally", rooms("cloud", changing, deciding, "measure"),
		"what lanes share calls nobody while it is locked"},
	{"internal/tuner/measure", rooms(changing, deciding),
		"who invokes changes nothing"},
	{"constructs/powertuning", []string{module + "/constructs/dualarch"},
		"dualarch imports powertuning, so the other way would be a cycle"},
	{"constructs", []string{"github.com/aws/aws-sdk-go-v2"},
		"synthesis makes no AWS calls"},
	{"internal", []string{"github.com/aws/jsii-runtime-go", module + "/constructs", module + "/functions"},
		"what constructs and functions stand on must not know them"},
	{"cmd", []string{"github.com/aws/jsii-runtime-go"},
		"the command starts without Node.js"},
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
						if under(reached, prefix) {
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

// closure returns everything a package reaches through packages of this module.
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
		if strings.HasPrefix(string(source), "//go:build dualarch_functions\n") {
			return nil // it is there for go mod tidy, and nobody builds it
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
