package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/dualarch/dualarch/test/emulator"
)

// tune runs `dualarch tune`, which make has built, and returns how long that took and when its first word was there.
func (d *deployment) tune(ctx context.Context, e *emulator.Emulator, given string) (took, firstWord time.Duration, err error) {
	file := filepath.Join(d.dir, "input.json")
	if err := os.WriteFile(file, []byte(given), 0o644); err != nil {
		return 0, 0, err
	}
	command := exec.CommandContext(ctx, filepath.Join(".build", "dualarch"), "tune", "--state-machine", d.own, "--target", target, "--yes", "--input", file)
	command.Env = e.Env()
	shown := &screen{began: time.Now()}
	command.Stdout, command.Stderr = shown, shown
	if err := command.Run(); err != nil {
		return 0, 0, fmt.Errorf("dualarch tune: %w\n%s", err, &shown.text)
	}
	return time.Since(shown.began), shown.first, nil
}

// screen keeps what is written to it, and when that began. A command with one for both outputs writes to it in turn.
type screen struct {
	began time.Time
	first time.Duration
	text  bytes.Buffer
}

func (s *screen) Write(b []byte) (int, error) {
	if s.first == 0 {
		s.first = time.Since(s.began)
	}
	return s.text.Write(b)
}
