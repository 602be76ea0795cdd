package e2e

import (
	"bytes"
	"context"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/test/emulator"
)

// TestDemoStack goes through the life of one deployment, in order: each part builds on the
// state that the one before left.
func TestDemoStack(t *testing.T) {
	t.Parallel() // it mostly waits for what is emulated
	// Ctrl-C makes the call in progress fail, and the clean-up then ends every process.
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s := start(ctx, t)
	before := inventory(ctx, t, s.Emulator)
	require.NoError(t, s.Deploy(ctx))
	requireDeployed(t, inventory(ctx, t, s.Emulator))

	t.Run("deploying again changes nothing", func(t *testing.T) { testRedeploy(ctx, t, s) })
	t.Run("each sibling answers as itself", func(t *testing.T) { testAnswers(ctx, t, s) })
	t.Run("templates are free of errors", func(t *testing.T) { testTemplates(ctx, t, s) })
	t.Run("tuning measures both siblings", func(t *testing.T) { testTuning(ctx, t, s) })
	t.Run("a failing target is left as it was", func(t *testing.T) { testFailingTarget(ctx, t, s) })
	t.Run("destroy leaves nothing", func(t *testing.T) {
		require.NoError(t, s.Destroy(ctx))
		// The assets in the bootstrap bucket, which docs/constructs.md names, are in no resource of
		// their own.
		require.Equal(t, before, inventory(ctx, t, s.Emulator))
	})
}

// start starts the emulator. What the CDK CLI prints is shown if the test fails.
func start(ctx context.Context, t *testing.T) *demostack.Stack {
	t.Helper()
	var output bytes.Buffer
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("what the CDK CLI printed:\n%s", output.String())
		}
	})
	s, err := demostack.Start(ctx, emulator.Options{Name: "e2e"}, &output)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// testRedeploy synthesizes from the same sources a second time, right after the first time, so that
// nobody is likely to have changed a source in between.
func testRedeploy(ctx context.Context, t *testing.T, s *demostack.Stack) {
	functions := functionsOf(ctx, t, s)
	var diff bytes.Buffer
	require.NoError(t, s.Diff(ctx, &diff), "cdk diff says:\n%s", &diff)
	require.Contains(t, diff.String(), "There were no differences")

	require.NoError(t, s.Redeploy(ctx))
	require.Equal(t, functions, functionsOf(ctx, t, s))
}

// program returns the path of a Python tool of the repository, whose root is two folders up.
func program(name string) string { return filepath.Join("..", "..", ".venv", "bin", name) }
