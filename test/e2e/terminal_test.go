package e2e

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// terminal is a command on a screen of 160 columns.
type terminal struct {
	t       *testing.T
	screen  *os.File
	command *exec.Cmd
	closed  chan struct{} // when nothing more is shown

	mu   sync.Mutex
	text bytes.Buffer
}

func (app *commandApp) onATerminal(ctx context.Context, t *testing.T, args ...string) *terminal {
	t.Helper()
	s := &terminal{t: t, command: app.command(ctx, t.TempDir(), args...), closed: make(chan struct{})}
	s.command.Env = append(s.command.Env, "TERM=xterm")
	var err error
	s.screen, err = pty.StartWithSize(s.command, &pty.Winsize{Rows: 40, Cols: 160})
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.screen.Close() })
	go func() {
		defer close(s.closed)
		_, _ = io.Copy(s, s.screen) // a terminal that no program has any more ends with an error
	}()
	return s
}

// Write takes over what is shown.
func (s *terminal) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(b)
}

func (s *terminal) shown() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// until waits until a text has been shown.
func (s *terminal) until(text string) {
	s.t.Helper()
	for limit := time.Now().Add(soon); !strings.Contains(s.shown(), text); {
		select {
		case <-s.closed:
			require.Contains(s.t, s.shown(), text, "it has ended")
			return
		case <-time.After(20 * time.Millisecond):
			require.True(s.t, time.Now().Before(limit), "%q is not shown:\n%s", text, s.shown())
		}
	}
}

// ctrlC is what the key sends; the terminal makes an interrupt of it.
const ctrlC = "\x03"

func (s *terminal) typed(keys string) {
	s.t.Helper()
	_, err := s.screen.WriteString(keys)
	require.NoError(s.t, err)
}

// ends waits for the command's end and returns its exit status.
func (s *terminal) ends() int {
	s.t.Helper()
	select {
	case <-s.closed:
	case <-time.After(soon):
		require.Fail(s.t, "it does not end", s.shown())
	}
	_ = s.command.Wait() // the status says it
	return s.command.ProcessState.ExitCode()
}
