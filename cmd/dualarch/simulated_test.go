package main

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/lambdasim"
	"github.com/dualarch/dualarch/internal/lambdasim/statemachine"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/test/tuner"
)

// simulated is an account with two siblings and their tuner, in virtual time: a bubble of testing/synctest.
type simulated struct {
	*tuner.Deployment
	t      *testing.T
	sim    *lambdasim.Simulator
	before []lambdasim.Snapshot
}

var simulatedSiblings = []string{"orders-x86", "orders-arm64"}

// newSimulated deploys the tuner; deliver is tuner.Options'.
func newSimulated(t *testing.T, deliver func(statemachine.StatusChange) []time.Duration) *simulated {
	t.Helper()
	s := &simulated{t: t, sim: lambdasim.New(lambdasim.Options{})}
	var functions []string
	for i, name := range simulatedSiblings {
		s.sim.CreateFunction(lambdasim.Function{
			Name: name, Architecture: []string{"x86_64", "arm64"}[i], MemorySize: 512, Timeout: 30, Code: "code of " + name,
			Behavior: lambdasim.Behavior{Workload: lambdasim.CPUBound(lambdasim.Timing{Mean: 100}), HostSigma: 0.01},
		})
		s.sim.PointAlias(name, "live", s.sim.Publish(name, ""))
		functions = append(functions, s.sim.FunctionARN(name))
	}
	var err error
	s.Deployment, err = tuner.Deploy(s.sim, input.Defaults{
		PowerValues: []int{256, 512, 1024}, Num: 5, TimeoutSeconds: 3600,
		Targets: []input.DefaultTarget{{Name: "Orders", Functions: functions, LiveAlias: "live"}},
	}, tuner.Options{Deliver: deliver})
	require.NoError(t, err)
	s.before = s.snapshots()
	return s
}

func (s *simulated) snapshots() []lambdasim.Snapshot {
	var all []lambdasim.Snapshot
	for _, name := range simulatedSiblings {
		all = append(all, s.sim.Snapshot(name))
	}
	return all
}

// load gives clients that try again, as the SDK's do.
func (s *simulated) load(context.Context, ...func(*config.LoadOptions) error) (aws.Config, error) {
	cfg := s.sim.Config()
	cfg.Retryer = func() aws.Retryer { return retry.NewStandard() }
	return cfg, nil
}

// tune runs "dualarch tune" on the machine; interrupted is tuneOptions'.
func (s *simulated) tune(ctx context.Context, interrupted func(context.Context) (context.Context, context.CancelFunc), args ...string) (status int, stdout, stderr string) {
	s.t.Helper()
	return tune(ctx, func(o *tuneOptions) {
		usual := tuneDefaults(false)
		o.poll, o.quiet, o.load = usual.poll, usual.quiet, s.load
		if interrupted != nil {
			o.interrupted = interrupted
		}
	}, append([]string{"--state-machine", s.Tuning.ARN(), "--yes"}, args...)...)
}

// interruptAt returns a context that is interrupted at the nth call of an operation in a state.
func (s *simulated) interruptAt(state, operation string, n int32) context.Context {
	ctx, interrupt := context.WithCancel(s.t.Context())
	var count atomic.Int32
	s.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
		if c.Task != nil && c.Task.State == state && c.Operation == operation && count.Add(1) == n {
			interrupt()
		}
		return nil
	})
	return ctx
}

// never is a Ctrl-C that does not come a second time.
func never(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(context.WithoutCancel(ctx))
}

var promised = regexp.MustCompile(`put back, at (\d\d:\d\d:\d\d) at the latest`)

func TestTuneFromBeginningToEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, nil)
		status, stdout, stderr := s.tune(t.Context(), nil)
		require.Zero(t, status, stderr)
		require.Contains(t, stdout, "\nOrders\n")
		require.Contains(t, stdout, " today")
		require.Regexp(t, `  The run cost 0\.\d+ USD\.\n`, stdout)
		require.Regexp(t, `Orders: measuring, round 1; \d of 6 configurations measured by \d+ invocations, \S+ USD; \d+s\n`, stderr)
		require.Equal(t, s.before, s.snapshots())
		s.Rest()
	})
}

// If the event that starts Heal is lost, tune says so, and restore does what it says.
func TestNothingHeals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, func(statemachine.StatusChange) []time.Duration { return nil })
		ctx := s.interruptAt("Measure", "Invoke", 5)
		began := time.Now()
		status, _, stderr := s.tune(ctx, never)
		require.Equal(t, exitInterrupted, status, stderr)
		require.NotEqual(t, s.before, s.snapshots())
		require.Less(t, time.Since(began), 5*time.Minute)
		_, commands, found := strings.Cut(stderr, "although they should be; to put them back: ")
		require.True(t, found, stderr)
		s.Rest()
		for command := range strings.SplitSeq(strings.TrimSpace(commands), "; ") {
			var out, errors bytes.Buffer
			words := strings.Fields(command)
			require.Equal(t, []string{"dualarch", "restore"}, words[:2])
			status := execute(t.Context(), words[2:], &out, &errors, newRestore(restoreOptions{account: account{load: s.load}, poll: 2 * time.Second}))
			require.Zero(t, status, errors.String())
			require.Contains(t, errors.String(), " put back\n")
			s.Rest()
		}
		require.Equal(t, s.before, s.snapshots())
	})
}

