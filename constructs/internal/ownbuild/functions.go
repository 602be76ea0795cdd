//go:build dualarch_functions

// Nothing is built with this tag. But "go mod tidy" and "go mod vendor" look at the files of every tag: the functions
// that the constructs build at synthesis become something that an app's go.mod and go.sum know.

package ownbuild

import (
	_ "github.com/dualarch/dualarch/functions/deploymentcheck" // see above
	_ "github.com/dualarch/dualarch/functions/powertuning"     // see above
)
