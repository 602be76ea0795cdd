//go:build !linux

package machine

import "runtime"

// Name returns the compiler's word for the architecture. Lambda runs Linux; this
// file lets the functions' tests run on a developer's machine that does not.
func Name() string { return runtime.GOARCH }
