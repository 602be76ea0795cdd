package run

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
)

// A lock outlives every step of its run, and the Restore after it.
func TestLeaseOutlivesTheRun(t *testing.T) {
	start := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for measure, want := range map[int]time.Duration{0: 90 * time.Minute, 1800: 105 * time.Minute} {
		e := Event{Execution: Execution{StartTime: start}, Defaults: input.Defaults{TimeoutSeconds: 3600, MeasureTimeoutSeconds: measure}}
		require.Equal(t, want, LeaseEnd(e).Sub(start))
	}
}

// A state machine may be deleted in the middle of a run that could take a year.
func TestLeaseIsCapped(t *testing.T) {
	e := Event{Execution: Execution{StartTime: time.Now()}, Defaults: input.Defaults{TimeoutSeconds: 365 * 24 * 3600}}
	require.WithinDuration(t, time.Now().Add(24*time.Hour), LeaseEnd(e), time.Second)
}

func TestLockDescription(t *testing.T) {
	lock := Lock{
		Function: "arn:aws-cn:lambda:cn-north-1:123456789012:function:prime", Region: "cn-north-1", StateMachine: "tune", Execution: "run-1",
		Attempt: "00000002-0000-4000-a000-e30f061706d1", Deadline: time.UnixMilli(1795000000123).UTC(), Lease: time.UnixMilli(1795003600000).UTC(),
	}
	require.Equal(t, "dualarch1 cn-north-1 tune run-1 t 00000002-0000-4000-a000-e30f061706d1 mwm0nkaj 0 mwm2spz4", lock.Description())
	require.Equal(t, "arn:aws-cn:states:cn-north-1:123456789012:execution:tune:run-1", lock.ExecutionARN())
	for _, change := range []func(*Lock){
		func(*Lock) {},
		func(l *Lock) { l.Restoring = true },
		func(l *Lock) { l.Attempt, l.Deadline = "", time.Time{} },
		func(l *Lock) { l.Until = time.UnixMilli(1795000000456).UTC() },
	} {
		l := lock
		change(&l)
		got, err := ParseLock(l.Function, l.Description())
		require.NoError(t, err)
		require.Equal(t, l, got)
	}
}

func TestLongestLockFitsAnAlias(t *testing.T) {
	name := strings.Repeat("n", 80)
	latest := time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	lock := Lock{
		Region: "ap-northeast-99", StateMachine: name, Execution: name, Restoring: true, Attempt: strings.Repeat("a", MaxAttempt),
		Deadline: latest, Until: latest, Lease: latest,
	}
	require.LessOrEqual(t, len(lock.Description()), 256)
}

func TestParseLockRefuses(t *testing.T) {
	for _, description := range []string{
		"", "my own alias", "dualarch2 us-east-1 tune run t - 0 0 mwmbuj0g", "dualarch1 us-east-1 tune run x - 0 0 mwmbuj0g",
		"dualarch1 us-east-1 tune run t - ? 0 mwmbuj0g", "dualarch1 us-east-1 tune run t - 0 0", "dualarch1 us-east-1 tune run t - 0 0 mwmbuj0g more",
	} {
		_, err := ParseLock("arn:f", description)
		require.EqualError(t, err, `alias dualarch-lock of arn:f was not made by this tuner: its description is "`+description+`"`)
	}
}

func FuzzParseLock(f *testing.F) {
	f.Add("dualarch1 us-east-1 tune run r - 0 0 mwmbuj0g")
	f.Add("dualarch1 a b c t - zzzzzzzzzzzzzz 0 0")
	f.Fuzz(func(t *testing.T, description string) {
		lock, err := ParseLock("arn:aws:lambda:us-east-1:1:function:f", description)
		if err != nil {
			return
		}
		again, err := ParseLock(lock.Function, lock.Description())
		require.NoError(t, err)
		require.Equal(t, lock, again)
		lock.ExecutionARN()
	})
}
