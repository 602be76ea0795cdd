package machine

import (
	"runtime"
	"syscall"
)

// Name returns what "uname -m" prints: "x86_64" or "aarch64" on Lambda.
func Name() string {
	var u syscall.Utsname
	if err := syscall.Uname(&u); err != nil {
		return runtime.GOARCH
	}
	var name []byte
	for _, c := range u.Machine {
		if c == 0 {
			break
		}
		name = append(name, byte(c))
	}
	return string(name)
}
