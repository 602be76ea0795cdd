package measure

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/price"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
	"github.com/dualarch/dualarch/tuning/explore"
)

// Many lanes call every method at once; run with the race detector, this finds a field that is not guarded. What they
// count adds up.
func TestLanesShareTheTally(t *testing.T) {
	const lanes, samples = 8, 50
	v := &version{
		Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, lanes: lanes, longest: time.Second, sandboxStep: 1,
		worst: explore.Spending{Invocations: 1, Cost: 1},
	}
	pending := make([]int, samples)
	for i := range pending {
		pending[i] = i
	}
	allowed := allowance{thisCall: explore.Spending{Invocations: samples, Cost: samples}}
	all := newTally(&run.State{}, []*progress{{PublishedVersion: run.PublishedVersion{Configuration: v.Configuration}, version: v, pending: pending}}, false, allowed)
	first := errors.New("the first")
	all.abort(first)
	var group sync.WaitGroup
	for range lanes {
		group.Go(func() {
			for {
				number, _, ok := all.take(v, time.Hour)
				if !ok {
					return
				}
				present := all.sandboxID(v)
				all.enoughTime(v, time.Hour)
				all.canWait(v, number, time.Hour)
				all.processed("preprocessor", time.Millisecond)
				all.largestAnswer(v.Architecture)
				if !all.spend(v, number) {
					return
				}
				all.throttle(v.Configuration)
				all.refuse("not yet")
				all.duplicated()
				all.cutOff(v)
				all.lose(v)
				all.lostInARow(v)
				all.answered(v, time.Millisecond, 1000)
				all.crash(v, false)
				all.hasCrashed(v)
				all.drop(v, taken{}, true)
				all.unanswered(v, time.Millisecond, true)
				all.keep(v, number, taken{requestID: "a", at: time.Now(), Sample: tuning.Sample{Configuration: v.Configuration, Source: tuning.ClientClock}}, present)
				all.more(v)
				all.pauseFits(v, time.Millisecond, time.Hour)
				all.spare(v, time.Hour)
				all.reportsSince(v)
				all.useReports(v, nil)
				all.abort(errors.New("a later one"))
				all.samples([]*version{v})
				all.fruitless(0)
			}
		})
	}
	group.Wait()
	require.Equal(t, first, all.aborted())
	require.Len(t, all.samples([]*version{v}), samples)

	all.later(v, 7)
	number, _, ok := all.take(v, time.Hour)
	require.False(t, ok, "the allowance is spent, not that of the next call")
	require.Zero(t, number)
	all.fail(tuning.Failure{Configuration: v.Configuration, Reason: "out of memory"})
	var s run.State
	require.True(t, all.store(&s, []*version{v}, price.Terms{}))
	require.Equal(t, samples, s.Versions[0].Measured)
	require.Equal(t, 2*samples, s.Counts.Invocations)
	require.Equal(t, 3*samples, s.Counts.PossiblyDuplicated)
	require.Equal(t, 2*samples, s.Counts.Unsampled.Count)
	require.Equal(t, []run.Throttled{{Configuration: v.Configuration, Count: samples}}, s.Throttled)
	require.Equal(t, []tuning.Failure{{Configuration: v.Configuration, Reason: "out of memory"}}, s.Failures)
}

// Every method of the tally locks before anything else, and no code outside of them names one of its fields.
func TestEveryMethodOfTheTallyLocks(t *testing.T) {
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	fields := map[string]bool{}
	var functions []*ast.FuncDecl
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok && n.Name.Name == "tally" {
					for _, field := range s.Fields.List {
						require.NotEmpty(t, field.Names, "nothing is embedded: its methods would not lock")
						for _, name := range field.Names {
							fields[name.Name] = true
						}
					}
				}
			case *ast.FuncDecl:
				functions = append(functions, n)
			}
			return true
		})
	}
	require.True(t, fields["mu"])
	methods := 0
	for _, f := range functions {
		if receiver(f) == "*tally" {
			methods++
			require.GreaterOrEqual(t, len(f.Body.List), 3, f.Name.Name)
			require.Equal(t, "t.mu.Lock()", text(t, files, f.Body.List[0]), f.Name.Name)
			require.Equal(t, "defer t.mu.Unlock()", text(t, files, f.Body.List[1]), f.Name.Name)
			continue
		}
		if f.Name.Name == "newTally" {
			continue
		}
		require.NotContains(t, text(t, files, f.Type), "*tally", "%s is no method of the tally", f.Name.Name)
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && fields[s.Sel.Name] {
				require.False(t, strings.HasSuffix(text(t, files, s.X), ".tally"), "%s names a field: %s", f.Name.Name, text(t, files, s))
			}
			return true
		})
	}
	require.Greater(t, methods, 20)
}

func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	star, ok := f.Recv.List[0].Type.(*ast.StarExpr)
	if !ok {
		return ""
	}
	name, _ := star.X.(*ast.Ident)
	return "*" + name.Name
}

// text returns a node as it stands in its file.
func text(t *testing.T, files *token.FileSet, n ast.Node) string {
	t.Helper()
	from, to := files.Position(n.Pos()), files.Position(n.End())
	source, err := os.ReadFile(from.Filename)
	require.NoError(t, err)
	return string(source[from.Offset:to.Offset])
}
