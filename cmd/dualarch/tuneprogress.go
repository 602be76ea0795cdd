package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/guard"
)

// tuneProgress shows what an execution does: on a terminal as one line that moves, else as a line whenever the state or
// the round changes.
type tuneProgress struct {
	stderr io.Writer
	name   string
	screen *mpb.Progress
	line   *mpb.Bar
	last   string

	mu   sync.Mutex
	text string
}

func newTuneProgress(stderr io.Writer, terminal bool, j job) *tuneProgress {
	p := &tuneProgress{stderr: stderr, name: guard.Printable(j.name), text: "starting"}
	if terminal {
		p.screen = mpb.New(mpb.WithOutput(stderr), mpb.WithAutoRefresh(), mpb.WithRefreshRate(150*time.Millisecond))
		p.line = p.screen.New(0, mpb.SpinnerStyle(), mpb.BarWidth(1), mpb.BarRemoveOnComplete(),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
				p.mu.Lock()
				defer p.mu.Unlock()
				return " " + p.name + ": " + p.text
			})))
	}
	return p
}

// report takes over what an execution has done.
func (p *tuneProgress) report(done execution.Progress) {
	text := tuneProgressText(done)
	p.mu.Lock()
	p.text = text
	p.mu.Unlock()
	step := fmt.Sprint(done.State, done.Round)
	if p.screen == nil && step != p.last {
		say(p.stderr, p.name+": "+text)
	}
	p.last = step
}

// stop removes the line.
func (p *tuneProgress) stop() {
	if p.screen != nil {
		p.line.Abort(true)
		p.screen.Wait()
	}
}

// doing are the states of the state machine in words.
var doing = map[string]string{
	"Plan": "planning", "Prepare": "publishing versions", "Measure": "measuring", "Restore": "putting the functions back",
	"RestoreAfterFailure": "putting the functions back after a failure", "Verdict": "judging", "Apply": "applying", "Heal": "putting back what another run left",
}

func tuneProgressText(done execution.Progress) string {
	text := doing[done.State]
	if text == "" {
		text = "under way"
	}
	if done.Round > 0 {
		text += fmt.Sprintf(", round %d", done.Round)
		if done.Confirming {
			text += " to confirm"
		}
		text += fmt.Sprintf("; %s measured by %s, %.2g USD", guard.Plural(done.Sizes, "configuration"), guard.Plural(done.Invocations, "invocation"), done.Cost)
	}
	return text + fmt.Sprintf("; %s", done.Elapsed.Round(time.Second))
}
