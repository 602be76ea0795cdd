package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/guard"
)

// tuneProgress shows what an execution does: on a terminal as one line that moves, else as a line whenever the state or
// the round changes.
type tuneProgress struct {
	stderr io.Writer
	name   string
	remove func() // nil if there is no terminal
	last   string

	mu   sync.Mutex
	text string
}

func newTuneProgress(stderr io.Writer, terminal bool, j job) *tuneProgress {
	p := &tuneProgress{stderr: stderr, name: guard.Printable(j.name), text: "starting"}
	if terminal {
		p.remove = showLine(stderr, func() string {
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.name + ": " + p.text
		})
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
	if p.remove == nil && step != p.last {
		say(p.stderr, p.name+": "+text)
	}
	p.last = step
}

// stop removes the line.
func (p *tuneProgress) stop() {
	if p.remove != nil {
		p.remove()
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
		text += fmt.Sprintf("; %s measured by %s, %s USD", guard.Plural(done.Sizes, "configuration"), guard.Plural(done.Invocations, "invocation"), money(done.Cost))
	}
	return text + fmt.Sprintf("; %s", done.Elapsed.Round(time.Second))
}
