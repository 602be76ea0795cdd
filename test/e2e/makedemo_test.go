package e2e

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/test/pages"
)

// The demo as README.md starts it: it comes to a verdict, notices that another release changes it, and shows every 10 s
// that it is at work.
func TestMakeDemo(t *testing.T) {
	line := pages.Command(t, "make demo")
	shell := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", line)
	shell.Dir = filepath.Join("..", "..")
	// What the make that runs this test was told is not for this one.
	shell.Env = slices.DeleteFunc(os.Environ(), func(entry string) bool {
		name, _, _ := strings.Cut(entry, "=")
		return slices.Contains([]string{"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "HEARTBEAT_SECONDS"}, name)
	})
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	shell.Cancel = func() error { return syscall.Kill(-shell.Process.Pid, syscall.SIGTERM) }
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	shell.Stdout, shell.Stderr = writer, writer
	require.NoError(t, shell.Start())
	require.NoError(t, writer.Close())

	screen := &watched{last: time.Now()}
	delay := delays(t.Context())
	_, err = io.Copy(screen, reader)
	require.NoError(t, err)
	require.NoError(t, shell.Wait(), "%s", &screen.text)
	shown := screen.text.String()
	require.Less(t, screen.silence, 10*time.Second+delay(), "nothing was shown for so long after:\n%s", screen.before)
	require.Regexp(t, `\n    DualArchDemo \| +\d+/\d+ \| .* \| CREATE_`, shown, "the CDK CLI's own progress")
	for _, said := range []string{
		"  GET  Prime   x86_64 -> ", "  GET  Prime   arm64  -> ", "\n  $ dualarch tune --stack DualArchDemo --yes ", "\nPrime: started arn:", "\n  The run cost ", "\n  Change in the app:\n",
		"\n  The advice has changed: it was ", "\nwrote .build/report.html: 1 function, ", "] Destroying the stack",
	} {
		require.Contains(t, shown, said)
	}
	page, err := os.ReadFile(filepath.Join("..", "..", ".build", "report.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), ">Over time<")
}

// delays watches for how long a busy machine keeps a process waiting at most.
func delays(ctx context.Context) (longest func() time.Duration) {
	ctx, stop := context.WithCancel(ctx)
	found := make(chan time.Duration, 1)
	go func() {
		var longest time.Duration
		for ctx.Err() == nil {
			const nap = 100 * time.Millisecond
			begin := time.Now()
			time.Sleep(nap)
			longest = max(longest, time.Since(begin)-nap)
		}
		found <- longest
	}()
	return func() time.Duration {
		stop()
		return <-found
	}
}

// watched keeps what was written to it, and the longest time without anything.
type watched struct {
	text    strings.Builder
	last    time.Time
	silence time.Duration
	before  string // what was shown before the longest silence
}

func (w *watched) Write(text []byte) (int, error) {
	if silence := time.Since(w.last); silence > w.silence {
		w.silence, w.before = silence, w.text.String()
	}
	w.last = time.Now()
	return w.text.Write(text)
}
