// Command builder stands in for a compiler in a build image: it writes what it was asked to build for,
// and its own architecture, into the folder dist of its working directory.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
)

func main() {
	text := fmt.Sprintln("I am", runtime.GOARCH)
	for _, name := range []string{"ARCH", "GOARCH", "DOCKER_PLATFORM", "GNU_ARCH", "NODE_ARCH", "MODE"} {
		text += fmt.Sprintln(name, os.Getenv(name))
	}
	text += fmt.Sprintln("arguments", strings.Join(os.Args[1:], " "))
	err := os.Mkdir("dist", 0o755)
	if err == nil {
		err = os.WriteFile("dist/made", []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
