package main

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const looking = "prime-arm: looking for its lock …\n"

func restored(ctx context.Context, args ...string) (status int, stderr string) {
	var out, errors bytes.Buffer
	status = execute(ctx, args, &out, &errors, newRestore(restoreOptions{poll: time.Millisecond}))
	return status, errors.String()
}

func TestRestore(t *testing.T) {
	s := newStub(t, &stub{locked: 3, polls: 10, past: []map[string]any{pastRun("run-1", "2026-11-20", "ABORTED", "")}})
	status, stderr := restored(t.Context(), "prime-arm")
	require.Zero(t, status, stderr)
	require.Equal(t, []string{`{"detail":{"executionArn":"` + executionARN(1) + `"}}`}, s.inputs)
	require.Equal(t, healMachine, s.startedOn)
	require.Equal(t, looking+"prime-arm: was changed by "+executionARN(1)+"; started arn:aws:states:eu-west-1:123456789012:execution:Shop-Heal:heal-1, which may wait 15 minutes for a step that may still run\nprime-arm: put back\n", stderr)
}

func TestRestoreOfWhatIsNotLocked(t *testing.T) {
	s := newStub(t, &stub{})
	status, stderr := restored(t.Context(), "prime-arm")
	require.Zero(t, status)
	require.Equal(t, looking+"prime-arm: no run has its lock, so there is nothing to put back\n", stderr)
	require.Empty(t, s.inputs)
}

// A run that goes on puts the function back itself.
func TestRestoreWhileARunGoesOn(t *testing.T) {
	s := newStub(t, &stub{locked: 3, past: []map[string]any{pastRun("run-1", "2026-11-20", "RUNNING", "")}})
	status, stderr := restored(t.Context(), armFunction)
	require.Equal(t, exitUsage, status)
	require.Equal(t, armFunction+": looking for its lock …\ndualarch: execution "+executionARN(1)+" is still running: it puts the function back itself when it ends; to end it now: aws stepfunctions stop-execution --execution-arn "+executionARN(1)+"\n", stderr)
	require.Empty(t, s.inputs)
}

func TestRestoreWithoutAFunction(t *testing.T) {
	status, stderr := restored(t.Context())
	require.Equal(t, exitUsage, status)
	require.Contains(t, stderr, "dualarch: 0 functions were given; give one\n\nUsage:\n")
}
