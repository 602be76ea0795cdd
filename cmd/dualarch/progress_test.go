package main

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/binarch"
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
