package main

import (
	"fmt"
	"io"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/dualarch/dualarch/internal/binarch"
	"github.com/dualarch/dualarch/internal/guard"
)

// progressAfter is how long a scan stays silent; most are done by then.
const progressAfter = time.Second

// showProgress shows the counts of a scan on a terminal once it has taken a while. The
// function that it returns removes them.
func showProgress(w io.Writer, path string, counts *binarch.Progress, after time.Duration) (stop func()) {
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		select {
		case <-done:
			return
		case <-time.After(after):
		}
		remove := showLine(w, func() string {
			return fmt.Sprintf("%s: %d files, %s", guard.Printable(path), counts.Files.Load(), size(counts.Bytes.Load()))
		})
		<-done
		remove()
	}()
	return func() {
		close(done)
		<-gone
	}
}

// showLine shows a line that moves on a terminal, with the text as it is at each moment. The function that it returns
// removes it.
func showLine(w io.Writer, text func() string) (remove func()) {
	screen := mpb.New(mpb.WithOutput(w), mpb.WithAutoRefresh(), mpb.WithRefreshRate(150*time.Millisecond))
	line := screen.New(0, mpb.SpinnerStyle(), mpb.BarWidth(1), mpb.BarRemoveOnComplete(),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return " " + text() })))
	return func() {
		line.Abort(true)
		screen.Wait()
	}
}
