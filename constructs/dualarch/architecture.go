package dualarch

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
)

// architecture is the name of a CDK architecture. It keys what the package
// keeps per sibling; CDK's own type would cost a call to Node.js each time.
type architecture string

const (
	x86   architecture = "x86_64"
	arm64 architecture = "arm64"
)

// architectures lists the siblings in the order in which they are made.
var architectures = []architecture{x86, arm64}

// id returns the construct id of this architecture's sibling.
func (a architecture) id() string {
	if a == x86 {
		return "X86"
	}
	return "Arm64"
}

// other returns the other sibling's architecture.
func (a architecture) other() architecture {
	if a == x86 {
		return arm64
	}
	return x86
}

// goarch returns Go's name for it.
func (a architecture) goarch() string {
	if a == x86 {
		return "amd64"
	}
	return "arm64"
}

// cdk returns CDK's value for it.
func (a architecture) cdk() awslambda.Architecture {
	if a == x86 {
		return awslambda.Architecture_X86_64()
	}
	return awslambda.Architecture_ARM_64()
}

// known reports whether Lambda has the architecture.
func (a architecture) known() bool {
	return a == x86 || a == arm64
}
