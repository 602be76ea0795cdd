package tally

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
	v := &Version{
		Configuration: tuning.Configuration{Architecture: tuning.Arm, MemorySize: 512}, Lanes: lanes, Longest: time.Second, sandboxStep: 1,
		worst: explore.Spending{Invocations: 1, Cost: 1},
	}
	pending := make([]int, samples)
	for i := range pending {
		pending[i] = i
	}
	allowed := Allowance{thisCall: explore.Spending{Invocations: samples, Cost: samples}}
	all := New(&run.State{}, []Part{{Version: v, Published: run.PublishedVersion{Configuration: v.Configuration}, Pending: pending}}, false, allowed)
	first := errors.New("the first")
	all.Abort(first)
	var group sync.WaitGroup
	for range lanes {
		group.Go(func() {
			for {
				number, _, ok := all.Take(v, time.Hour)
				if !ok {
					return
				}
				present := all.SandboxID(v, 0)
				all.EnoughTime(v, time.Hour)
				all.CanWait(v, number, time.Hour)
				all.Processed("preprocessor", time.Millisecond)
				all.LargestAnswer(v.Architecture)
				all.Prepared(1)
				all.LargestPrepared()
				if !all.Spend(v, number) {
					return
				}
				all.Throttle(v.Configuration)
				all.Refuse("not yet")
				all.Duplicated()
				all.CutOff(v)
				all.Lose(v)
				all.LostInARow(v)
				all.Answered(v, time.Millisecond, 1000)
				all.Crash(v, false)
				all.HasCrashed(v)
				all.Drop(v, Taken{}, true)
				all.Unanswered(v, time.Millisecond, true)
				all.Keep(v, number, Taken{RequestID: "a", At: time.Now(), Sample: tuning.Sample{Configuration: v.Configuration, Source: tuning.ClientClock}}, present)
				all.More(v)
				all.PauseFits(v, time.Millisecond, time.Hour)
				all.Spare(v, time.Hour)
				all.ReportsSince(v)
				all.UseReports(v, nil)
				all.Abort(errors.New("a later one"))
				all.Samples([]*Version{v})
				all.Fruitless(0)
			}
		})
	}
	group.Wait()
	require.Equal(t, first, all.Aborted())
	require.Len(t, all.Samples([]*Version{v}), samples)

	all.Later(v, 7)
	number, _, ok := all.Take(v, time.Hour)
	require.False(t, ok, "the allowance is spent, not that of the next call")
	require.Zero(t, number)
	all.Fail(tuning.Failure{Configuration: v.Configuration, Reason: "out of memory"})
	var s run.State
	require.True(t, all.Store(&s, []*Version{v}, price.Terms{}))
	require.Equal(t, samples, s.Versions[0].Measured)
	require.Equal(t, 2*samples, s.Counts.Invocations)
	require.Equal(t, 3*samples, s.Counts.PossiblyDuplicated)
	require.Equal(t, 2*samples, s.Counts.Unsampled.Count)
	require.Equal(t, []run.Throttled{{Configuration: v.Configuration, Count: samples}}, s.Throttled)
	require.Equal(t, []tuning.Failure{{Configuration: v.Configuration, Reason: "out of memory"}}, s.Failures)
}

// Every method of the tally locks before anything else, and no other code here names one of its fields; other packages
// cannot.
func TestEveryMethodOfTheTallyLocks(t *testing.T) {
	files := token.NewFileSet()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	methods := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, name, nil, 0)
		require.NoError(t, err)
		if !strings.HasPrefix(name, "tally") {
			ast.Inspect(file, func(n ast.Node) bool {
				identifier, ok := n.(*ast.Ident)
				require.False(t, ok && identifier.Name == "Tally", "%s reaches the tally", name)
				return true
			})
			continue
		}
		for _, declaration := range file.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok || f.Name.Name == "New" {
				continue
			}
			methods++
			require.Equal(t, "*Tally", receiver(f), "%s is no method of the tally", f.Name.Name)
			require.GreaterOrEqual(t, len(f.Body.List), 3, f.Name.Name)
			require.Equal(t, "t.mu.Lock()", text(t, files, f.Body.List[0]), f.Name.Name)
			require.Equal(t, "defer t.mu.Unlock()", text(t, files, f.Body.List[1]), f.Name.Name)
		}
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
