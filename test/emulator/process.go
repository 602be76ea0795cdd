package emulator

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
)

// process is a running program that leads a process group of its own, so that a terminal's
// Ctrl-C does not reach it before its owner has decided what to do, and so that everything it
// started can be ended with it.
type process struct {
	name   string
	pid    int
	exited chan struct{} // closed once the program itself has ended
	err    error         // what Wait said; read it only after exited is closed
}

// startProcess starts cmd, which must not have been started.
func startProcess(name string, cmd *exec.Cmd) (*process, error) {
	cmd.SysProcAttr = ownGroup()
	p := &process{name: name, exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel ends the child when the thread that started it ends, not the process.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- fmt.Errorf("starting %s: %w", name, err)
			return
		}
		p.pid = cmd.Process.Pid
		started <- nil
		p.err = cmd.Wait()
		close(p.exited)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// stop ends the whole group. Processes started this way only have memory and temporary files,
// so a gentler signal would save nothing.
func (p *process) stop() error {
	if err := syscall.Kill(-p.pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("ending %s (process group %d): %w", p.name, p.pid, err)
	}
	<-p.exited
	return nil
}
