package main

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// latest returns until when stderr promises that the functions are put back, as a time of today.
func latest(t *testing.T, stderr string, today time.Time) time.Time {
	t.Helper()
	found := promised.FindStringSubmatch(stderr)
	require.NotNil(t, found, stderr)
	at, err := time.ParseInLocation(time.DateTime, today.Format(time.DateOnly)+" "+found[1], today.Location())
	require.NoError(t, err)
	return at
}

// Who interrupts while versions are published is told when Heal is certain to be done, which is when the step that was
// cut off has ended for certain.
func TestInterruptedWhilePublishing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, nil)
		ctx := s.interruptAt("Prepare", "PublishVersion", 3)
		began := time.Now()
		status, _, stderr := s.tune(ctx, never)
		require.Equal(t, exitInterrupted, status, stderr)
		require.Equal(t, s.before, s.snapshots(), "when it says so")
		require.Contains(t, stderr, "dualarch: interrupted: the functions are put back\n")
		at := latest(t, stderr, began)
		require.WithinRange(t, time.Now(), began.Add(10*time.Minute), at)
		require.Less(t, at.Sub(began), 18*time.Minute)
		s.Rest()
		require.Equal(t, s.before, s.snapshots(), "and later")
	})
}

// Who interrupts while nothing but invocations goes on need not wait for a quarter of an hour.
func TestInterruptedWhileMeasuring(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, nil)
		ctx := s.interruptAt("Measure", "Invoke", 5)
		began := time.Now()
		status, _, stderr := s.tune(ctx, never)
		require.Equal(t, exitInterrupted, status, stderr)
		require.Equal(t, s.before, s.snapshots())
		require.Less(t, latest(t, stderr, began).Sub(began), 4*time.Minute)
		require.Less(t, time.Since(began), 2*time.Minute)
		s.Rest()
		require.Equal(t, s.before, s.snapshots())
	})
}

func TestInterruptedTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, nil)
		ctx := s.interruptAt("Prepare", "PublishVersion", 3)
		began := time.Now()
		status, _, stderr := s.tune(ctx, func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		})
		require.Equal(t, exitInterrupted, status, stderr)
		require.Less(t, time.Since(began), 2*time.Minute, "it leaves")
		require.Contains(t, stderr, "dualarch: interrupted twice: the functions are put back by the state machine Heal, at ")
		require.Contains(t, stderr, "; to look: aws lambda get-alias --name dualarch-lock --function-name "+s.sim.FunctionARN("orders-x86")+"; aws lambda get-alias ")
		s.Rest()
		require.Equal(t, s.before, s.snapshots(), "without it")
	})
}

// Who cannot wait for the answer that the execution is stopped is not told that it is.
func TestInterruptedTwiceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, nil)
		status, _, stderr := s.tune(s.interruptAt("Measure", "Invoke", 5), func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.WithoutCancel(ctx), time.Millisecond)
		})
		require.Equal(t, exitInterrupted, status)
		require.Contains(t, stderr, "dualarch: interrupted twice, before it was certain that the execution is stopped; to look: aws stepfunctions describe-execution --execution-arn "+s.Tuning.Executions()[0].ARN+"\n")
		s.Rest()
		require.Equal(t, s.before, s.snapshots(), "whatever became of it")
	})
}

// An interrupt between two runs loses neither the verdict nor time.
func TestInterruptedBetweenRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulated(t, nil)
		inFolder(t, nil)
		ctx, interrupt := context.WithTimeout(t.Context(), time.Hour)
		defer interrupt()
		status, stdout, stderr := s.tune(ctx, never, "--repeat", "2", "--out", "one.json")
		require.Equal(t, exitInterrupted, status)
		require.Contains(t, stdout, "\nOrders\n")
		require.Contains(t, stderr, "dualarch: interrupted between two runs: nothing is running\n")
		require.FileExists(t, "one.json")
		require.Len(t, s.Tuning.Executions(), 1)
		s.Rest()
	})
}
