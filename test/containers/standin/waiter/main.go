// Command waiter runs between AWS's runtime interface emulator and a function, and starts the function once
// the runtime API listens. The emulator opens that port and the one for invocations in no particular order. On
// a busy machine an invocation sometimes comes first: the function starts, is refused at the runtime API and
// exits, and the emulator answers 502, Runtime.ExitError. Lambda starts no function before its API.
//
// Without arguments it only waits.
package main

import (
	"cmp"
	"log"
	"net"
	"os"
	"syscall"
	"time"
)

func main() {
	api := cmp.Or(os.Getenv("AWS_LAMBDA_RUNTIME_API"), "127.0.0.1:9001")
	for deadline := time.Now().Add(5 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		connection, err := net.Dial("tcp", api)
		if err == nil {
			_ = connection.Close()
			break
		}
		if time.Now().After(deadline) {
			log.Fatalf("waiter: %v", err)
		}
	}
	if len(os.Args) > 1 {
		log.Fatalf("waiter: %v", syscall.Exec(os.Args[1], os.Args[1:], os.Environ()))
	}
}
