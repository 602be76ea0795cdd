package scripts

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// script is the path of one of the project's.
func script(t *testing.T, name string) string {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("..", "..", "scripts", name))
	require.NoError(t, err)
	return file
}

// beaten is a command under heartbeat.sh, with a beat each second, in a process group of its own. Every
// process that it starts bears the mark in its environment.
type beaten struct {
	*exec.Cmd
	mark   string
	stdout bytes.Buffer
	stderr *os.File
}

func beat(t *testing.T, argv ...string) *beaten {
	t.Helper()
	b := &beaten{Cmd: exec.Command(script(t, "heartbeat.sh"), append([]string{"a nap"}, argv...)...), mark: "BEATEN=" + t.Name()}
	b.Env = append(os.Environ(), "HEARTBEAT_SECONDS=1", b.mark)
	var err error
	b.stderr, err = os.Create(filepath.Join(t.TempDir(), "stderr"))
	require.NoError(t, err)
	b.Stdout, b.Stderr = &b.stdout, b.stderr
	b.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	t.Cleanup(func() {
		for _, pid := range b.left(t) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		require.NoError(t, b.stderr.Close())
	})
	return b
}

// patience is for what comes soon, but not on a machine that is busy with something else.
const patience = time.Minute

// said returns what has come on standard error so far.
func (b *beaten) said(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(b.stderr.Name())
	require.NoError(t, err)
	return string(text)
}

// await waits until standard error matches.
func (b *beaten) await(t *testing.T, pattern string) {
	t.Helper()
	wanted := regexp.MustCompile(pattern)
	require.Eventually(t, func() bool { return wanted.MatchString(b.said(t)) }, patience, 50*time.Millisecond, "not said: %s", pattern)
}

// left returns the processes with the mark.
func (b *beaten) left(t *testing.T) []int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	require.NoError(t, err)
	var pids []int
	for _, file := range files {
		environment, err := os.ReadFile(file)
		if err != nil || !strings.Contains("\x00"+string(environment), "\x00"+b.mark+"\x00") {
			continue // it has ended, or belongs to somebody else
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		require.NoError(t, err)
		pids = append(pids, pid)
	}
	return pids
}

func (b *beaten) requireNothingLeft(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return len(b.left(t)) == 0 }, patience, 50*time.Millisecond, "processes are left")
}

func TestACommandsOutputAndStatusAreItsOwn(t *testing.T) {
	b := beat(t, "bash", "-c", `echo "$0 $1"; echo complaint >&2; exit 7`, "two words", "*")
	var exit *exec.ExitError
	require.ErrorAs(t, b.Run(), &exit)
	require.Equal(t, 7, exit.ExitCode())
	require.Equal(t, "two words *\n", b.stdout.String())
	require.Equal(t, "complaint\n", b.said(t))
	b.requireNothingLeft(t)
}

func TestALongSilenceIsBroken(t *testing.T) {
	b := beat(t, "cat")
	in, err := b.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, b.Start())
	b.await(t, `^(  … a nap: \d+ s\n){3}`)
	require.NoError(t, in.Close())
	require.NoError(t, b.Wait(), "it waits for nothing but the command")
	b.requireNothingLeft(t)
	require.Empty(t, b.stdout.String())
	seconds := 0
	for line := range strings.Lines(b.said(t)) {
		var now int
		_, err := fmt.Sscanf(line, "  … a nap: %d s\n", &now)
		require.NoError(t, err, line)
		require.Greater(t, now, seconds)
		seconds = now
	}
}

// It says what the go command is at, which may be a minute at one package.
func TestWhatIsCompiledAndTestedIsNamed(t *testing.T) {
	b := beat(t, "bash", "-c", `
		at() { (cd "$1" && exec -a "$2" bash -c 'read; :' x "${@:3}") <&"$in" & }
		exec {in}<&0
		at / /usr/local/go/pkg/tool/linux_amd64/compile -o a -p example.com/big -complete
		at / /usr/local/go/pkg/tool/linux_amd64/compile -o a -p example.com/big
		at / /usr/local/go/pkg/tool/linux_amd64/compile -o a -p example.com/big/bigger
		at / /usr/local/go/pkg/tool/linux_amd64/link -o /tmp/go-build1/b001/exe/a.out
		at "$PWD/test/scripts" /tmp/go-build1/b001/scripts.test -test.v
		at / /usr/bin/compile -p example.com/other
		wait`)
	b.Dir = filepath.Join("..", "..")
	in, err := b.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, b.Start())
	// The order of two of a kind is that of their process ids as text.
	b.await(t, `(?m)^  … a nap: \d+ s, compiling example\.com/(big, example\.com/big/bigger|big/bigger, example\.com/big), `+
		`linking a program, testing \./test/scripts$`)
	require.NoError(t, in.Close())
	require.NoError(t, b.Wait())
	b.requireNothingLeft(t)
}

func TestSignalsReachTheCommand(t *testing.T) {
	for name, send := range map[string]func(pid int) error{
		"SIGTERM to the process alone":           func(pid int) error { return syscall.Kill(pid, syscall.SIGTERM) },
		"SIGINT to the group, as by Ctrl-C":      func(pid int) error { return syscall.Kill(-pid, syscall.SIGINT) },
		"SIGTERM to the group, as by timeout(1)": func(pid int) error { return syscall.Kill(-pid, syscall.SIGTERM) },
	} {
		t.Run(name, func(t *testing.T) {
			b := beat(t, "bash", "-c", `trap 'echo cleaning; sleep 1; exit 3' INT TERM; echo ready; while true; do sleep 0.1; done`)
			reader, writer, err := os.Pipe()
			require.NoError(t, err)
			b.Stdout = writer
			require.NoError(t, b.Start())
			require.NoError(t, writer.Close())
			said := bufio.NewReader(reader)
			line, err := said.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, "ready\n", line)
			require.NoError(t, send(b.Process.Pid))
			line, err = said.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, "cleaning\n", line)
			var exit *exec.ExitError
			require.ErrorAs(t, b.Wait(), &exit)
			require.Equal(t, 3, exit.ExitCode())
			b.requireNothingLeft(t)
		})
	}
}

func TestAKilledCommandLeavesNoBeat(t *testing.T) {
	b := beat(t, "sleep", "60")
	require.NoError(t, b.Start())
	b.await(t, "a nap: ")
	require.NoError(t, syscall.Kill(b.Process.Pid, syscall.SIGKILL))
	var exit *exec.ExitError
	require.ErrorAs(t, b.Wait(), &exit)
	require.True(t, exit.Sys().(syscall.WaitStatus).Signaled())
	b.requireNothingLeft(t)
}

// What a command leaves running on purpose, such as an engine's daemon, does not keep the beat alive.
func TestTheBeatEndsWithTheCommand(t *testing.T) {
	b := beat(t, "bash", "-c", `sleep 60 >/dev/null 2>&1 & echo $!`)
	require.NoError(t, b.Run())
	daemon, err := strconv.Atoi(strings.TrimSpace(b.stdout.String()))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		left := b.left(t)
		return len(left) == 1 && left[0] == daemon
	}, patience, 50*time.Millisecond, "beside the daemon, processes are left")
}
