//go:build unix && !linux

package emulator

import "syscall"

// ownGroup puts a child at the head of a new process group.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
