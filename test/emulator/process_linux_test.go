package emulator

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asCaller makes this test binary start a program and wait, to be killed by a test.
const asCaller = "EMULATOR_TEST_CALLER"

func TestMain(m *testing.M) {
	if os.Getenv(asCaller) != "" {
		p, err := startProcess("sleep", exec.Command("sleep", "60"))
		if err != nil {
			panic(err)
		}
		fmt.Println(p.pid)
		select {}
	}
	os.Exit(m.Run())
}

func TestStopEndsTheWholeGroup(t *testing.T) {
	cmd := exec.Command("sh", "-c", "sleep 60 & echo $!; wait")
	reader, err := cmd.StdoutPipe()
	require.NoError(t, err)
	p, err := startProcess("sh", cmd)
	require.NoError(t, err)
	child := readPid(t, bufio.NewReader(reader))
	require.True(t, runs(t, child))

	require.NoError(t, p.stop())
	requireEnds(t, p.pid)
	requireEnds(t, child)
	require.NoError(t, p.stop(), "stopping again does nothing")
}

func TestProcessEndsWithItsKilledCaller(t *testing.T) {
	caller := exec.Command(os.Args[0])
	caller.Env = append(os.Environ(), asCaller+"=1")
	reader, err := caller.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, caller.Start())
	pid := readPid(t, bufio.NewReader(reader))
	require.True(t, runs(t, pid))

	require.NoError(t, caller.Process.Signal(syscall.SIGKILL))
	require.EqualError(t, caller.Wait(), "signal: killed")
	requireEnds(t, pid)
}

func TestStartProcessSaysWhatDidNotStart(t *testing.T) {
	_, err := startProcess("ministack", exec.Command("/nowhere/ministack"))
	require.EqualError(t, err, "starting ministack: fork/exec /nowhere/ministack: no such file or directory")
}

func readPid(t *testing.T, from *bufio.Reader) int {
	t.Helper()
	line, err := from.ReadString('\n')
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	return pid
}

func requireEnds(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool { return !runs(t, pid) }, time.Minute, 10*time.Millisecond, "process %d still runs", pid)
}

// runs reports whether a process exists and is not a zombie.
func runs(t *testing.T, pid int) bool {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil { // gone, or just going
		return false
	}
	_, state, found := strings.Cut(string(stat), ") ")
	require.True(t, found, "unexpected stat: %s", stat)
	return state[0] != 'Z'
}
