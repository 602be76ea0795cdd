package house

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mostPackages is how many packages an app with one DualArchFunction may compile, those of the standard library and of
// the CDK with it. An app with one awslambda.Function compiles 177.
const mostPackages = 320

// Whoever imports the constructs compiles all that they import.
func TestWhatAnAppCompiles(t *testing.T) {
	const constructs = module + "/constructs/dualarch"
	graph := dependencies(t, constructs)
	count := len(graph) + 1 // the app itself
	t.Logf("an app with one DualArchFunction compiles %d packages", count)
	if count > mostPackages {
		t.Errorf("an app with one DualArchFunction compiles %d packages, at most %d are allowed; those that bring the most others along:\n%s",
			count, mostPackages, heaviest(graph, constructs, dependencies(t, "github.com/aws/aws-cdk-go/awscdk/v2/awslambda")))
	}
	for _, heavy := range []string{
		"net/http", "crypto/tls", "go/build", "debug/elf", "github.com/spf13/cobra", "google.golang.org/protobuf/proto",
		"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets", "gonum.org/v1/gonum/mat", "github.com/aws/aws-sdk-go-v2/aws",
	} {
		require.NotContains(t, graph, heavy, "no app needs it to synthesize")
	}
}

// What the list is made of: what only one package leads to, and how much that is.
func TestHeaviest(t *testing.T) {
	graph := map[string][]string{
		"app": {"a", "b", "lambda"}, "a": {"a/1", "shared"}, "a/1": {"a/2"}, "a/2": nil, "b": {"shared"}, "shared": nil, "lambda": nil,
	}
	require.Equal(t, "  3  a\n  2  a/1\n", heaviest(graph, "app", map[string][]string{"lambda": nil}))
}

// dependencies returns a package and all that it depends on, each with what it imports.
func dependencies(t *testing.T, pkg string) map[string][]string {
	t.Helper()
	command := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,ImportMap", pkg)
	command.Dir = "../.."
	output, err := command.Output()
	if exit, failed := errors.AsType[*exec.ExitError](err); failed {
		t.Fatalf("go list: %s", exit.Stderr)
	}
	require.NoError(t, err)
	graph := map[string][]string{}
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p struct {
			ImportPath string
			Imports    []string
			ImportMap  map[string]string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return graph
		} else if err != nil {
			t.Fatal(err)
		}
		graph[p.ImportPath] = nil
		for _, imported := range p.Imports {
			graph[p.ImportPath] = append(graph[p.ImportPath], cmp.Or(p.ImportMap[imported], imported))
		}
	}
}

// heaviest lists the packages without which the most others would not be compiled either, apart from those of an app
// with a plain function.
func heaviest(graph map[string][]string, root string, plain map[string][]string) string {
	all := importGraph(graph).reached(root, "")
	type weighed struct {
		pkg    string
		weight int
	}
	var list []weighed
	for pkg := range all {
		if _, known := plain[pkg]; known || pkg == root {
			continue
		}
		left := importGraph(graph).reached(root, pkg)
		weight := 0
		for other := range all {
			if _, known := plain[other]; !known && !left[other] {
				weight++
			}
		}
		if weight > 1 {
			list = append(list, weighed{pkg, weight})
		}
	}
	slices.SortFunc(list, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.pkg, b.pkg))
	})
	var text strings.Builder
	for _, w := range list[:min(25, len(list))] {
		fmt.Fprintf(&text, "%3d  %s\n", w.weight, w.pkg)
	}
	return text.String()
}

// reached returns what a package depends on, itself with it, if another was not there.
func (g importGraph) reached(root, without string) map[string]bool {
	reached := map[string]bool{root: true}
	for todo := []string{root}; len(todo) > 0; todo = todo[1:] {
		for _, next := range g[todo[0]] {
			if _, known := g[next]; known && next != without && !reached[next] {
				reached[next] = true
				todo = append(todo, next)
			}
		}
	}
	return reached
}
