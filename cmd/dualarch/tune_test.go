package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// tune runs "dualarch tune" with short waits; change may change more.
func tune(ctx context.Context, change func(*tuneOptions), args ...string) (status int, stdout, stderr string) {
	var out, errors bytes.Buffer
	o := tuneDefaults(false)
	o.poll, o.quiet = time.Millisecond, 0
	if change != nil {
		change(&o)
	}
	command := newTune(&o)
	status = execute(ctx, args, &out, &errors, command)
	return status, out.String(), errors.String()
}

func TestTune(t *testing.T) {
	s := newStub(t, &stub{polls: 3})
	inFolder(t, map[string]string{"in.json": `{"strategy": "speed", "num": 20}`})
	status, stdout, stderr := tune(t.Context(), nil, "--stack", "Shop", "--yes", "--input", "in.json", "--strategy", "cost", "--exploration", "adaptive",
		"--payload", `{"id": 7}`, "--invocations-per-month", "30e6", "--out", "verdict.json", "--report", "verdict.html", "--markdown", "comment.md")
	require.Zero(t, status, stderr)
	require.Equal(t, []string{`{"exploration":"adaptive","invocationsPerMonth":30000000,"num":20,"payload":{"id":7},"strategy":"cost","target":"Orders"}`}, s.inputs)
	require.Regexp(t, `^looking for tuning state machines …
Orders: at most 100 invocations to explore 16 configurations, then at most 120 on fresh sandboxes to confirm the winner
  exploring costs about 0\.00\d+ USD if a call takes a second, and in proportion if it takes longer
Each invocation is a real one: what the function writes, sends or deletes, it does\.
Orders: started `+executionARN(1)+`
Orders: measuring, round 2 to confirm; 0 of 16 configurations measured by 41 invocations, 0 USD; \S+
wrote verdict\.html: 1 function, \d\d\.\d KiB
$`, stderr)
	require.Equal(t, `
Orders
    MB  x86_64 ms  USD a million  arm64 ms  USD a million
   512      360.6    3.208 today     316.8          2.317
  1024          -              -     154.5  2.267 advised

  arm64 at 1024 MB: 26 % cheaper (15–35 %) and 55 % faster than today's x86_64 at 512 MB; all of it from arm64, because today's is the best size of x86_64; both answered alike in 22 of 22; saves about 2.38 USD a month at 3 million invocations
  The run cost 0.00086 USD.

  Change in the app:
      Primary: awslambda.Architecture_ARM_64(),
      Arm64: &dualarch.SiblingOptions{MemorySize: jsii.Number(1024)},
`, stdout)

	found, err := readVerdict("verdict.json", nil)
	require.NoError(t, err)
	require.Equal(t, executionARN(1), found[0].Execution.ARN)
	require.JSONEq(t, s.inputs[0], string(found[0].Input()))
	require.Equal(t, 1024, found[0].Output.Power)
	page, err := os.ReadFile("verdict.html")
	require.NoError(t, err)
	require.Contains(t, string(page), "Tuning report: Orders")
	comment, err := os.ReadFile("comment.md")
	require.NoError(t, err)
	require.Equal(t, "### Orders\n\n**arm64 at 1024 MB&#58; 26 % cheaper (15–35 %) and 55 % faster than today's x86&#95;64 at 512 MB; all of it from arm64, because today's is the best size of x86&#95;64; both answered alike in 22 of 22; saves about 2.38 USD a month at 3 million invocations**\n\n"+
		"| MB | x86_64 ms | USD a million | arm64 ms | USD a million |\n|---:|---:|---:|---:|---:|\n| 512 | 360.6 | 3.208 today | 316.8 | 2.317 |\n| 1024 | - | - | 154.5 | 2.267 advised |\n\n\n"+
		"Change in the app:\n\n```go\nPrimary: awslambda.Architecture_ARM_64(),\nArm64: &dualarch.SiblingOptions{MemorySize: jsii.Number(1024)},\n```\n\n", string(comment))
}

