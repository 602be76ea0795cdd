package main

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain is also the command itself, so that it can be run.
func TestMain(m *testing.M) {
	if os.Getenv("WAITER_TEST") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestTheFunctionStartsOnceTheRuntimeAPIListens(t *testing.T) {
	echo, err := exec.LookPath("echo")
	require.NoError(t, err)
	for name, test := range map[string]struct {
		function []string
		output   string
	}{
		"with a function": {[]string{echo, "started"}, "started\n"},
		"without":         {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			reserved, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			api := reserved.Addr().String()
			require.NoError(t, reserved.Close())

			var output bytes.Buffer
			waiter := exec.CommandContext(t.Context(), os.Args[0], test.function...)
			waiter.Env = append(os.Environ(), "WAITER_TEST=1", "AWS_LAMBDA_RUNTIME_API="+api)
			waiter.Stdout, waiter.Stderr = &output, &output
			require.NoError(t, waiter.Start())
			ended := make(chan error, 1)
			go func() { ended <- waiter.Wait() }()
			select {
			case err := <-ended:
				require.Fail(t, "nothing listens yet", "%v: %s", err, &output)
			case <-time.After(300 * time.Millisecond):
			}

			listener, err := net.Listen("tcp", api)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, listener.Close()) })
			require.NoError(t, <-ended, "%s", &output)
			require.Equal(t, test.output, output.String())
		})
	}
}
