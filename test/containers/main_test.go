package containers

import (
	"fmt"
	"os"
	"testing"

	"github.com/aws/jsii-runtime-go"
)

// TestMain is also the docker that the CDK CLI calls when it deploys to the emulator: see asDocker.
func TestMain(m *testing.M) {
	if registry := os.Getenv(shimRegistry); registry != "" {
		if err := asDocker(registry, os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	code := m.Run()
	forgetGoImage()
	jsii.Close()
	os.Exit(code)
}