// What makes no sense is refused before anything is started.
func TestTuneRefusals(t *testing.T) {
	inFolder(t, map[string]string{"list.json": "[]", "own.json": `{"lambdaARN": "` + x86Function + `"}`,
		"peer.json": `{"power": 128, "cost": 2e-7, "duration": 38.5, "stateMachine": {}}`, "large.json": `"` + strings.Repeat("x", 300_000) + `"`})
	for _, test := range []struct {
		targets []string
		args    []string
		want    string
	}{
		{nil, []string{"--num", "4", "--strategy", "cheap", "--yes"}, `the input cannot be used: $.num: given 4; allowed: a whole number from 5 to 10000` + "\n" + `$.strategy: given "cheap"; allowed: "cost", "speed" or "balanced"`},
		{nil, nil, "nothing was started, because there is no terminal to ask on: give --yes"},
		{nil, []string{"--fail-on", "saving"}, `--fail-on "saving": give change, different-answers, or saving=5% for example`},
		{nil, []string{"--repeat", "0"}, "--repeat 0 --every 6h0m0s: give at least 1, and no time below 0"},
		{nil, []string{"--payload", "x"}, `--payload: it is no JSON; give {"id": 7} for example, "text" in double quotes, or @FILE`},
		{nil, []string{"--payload", "@nowhere"}, "--payload: open nowhere: no such file or directory"},
		{nil, []string{"--input", "list.json"}, `--input list.json: it is no JSON object; give the input of an execution, {"strategy": "speed"} for example`},
		{nil, []string{"--target", "Payments"}, `--target "Payments": there is none of that name; there are: Orders`},
		{[]string{"Orders", "Payments"}, nil, "there are several functions: Orders, Payments; give --target with one of them, or --all"},
		{nil, []string{"--input", "own.json", "--all"}, "--input names its function: give --state-machine or a --stack with one state machine, and neither --target nor --all"},
		{nil, []string{"--target", "Payments", "--target", "Refunds"}, `--target "Payments": there is none of that name; there are: Orders` + "\n" + `--target "Refunds": there is none of that name; there are: Orders`},
		{nil, []string{"--every", "1h"}, "--every 1h0m0s: there is but one run; give --repeat with the number of runs"},
		{nil, []string{"--out", "nowhere/a.json", "--markdown", "."}, "--out: open nowhere/.dualarch-"},
		{nil, []string{"--yes", "--markdown", "."}, "--markdown: . is a folder; give a file"},
		{nil, []string{"--out", "-", "--report", "-"}, "--out, --report and --markdown: more than one is -, the standard output; give files"},
		{nil, []string{"--from", "x", "--repeat", "2"}, "if any flags in the group [from repeat] are set none of the others can be; [from repeat] were all set"},
		{nil, []string{"--from", "x", "--num", "5"}, "if any flags in the group [from num] are set none of the others can be; [from num] were all set"},
		{nil, []string{"--from", "peer.json"}, `--from peer.json: there is no verdict in it, because AWS Lambda Power Tuning gives none; "dualarch report" shows its results`},
		{nil, []string{"--yes", "--payload", "@large.json"}, "the input has 300032 bytes, and Step Functions takes at most 262144: give a large payload as payloadS3"},
		{[]string{"Orders", "Payments"}, []string{"--all", "--yes", "--strategy", "cheap"}, `the input cannot be used: $.strategy: given "cheap"; allowed: "cost", "speed" or "balanced"`},
		{nil, []string{"--all", "--target", "Orders"}, "if any flags in the group [target all from] are set none of the others can be; [all target] were all set"},
	} {
		s := newStub(t, &stub{targets: test.targets})
		status, stdout, stderr := tune(t.Context(), nil, test.args...)
		require.Equal(t, exitUsage, status, test.args)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "dualarch: "+test.want)
		require.False(t, s.called("StartExecution"))
	}
}