// What Heal cannot do is said, not waited for.
func TestRestoreThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, func(statemachine.StatusChange) []time.Duration { return nil })
		_, _, stderr := s.tune(s.interruptAt("Measure", "Invoke", 5), never)
		require.Contains(t, stderr, "dualarch restore ")
		s.Rest()
		s.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Task != nil && c.Writes() {
				return &lambdasim.Fault{Err: lambdasim.AccessDenied("lambda:"+c.Operation, c.Resource)}
			}
			return nil
		})
		var out, errors bytes.Buffer
		status := execute(t.Context(), []string{"orders-x86"}, &out, &errors, newRestore(restoreOptions{account: account{load: s.load}, poll: time.Minute}))
		require.Equal(t, exitUsage, status, errors.String())
		require.Regexp(t, `dualarch: orders-x86 is not put back: arn:\S+:heal:\S+ ended (FAILED|TIMED_OUT) `, errors.String())
		s.sim.OnCall(nil)
		s.Rest()
	})
}

// A network that is gone for a while changes nothing: the run goes on without us. A lost answer starts no second run.
func TestNetworkIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, nil)
		began := time.Now()
		var starts atomic.Int32
		s.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			gone := time.Since(began) > 5*time.Second && time.Since(began) < 4*time.Minute
			if c.Task == nil && (gone || c.Operation == "StartExecution" && starts.Add(1) == 1) {
				return &lambdasim.Fault{Lost: true}
			}
			return nil
		})
		status, stdout, stderr := s.tune(t.Context(), nil)
		require.Zero(t, status, stderr)
		require.Contains(t, stdout, "\nOrders\n")
		require.Greater(t, time.Since(began), 4*time.Minute, "the run was over long before")
		require.Greater(t, starts.Load(), int32(1))
		require.Len(t, s.Tuning.Executions(), 1)
		s.Rest()
	})
}

// What may not be looked at is not waited for.
func TestNotAllowedToLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, nil)
		s.sim.OnCall(func(c lambdasim.Call) *lambdasim.Fault {
			if c.Task == nil && c.Operation == "DescribeExecution" {
				return &lambdasim.Fault{Err: lambdasim.AccessDenied("states:DescribeExecution", c.Resource)}
			}
			return nil
		})
		began := time.Now()
		status, _, stderr := s.tune(t.Context(), nil)
		require.Equal(t, exitRunFailed, status)
		require.Less(t, time.Since(began), time.Minute)
		require.Contains(t, stderr, "User is not authorized to perform: states:DescribeExecution")
		require.Contains(t, stderr, "\nthe execution may still be running: aws stepfunctions describe-execution --execution-arn "+s.Tuning.Executions()[0].ARN+"\n")
		s.Rest()
	})
}

// A function that fails everywhere fails the run, which has put it back, and what it says is shown as text.
func TestFunctionThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, nil)
		for _, name := range simulatedSiblings {
			s.sim.SetBehavior(name, lambdasim.Behavior{Respond: func(lambdasim.Invocation) lambdasim.Response {
				return lambdasim.Response{Body: []byte(`{"errorType":"Broken","errorMessage":"\u001b[2Jgone\u202e"}`), FunctionError: "Unhandled"}
			}})
		}
		status, stdout, stderr := s.tune(t.Context(), nil)
		require.Equal(t, exitRunFailed, status)
		require.Contains(t, stdout, "there is no verdict: the execution's status is FAILED: ")
		require.Contains(t, stderr, "; the functions are put back\n")
		for _, shown := range []string{stdout, stderr} {
			require.NotContains(t, shown, "\x1b")
			require.NotContains(t, shown, "\u202e")
		}
		require.Equal(t, s.before, s.snapshots())
		s.Rest()
	})
}

// Runs at other times are put together.
func TestRunsAtOtherTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, nil)
		inFolder(t, nil)
		status, stdout, stderr := s.tune(t.Context(), nil, "--repeat", "3", "--every", "6h", "--out", "all.json")
		require.Zero(t, status, stderr)
		runs := s.Tuning.Executions()
		require.Len(t, runs, 3)
		for i, run := range runs[1:] {
			require.InDelta(t, 6*time.Hour, run.Started.Sub(runs[i].Started), float64(time.Minute))
		}
		require.Contains(t, stderr, "Orders: each of 3 runs makes 30 invocations to explore 6 configurations, then at most 120 on fresh sandboxes to confirm the winner\n")
		require.Regexp(t, `\n  \d of 3 runs from 2000-01-01 \d\d:\d\d UTC to 2000-01-01 1\d:\d\d UTC advise `, stdout)
		found, err := readVerdict("all.json", nil)
		require.NoError(t, err)
		require.Len(t, found, 3)
		s.Rest()
	})
}

// A dry run has no verdict, and is no failure.
func TestDryRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, nil)
		inFolder(t, map[string]string{"in.json": `{"dryRun": true}`})
		status, stdout, stderr := s.tune(t.Context(), nil, "--input", "in.json")
		require.Zero(t, status, stderr)
		require.Empty(t, stdout)
		require.Contains(t, stderr, "Orders: 6 invocations to explore 6 configurations\n")
		require.Contains(t, stderr, "\nOrders: it was a dry run, which gives no verdict\n")
		s.Rest()
	})
}
