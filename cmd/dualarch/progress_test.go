package main

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/execution"
)

func TestProgressIsShownAndRemoved(t *testing.T) {
	counts := new(binarch.Progress)
	counts.Files.Store(12345)
	counts.Bytes.Store(3 << 20)
	screen := &watchedScreen{want: []byte("big.tar: 12345 files, 3.0 MiB"), seen: make(chan struct{})}
	stop := showProgress(screen, "big.tar", counts, 0)
	select {
	case <-screen.seen:
	case <-t.Context().Done():
	case <-time.After(time.Minute):
		t.Error("no progress was shown")
	}
	stop()

	var untouched bytes.Buffer
	showProgress(&untouched, "small.zip", counts, progressAfter)()
	require.Empty(t, untouched.String())
}

// watchedScreen closes seen when it has been told what is wanted.
type watchedScreen struct {
	want []byte
	all  bytes.Buffer
	seen chan struct{}
	once sync.Once
}

func (w *watchedScreen) Write(b []byte) (int, error) {
	w.all.Write(b)
	if bytes.Contains(w.all.Bytes(), w.want) {
		w.once.Do(func() { close(w.seen) })
	}
	return len(b), nil
}

// Where there is no terminal, a line comes with each state and round, and once a minute.
func TestProgressWithoutATerminal(t *testing.T) {
	var out bytes.Buffer
	p := newTuneProgress(&out, false, job{label: "Orders"})
	for _, done := range []execution.Progress{
		{State: "Plan", Elapsed: time.Second}, {State: "Plan", Elapsed: 2 * time.Second}, {State: "Measure", Round: 1, Sizes: 3, Invocations: 1, Cost: 1.234e-5, Elapsed: 10 * time.Second},
		{State: "Measure", Round: 1, Elapsed: 69 * time.Second}, {State: "Measure", Round: 1, Elapsed: 71 * time.Second}, {State: "?", Round: 1, Elapsed: 72 * time.Second},
	} {
		p.report(done)
	}
	p.stop()
	require.Equal(t, `Orders: planning; 1s
Orders: measuring, round 1; 3 of 3 configurations measured by 1 invocation, 0.000012 USD; 10s
Orders: measuring, round 1; 0 of 0 configurations measured by 0 invocations, 0 USD; 1m11s
Orders: under way, round 1; 0 of 0 configurations measured by 0 invocations, 0 USD; 1m12s
`, out.String())
}