func TestTuneAll(t *testing.T) {
	s := newStub(t, &stub{targets: []string{"Orders", "Payments"}})
	inFolder(t, nil)
	status, stdout, stderr := tune(t.Context(), nil, "--state-machine", shopMachine, "--all", "--yes", "--repeat", "2", "--every", "1ms", "--out", "all.json")
	require.Zero(t, status, stderr)
	require.Equal(t, []string{`{"target":"Orders"}`, `{"target":"Payments"}`, `{"target":"Orders"}`, `{"target":"Payments"}`}, s.inputs)
	require.Contains(t, stderr, "run 1 of 2 is done; the next begins at ")
	require.Contains(t, stdout, "\nOrders\n")
	require.Contains(t, stdout, "\nPayments\n")
	found, err := readVerdict("all.json", nil)
	require.NoError(t, err)
	require.Len(t, found, 4)
}

// A run that failed says whether the functions are put back, and what is said of the function is printable.
func TestTuneOfARunThatFails(t *testing.T) {
	newStub(t, &stub{status: "FAILED"})
	inFolder(t, nil)
	status, stdout, stderr := tune(t.Context(), nil, "--yes", "--out", "failed.json")
	require.Equal(t, exitRunFailed, status)
	const why = `the execution's status is FAILED: Measure: denied\u001b[31m; the functions are put back`
	require.Equal(t, "\nOrders\n  there is no verdict: "+why+"\n", stdout)
	require.Contains(t, stderr, "dualarch: Orders: "+why+"\n")
	found, err := readVerdict("failed.json", nil)
	require.NoError(t, err)
	require.Contains(t, found[0].Failed, "denied")

	newStub(t, &stub{status: "TIMED_OUT", locked: 1000})
	status, _, stderr = tune(t.Context(), nil, "--yes")
	require.Equal(t, exitRunFailed, status)
	require.Contains(t, stderr, "the functions are not put back yet; the state machine Heal does that. To look: aws lambda get-alias --name dualarch-lock --function-name "+x86Function+"; ")
}

// Only Lambda's answer says that functions are not put back, however long it takes.
func TestTuneOfARunThatFailsWithSlowAnswers(t *testing.T) {
	newStub(t, &stub{status: "FAILED", answerAfter: 50 * time.Millisecond})
	status, stdout, _ := tune(t.Context(), nil, "--yes")
	require.Equal(t, exitRunFailed, status)
	require.Contains(t, stdout, "; the functions are put back\n")

	newStub(t, &stub{status: "FAILED", lockRefused: true})
	status, stdout, _ = tune(t.Context(), nil, "--yes")
	require.Equal(t, exitRunFailed, status)
	require.Regexp(t, "; whether the functions are put back is not known: reading the lock of "+x86Function+": .* not authorized to perform: lambda:GetAlias. To look: aws lambda get-alias --name dualarch-lock --function-name "+x86Function+"; ", stdout)

	ctx, interrupt := context.WithCancel(t.Context())
	newStub(t, &stub{polls: 1 << 30, lockRefused: true, describes: interrupt})
	status, _, stderr := tune(ctx, nil, "--yes")
	require.Equal(t, exitInterrupted, status)
	require.Regexp(t, "dualarch: interrupted, but reading the lock of "+x86Function+": .* not authorized to perform: lambda:GetAlias\nto look: aws lambda get-alias ", stderr)
}

func TestTuneInterrupted(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	s := newStub(t, &stub{polls: 1 << 30, locked: 3, describes: interrupt})
	status, _, stderr := tune(ctx, nil, "--yes")
	require.Equal(t, exitInterrupted, status)
	require.True(t, s.stopped)
	require.Negative(t, s.locked, "it waits for the lock's end")
	require.Regexp(t, `stopped; waiting until the functions are put back, at \d\d:\d\d:\d\d at the latest \(Ctrl-C leaves\)
dualarch: interrupted: the functions are put back\n$`, stderr)
}

func TestTuneAsks(t *testing.T) {
	for answer, want := range map[string]string{"y\n": "", "YES": "", "\n": "nothing was started", "no\n": "nothing was started", "": "nothing was started"} {
		var stderr bytes.Buffer
		err := (&tuneOptions{terminal: true, repeat: 3}).ask(t.Context(), strings.NewReader(answer), &stderr, 2)
		require.Equal(t, "Start 6 executions? [y/N] ", stderr.String())
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, want)
	}
}

