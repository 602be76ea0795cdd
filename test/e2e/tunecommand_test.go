package e2e

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/arn"
	"github.com/dualarch/dualarch/internal/verdicts"
	"github.com/dualarch/dualarch/test/emulator"
)

// TestTuneCommand uses `dualarch tune`, history and restore as somebody does who has deployed a stack, with the permissions
// that docs/tune.md gives and no others, on an emulator that enforces them.
func TestTuneCommand(t *testing.T) {
	assembly := synthesizeCommandApp(t)
	t.Parallel() // from here on: jsii is not safe for concurrent use
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	app := deployCommandApp(ctx, t, assembly)

	t.Run("the first word is there at once", func(t *testing.T) { testFirstWord(ctx, t, app) })
	t.Run("one function, on a terminal", func(t *testing.T) { testTuneOnATerminal(ctx, t, app) })
	t.Run("all functions, in CI", func(t *testing.T) { testTuneAll(ctx, t, app) })
	t.Run("what makes no sense starts nothing", func(t *testing.T) { testTuneRefuses(ctx, t, app) })
	t.Run("a run that fails", func(t *testing.T) { testTuneFails(ctx, t, app) })
	t.Run("Ctrl-C", func(t *testing.T) { testTuneInterrupted(ctx, t, app) })
	t.Run("Ctrl-C twice", func(t *testing.T) { testTuneInterruptedTwice(ctx, t, app) })
	t.Run("history and restore", func(t *testing.T) { testHistoryAndRestore(ctx, t, app) })
	t.Run("what is denied is named", func(t *testing.T) { testDenied(ctx, t, app) })
}

// commandApp is a stack of two tuned functions, and what the command is run with.
type commandApp struct {
	*emulator.Emulator
	program string
	machine string // ARN
	names   []string
	results string // bucket
	secured *secured
	user    []string // the environment of who runs the command
}

// deployCommandApp deploys the app on an emulator of its own, which ends with the test.
func deployCommandApp(ctx context.Context, t *testing.T, assembly string) *commandApp {
	t.Helper()
	program, err := filepath.Abs(filepath.Join("..", "..", ".build", "dualarch"))
	require.NoError(t, err)
	require.FileExists(t, program, "make test-e2e builds it")
	e, secured := startSecured(ctx, t, emulator.Options{Name: "e2e-command", Auth: true})
	outputs := deploy(ctx, t, e, assembly, commandStack)
	app := &commandApp{Emulator: e, program: program, machine: outputs["PowerTuningStateMachineArn"], results: outputs["Bucket"], secured: secured}
	require.NotEmpty(t, app.machine)
	require.NotEmpty(t, app.results)
	for _, construct := range commandConstructs {
		for _, sibling := range []string{"X86", "Arm64"} {
			name := outputs[construct+sibling]
			require.NotEmpty(t, name)
			app.names = append(app.names, name)
		}
	}
	var functions []string
	for i := range app.names {
		functions = append(functions, app.functionARN(i))
	}
	standIn(ctx, t, e, stepFunctions(ctx, t, e), functions)
	app.user = newUser(ctx, t, e, documentedPolicy(t, map[string]string{
		"eu-west-1:123456789012": emulator.Region + ":" + emulator.Account,
		"Shop-Tuner":             arn.Name(app.machine), "Shop-Heal": arn.Name(outputs["HealArn"]), "shop-results": app.results,
	}), functions)
	return app
}

func (app *commandApp) functionARN(i int) string {
	return functionARN(app.names[i])
}

// functions reads all siblings.
func (app *commandApp) functions(ctx context.Context, t *testing.T) map[string]function {
	t.Helper()
	client := lambda.NewFromConfig(app.Config())
	all := map[string]function{}
	for _, name := range app.names {
		all[name] = readFunction(ctx, t, client, name)
	}
	return all
}

// executions returns how many executions there have been.
func (app *commandApp) executions(ctx context.Context, t *testing.T) int {
	t.Helper()
	out, err := sfn.NewFromConfig(app.Config()).ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: &app.machine})
	require.NoError(t, err)
	return len(out.Executions)
}

func (app *commandApp) command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, app.program, args...)
	command.Dir = dir
	command.Env = slices.Concat(app.Env(), app.user, app.secured.environment())
	return command
}

// run runs the command without a terminal, in a new folder.
func (app *commandApp) run(ctx context.Context, t *testing.T, args ...string) (status int, stdout, stderr, dir string) {
	t.Helper()
	dir = t.TempDir()
	var out, errs strings.Builder
	command := app.command(ctx, dir, args...)
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok {
		require.NoError(t, err)
	} else {
		status = exit.ExitCode()
	}
	return status, out.String(), errs.String(), dir
}

