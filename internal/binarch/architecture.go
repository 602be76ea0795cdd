package binarch

import "fmt"

// Architecture is an instruction set architecture by Lambda's own name for it.
// For files that Lambda could never run it is the field's usual name: "i386",
// "arm", "riscv64", "s390x" and so on.
type Architecture string

// The two architectures that Lambda runs.
const (
	X8664 Architecture = "x86_64"
	Arm64 Architecture = "arm64"
)

// ParseArchitecture takes Lambda's names only: x86_64 and arm64.
func ParseArchitecture(name string) (Architecture, error) {
	switch a := Architecture(name); a {
	case X8664, Arm64:
		return a, nil
	}
	return "", fmt.Errorf("architecture %q: want %s or %s", name, X8664, Arm64)
}

// GoName is Go's and Docker's name of one of Lambda's architectures: amd64, arm64.
func (a Architecture) GoName() string {
	if a == X8664 {
		return "amd64"
	}
	return string(a)
}

// Other is the architecture that a Lambda package is built for by mistake.
func (a Architecture) Other() Architecture {
	if a == Arm64 {
		return X8664
	}
	return Arm64
}

// OS is what a file is linked for, "" where that makes no difference.
type OS string

// The operating systems that packages for Lambda are built on.
const (
	Linux   OS = "Linux"
	MacOS   OS = "macOS"
	Windows OS = "Windows"
)