// What a run cost the last time is the better estimate.
func TestEstimateByTheLastRun(t *testing.T) {
	newStub(t, &stub{past: []map[string]any{pastRun("new", "2026-11-20", "FAILED", ""), pastRun("old", "2026-11-13", "SUCCEEDED", goldenOutput(t, "prime"))}})
	_, _, stderr := tune(t.Context(), nil)
	require.Contains(t, stderr, "to confirm the winner\n  the run of 2026-11-13 cost 0.00086 USD\n")
}

// The question is not in the way of Ctrl-C.
func TestInterruptedWhileAsking(t *testing.T) {
	newStub(t, &stub{})
	stdin, never := io.Pipe()
	defer func() { _ = never.Close() }()
	ctx, interrupt := context.WithCancel(t.Context())
	var out, stderr bytes.Buffer
	o := tuneDefaults(true)
	command := newTune(&o)
	command.SetIn(stdin)
	time.AfterFunc(200*time.Millisecond, interrupt)
	require.Equal(t, exitInterrupted, execute(ctx, nil, &out, &stderr, command))
	require.True(t, strings.HasSuffix(stderr.String(), "dualarch: interrupted: nothing was started\n"), stderr.String())
}

// Constructs of one name in two stacks are told apart, and not taken for one function.
func TestSameNameInTwoStacks(t *testing.T) {
	s := newStub(t, &stub{second: true})
	inFolder(t, nil)
	status, _, stderr := tune(t.Context(), nil, "--target", "Orders", "--yes")
	require.Equal(t, exitUsage, status)
	require.Contains(t, stderr, `dualarch: --target "Orders": there are several of that name, in Shop-Test and Shop; give --stack with one of these`)
	require.False(t, s.called("StartExecution"))
	status, stdout, stderr := tune(t.Context(), nil, "--all", "--yes", "--out", "all.json")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "\nOrders of Shop-Test\n")
	require.Contains(t, stdout, "\nOrders of Shop\n")
	require.Equal(t, []string{`{"target":"Orders"}`, `{"target":"Orders"}`}, s.inputs)
}

// A stack whose outputs name no tuner is looked through.
func TestTunerThatNoOutputNames(t *testing.T) {
	s := newStub(t, &stub{noOutput: true})
	status, stdout, stderr := tune(t.Context(), nil, "--stack", "Shop", "--yes")
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "\nOrders\n")
	require.Equal(t, shopMachine, s.startedOn)
}

// The first word is there before AWS is asked.
func TestTuneSpeaksAtOnce(t *testing.T) {
	release := make(chan struct{})
	s := newStub(t, &stub{})
	s.mu.Lock() // AWS does not answer
	w := &firstWrite{done: release}
	began := time.Now()
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		_ = run(t.Context(), []string{"tune"}, &bytes.Buffer{}, w, false)
	}()
	select {
	case <-release:
		require.Less(t, time.Since(began), 5*time.Second)
	case <-time.After(time.Minute):
		t.Fatal("nothing was said")
	}
	s.mu.Unlock()
	<-finished
}

type firstWrite struct {
	done chan struct{}
	said bool
}

func (w *firstWrite) Write(p []byte) (int, error) {
	if !w.said {
		w.said = true
		close(w.done)
	}
	return len(p), nil
}

func TestTuneCompletion(t *testing.T) {
	newStub(t, &stub{targets: []string{"Orders", "Payments"}})
	for line, want := range map[string]string{
		"tune --strategy ": "cost\nspeed\nbalanced\n", "tune --exploration ": "adaptive\nexhaustive\n", "tune --fail-on ": "change\ndifferent-answers\nsaving=5%\n",
		"tune --stack ": "Shop\n", "tune --stack Shop --target ": "Orders\nPayments\n", "history --stack ": "Shop\n", "tune --input ": "json\n",
	} {
		status, stdout, _ := dualarch(t, append([]string{"__complete"}, strings.Split(line, " ")...)...)
		require.Zero(t, status)
		completed, _, found := strings.Cut(stdout, ":")
		require.True(t, found, stdout)
		require.Equal(t, want, completed, line)
	}
	_, stdout, _ := dualarch(t, "tune", "--help")
	for line := range strings.Lines(stdout) {
		require.LessOrEqual(t, len(line), 140)
	}
}