// testFirstWord takes the quickest of several starts: how busy the machine is says nothing of the command.
func testFirstWord(ctx context.Context, t *testing.T, app *commandApp) {
	quickest := time.Hour
	for range 8 {
		command := app.command(ctx, t.TempDir(), "tune", "--stack", "Nowhere", "--yes")
		stderr, err := command.StderrPipe()
		require.NoError(t, err)
		began := time.Now()
		require.NoError(t, command.Start())
		_, err = io.ReadFull(stderr, make([]byte, 1))
		require.NoError(t, err)
		quickest = min(quickest, time.Since(began))
		_, err = io.Copy(io.Discard, stderr)
		require.NoError(t, err)
		require.Error(t, command.Wait(), "there is no such stack")
	}
	t.Log(quickest)
	require.Less(t, quickest, 200*time.Millisecond)
}

func testTuneOnATerminal(ctx context.Context, t *testing.T, app *commandApp) {
	before := app.functions(ctx, t)
	s := app.onATerminal(ctx, t, "tune", "--stack", commandStack, "--target", "Orders")
	s.until("Start 1 execution? [y/N] ")
	s.typed("y\n")
	s.until("Orders: measuring, round 1; ")
	require.Zero(t, s.ends(), s.shown())
	shown := s.shown()
	for _, want := range []string{
		"looking for tuning state machines …\r\n",
		"Orders: 20 invocations to explore 4 configurations, then at most 120 on fresh sandboxes to confirm the winner\r\n",
		"Each invocation is a real one",
		"\x1b[1A\x1b[J", // the line of progress moves
		"Orders: publishing versions, round 1; ",
		" measured by ",
		" today",
		"Change in the app:\r\n",
		": &dualarch.SiblingOptions{MemorySize: jsii.Number(",
		"The run cost ",
	} {
		require.Contains(t, shown, want)
	}
	_, result, _ := strings.Cut(shown, "\r\n\r\nOrders\r\n")
	require.NotContains(t, result, "measuring", "it is gone in the end")
	require.Equal(t, before, app.functions(ctx, t))
}

func testTuneAll(ctx context.Context, t *testing.T, app *commandApp) {
	before := app.functions(ctx, t)
	status, stdout, stderr, dir := app.run(ctx, t, "tune", "--all", "--yes", "--invocations-per-month", "30e6",
		"--out", "all.json", "--report", "all.html", "--markdown", "all.md", "--fail-on", "change")
	// The memory size has no effect here, so that the smallest is the cheapest, and not today's.
	require.Equal(t, 10, status, stderr)
	require.NotContains(t, stdout+stderr, "\x1b")
	for _, name := range commandConstructs {
		require.Contains(t, stdout, "\n"+name+"\n")
		require.Regexp(t, `(?m)^`+name+`: started arn:aws:states:`, stderr)
		require.Regexp(t, `(?m)^`+name+`: measuring, round 1; \d+ of \d+ configurations measured by \d+ invocations, \S+ USD; \d+s$`, stderr)
		require.Regexp(t, `(?m)--fail-on change: `+name+`: another configuration is advised: \S+ at (128|256) MB$`, stderr)
	}
	text, err := os.ReadFile(filepath.Join(dir, "all.json"))
	require.NoError(t, err)
	found, err := verdicts.Read("all.json", text)
	require.NoError(t, err)
	require.Len(t, found, 2)
	for i, v := range found {
		require.Equal(t, commandConstructs[i], v.Target())
		require.NotNil(t, v.Output.Recommendation.SavingsPerMonth)
	}
	page, err := os.ReadFile(filepath.Join(dir, "all.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), "Tuning report: 2 functions")
	comment, err := os.ReadFile(filepath.Join(dir, "all.md"))
	require.NoError(t, err)
	require.Contains(t, string(comment), "### Orders\n")
	require.Equal(t, before, app.functions(ctx, t))
}

func testTuneRefuses(ctx context.Context, t *testing.T, app *commandApp) {
	before := app.executions(ctx, t)
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "there are several functions: Orders, Refunds; give --target with one of them, or --all"},
		{[]string{"--target", "Orders", "--num", "4"}, "$.num: given 4; allowed: a whole number from 5 to 10000"},
		{[]string{"--target", "Orders", "--out", "nowhere/verdict.json"}, "--out: open nowhere/"},
		{[]string{"--stack", "Nowhere"}, "Nowhere"},
	} {
		status, stdout, stderr, _ := app.run(ctx, t, append([]string{"tune", "--yes"}, test.args...)...)
		require.Equal(t, 2, status, stderr)
		require.Empty(t, stdout)
		require.Contains(t, stderr, test.want)
	}
	require.Equal(t, before, app.executions(ctx, t))
}

