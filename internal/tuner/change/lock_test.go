package change

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

// A lock outlives every step of its run, and the Restore after it.
func TestLeaseOutlivesTheRun(t *testing.T) {
	start := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for measure, want := range map[int]time.Duration{0: 90 * time.Minute, 1800: 105 * time.Minute} {
		e := run.Event{Execution: run.Execution{StartTime: start}, Defaults: input.Defaults{TimeoutSeconds: 3600, MeasureTimeoutSeconds: measure}}
		require.Equal(t, want, run.LeaseEnd(e).Sub(start))
	}
}

// A state machine may be deleted in the middle of a run that could take a year.
func TestLeaseIsCapped(t *testing.T) {
	e := run.Event{Execution: run.Execution{StartTime: time.Now()}, Defaults: input.Defaults{TimeoutSeconds: 365 * 24 * 3600}}
	require.WithinDuration(t, time.Now().Add(24*time.Hour), run.LeaseEnd(e), time.Second)
}

func TestLockDescription(t *testing.T) {
	lock := run.Lock{
		Function: "arn:aws-cn:lambda:cn-north-1:123456789012:function:prime", Region: "cn-north-1", StateMachine: "tune", Execution: "run-1",
		Attempt: "00000002-0000-4000-a000-e30f061706d1", Deadline: time.UnixMilli(1795000000123).UTC(), Lease: time.UnixMilli(1795003600000).UTC(),
	}
	require.Equal(t, "dualarch1 cn-north-1 tune run-1 t 00000002-0000-4000-a000-e30f061706d1 mwm0nkaj 0 mwm2spz4", lock.Description())
	require.Equal(t, "arn:aws-cn:states:cn-north-1:123456789012:execution:tune:run-1", lock.ExecutionARN())
	for _, change := range []func(*run.Lock){
		func(*run.Lock) {},
		func(l *run.Lock) { l.Restoring = true },
		func(l *run.Lock) { l.Attempt, l.Deadline = "", time.Time{} },
		func(l *run.Lock) { l.Until = time.UnixMilli(1795000000456).UTC() },
	} {
		l := lock
		change(&l)
		got, err := run.ParseLock(l.Function, l.Description())
		require.NoError(t, err)
		require.Equal(t, l, got)
	}
}

func TestLongestLockFitsAnAlias(t *testing.T) {
	name := strings.Repeat("n", 80)
	latest := time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	lock := run.Lock{
		Region: "ap-northeast-99", StateMachine: name, Execution: name, Restoring: true, Attempt: strings.Repeat("a", run.MaxAttempt),
		Deadline: latest, Until: latest, Lease: latest,
	}
	require.LessOrEqual(t, len(lock.Description()), 256)
}

func TestParseLockRefuses(t *testing.T) {
	for _, description := range []string{
		"", "my own alias", "dualarch2 us-east-1 tune run t - 0 0 mwmbuj0g", "dualarch1 us-east-1 tune run x - 0 0 mwmbuj0g",
		"dualarch1 us-east-1 tune run t - ? 0 mwmbuj0g", "dualarch1 us-east-1 tune run t - 0 0", "dualarch1 us-east-1 tune run t - 0 0 mwmbuj0g more",
	} {
		_, err := run.ParseLock("arn:f", description)
		require.EqualError(t, err, `alias dualarch-lock of arn:f was not made by this tuner: its description is "`+description+`"`)
	}
}

func FuzzParseLock(f *testing.F) {
	f.Add("dualarch1 us-east-1 tune run r - 0 0 mwmbuj0g")
	f.Add("dualarch1 a b c t - zzzzzzzzzzzzzz 0 0")
	f.Fuzz(func(t *testing.T, description string) {
		lock, err := run.ParseLock("arn:aws:lambda:us-east-1:1:function:f", description)
		if err != nil {
			return
		}
		again, err := run.ParseLock(lock.Function, lock.Description())
		require.NoError(t, err)
		require.Equal(t, lock, again)
		lock.ExecutionARN()
	})
}

func TestMarks(t *testing.T) {
	e := run.Execution{Name: "run", ARN: "arn:aws:states:us-east-1:123456789012:execution:tune:run"}
	target := run.Target{HighestVersion: 7, CodeSHA256: "sum", MemorySize: 512}
	key := run.VersionKey{Round: 1, Index: 3}
	version := cloud.FunctionConfiguration{Version: "8", Description: mark.OfVersion(e, key), CodeSHA256: "sum"}
	require.Equal(t, "dualarch run@6a178f135997#1.3", version.Description)
	require.True(t, mark.Owns(target, version, e))
	for name, change := range map[string]func(*cloud.FunctionConfiguration){
		"older than Plan": func(c *cloud.FunctionConfiguration) { c.Version = "7" },
		"$LATEST":         func(c *cloud.FunctionConfiguration) { c.Version = "$LATEST" },
		"another run's":   func(c *cloud.FunctionConfiguration) { c.Description = "dualarch run2@6a178f135997#1.3" },
		"that of a run of the same name in another state machine": func(c *cloud.FunctionConfiguration) {
			c.Description = mark.OfVersion(run.Execution{Name: "run", ARN: "arn:aws:states:us-east-1:123456789012:execution:other:run"}, key)
		},
		"a mark by name": func(c *cloud.FunctionConfiguration) { c.Description = "dualarch run#1.3" },
		"other code":     func(c *cloud.FunctionConfiguration) { c.CodeSHA256 = "other" },
		"no description": func(c *cloud.FunctionConfiguration) { c.Description = "" },
		"published by somebody else": func(c *cloud.FunctionConfiguration) {
			c.Description = mark.OfLatest(e, key, 512, target)
		},
		"words around it": func(c *cloud.FunctionConfiguration) { c.Description = "see " + c.Description },
	} {
		v := version
		change(&v)
		require.False(t, mark.Owns(target, v, e), name)
	}
	version.Description = "dualarch run#1.3"
	target.NamedMarks = true
	require.True(t, mark.Owns(target, version, e), "a journal of format 1")
}
