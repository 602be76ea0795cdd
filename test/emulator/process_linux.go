package emulator

import "syscall"

// ownGroup puts a child at the head of a new process group and has the kernel end it when its
// parent dies without having been able to.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
