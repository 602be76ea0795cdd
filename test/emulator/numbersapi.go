package emulator

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// NumbersAPI is a running stub of the service that the demo's number function asks.
type NumbersAPI struct {
	// URL is where it answers, such as http://127.0.0.1:41235.
	URL string

	process *process
}

// StartNumbersAPI starts the stub, which `make` built as .build/numbersapi, and returns once it
// has said where it listens. It runs until Stop, or until the caller's process ends.
func StartNumbersAPI(ctx context.Context) (*NumbersAPI, error) {
	root, err := moduleRoot()
	if err != nil {
		return nil, err
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(filepath.Join(root, ".build", "numbersapi"))
	cmd.Stdout, cmd.Stderr = writer, os.Stderr
	stub := &NumbersAPI{}
	stub.process, err = startProcess("numbersapi", cmd)
	_ = writer.Close() // the child's copy is the one that counts
	if err != nil {
		return nil, errors.Join(err, reader.Close())
	}

	lines := bufio.NewReader(reader)
	stop := context.AfterFunc(ctx, func() { _ = reader.SetReadDeadline(time.Now()) })

	_ = reader.SetReadDeadline(time.Now().Add(startTimeout)) // a pipe always takes one
	line, err := lines.ReadString('\n')
	stop()
	if err != nil {
		err = fmt.Errorf("numbersapi did not say where it listens: %w", err)
		return nil, errors.Join(err, stub.Stop(), reader.Close())
	}
	_ = reader.SetReadDeadline(time.Time{})
	go func() { // whatever else it prints must not block or end it
		_, _ = io.Copy(io.Discard, lines)
		_ = reader.Close()
	}()
	stub.URL = strings.TrimSpace(line)
	return stub, nil
}

// Stop ends the stub.
func (n *NumbersAPI) Stop() error { return n.process.stop() }