// testTuneFails sends what the function cannot decode.
func testTuneFails(ctx context.Context, t *testing.T, app *commandApp) {
	before := app.functions(ctx, t)
	status, stdout, stderr, _ := app.run(ctx, t, "tune", "--target", "Orders", "--yes", "--payload", "5")
	require.Equal(t, 3, status, stderr)
	require.Contains(t, stdout, "there is no verdict: the execution's status is FAILED: ")
	require.Contains(t, stdout, "cannot unmarshal number")
	require.Contains(t, stderr, "; the functions are put back\n")
	require.Equal(t, before, app.functions(ctx, t))
}

// long is a run that is not over before it is interrupted.
var long = []string{"tune", "--target", "Orders", "--yes", "--num", "200"}

func testTuneInterrupted(ctx context.Context, t *testing.T, app *commandApp) {
	before := app.functions(ctx, t)
	s := app.onATerminal(ctx, t, long...)
	s.until("Orders: measuring, round 1; ")
	s.typed(ctrlC)
	require.Equal(t, 130, s.ends(), s.shown())
	require.Regexp(t, `stopped; waiting until the functions are put back, at \d\d:\d\d:\d\d at the latest \(Ctrl-C leaves\)`, s.shown())
	require.Contains(t, s.shown(), "dualarch: interrupted: the functions are put back\r\n")
	require.Equal(t, before, app.functions(ctx, t))
}

func testTuneInterruptedTwice(ctx context.Context, t *testing.T, app *commandApp) {
	before := app.functions(ctx, t)
	s := app.onATerminal(ctx, t, long...)
	s.until("Orders: measuring, round 1; ")
	s.typed(ctrlC)
	s.until("stopped; waiting until the functions are put back, at ")
	s.typed(ctrlC)
	require.Equal(t, 130, s.ends(), s.shown())
	require.Contains(t, s.shown(), "dualarch: interrupted twice: the functions are put back by the state machine Heal, at ")
	require.Contains(t, s.shown(), "; to look: aws lambda get-alias --name dualarch-lock --function-name arn:")
	requireSoon(ctx, t, before, func() map[string]function { return app.functions(ctx, t) })
}

func testHistoryAndRestore(ctx context.Context, t *testing.T, app *commandApp) {
	status, stdout, stderr, _ := app.run(ctx, t, "history", "--stack", commandStack)
	require.Zero(t, status, stderr)
	require.Regexp(t, `(?m)^  20\d\d-\d\d-\d\d \d\d:\d\d  \S+ at (128|256) MB +\d+ % \(.*\) +yes`, stdout)
	require.Contains(t, stdout, "no verdict: the execution's status is ABORTED: Interrupted: dualarch tune was interrupted")
	require.Contains(t, stdout, "\nRefunds\n")

	// What Step Functions has forgotten is read from the bucket, what it knows is shown once.
	shown := strings.Count(stdout, "\n")
	app.keepOld(ctx, t)
	nested := app.nestedStack(ctx, t) // no output of it names the state machine: its resources do
	status, stdout, stderr, _ = app.run(ctx, t, "history", "--stack", nested)
	require.Zero(t, status, stderr)
	require.Regexp(t, `(?m)^Orders\n.*\n  2026-01-04 03:00  \S+ at (128|256) MB `, stdout)
	require.Equal(t, shown+1, strings.Count(stdout, "\n"), stdout)

	status, _, stderr, _ = app.run(ctx, t, "restore", app.names[0])
	require.Zero(t, status, stderr)
	require.Contains(t, stderr, app.names[0]+": no run has its lock, so there is nothing to put back\n")

	before := app.functions(ctx, t)
	held := app.leaveLock(ctx, t)
	status, _, stderr, _ = app.run(ctx, t, "restore", app.names[0])
	require.Zero(t, status, stderr)
	require.Contains(t, stderr, app.names[0]+": was changed by "+held+"; started arn:aws:states:")
	require.Contains(t, stderr, app.names[0]+": put back\n")
	require.Equal(t, before, app.functions(ctx, t))
}
