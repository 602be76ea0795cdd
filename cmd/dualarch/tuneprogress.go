package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/execution"
	"github.com/dualarch/dualarch/internal/guard"
)

// silence is how long nothing is said of a run at most, where there is no terminal: some CI systems end what is silent.
const silence = time.Minute

// tuneProgress shows what an execution does: on a terminal as one line that moves, else as a line whenever the state or
// the round changes, and once a minute.
type tuneProgress struct {
	stderr io.Writer
	name   string
	sizes  int    // configurations that may be measured
	remove func() // nil if there is no terminal
	last   string
	said   time.Duration // when the last line was

	mu   sync.Mutex
	text string
}

func newTuneProgress(stderr io.Writer, terminal bool, j job) *tuneProgress {
	p := &tuneProgress{stderr: stderr, name: guard.Printable(j.label), sizes: len(j.configurations()), text: "starting"}
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
	p.show(tuneProgressText(done, p.sizes), fmt.Sprint(done.State, done.Round), done.Elapsed)
}

// show shows a text; step is what a new line is worth.
func (p *tuneProgress) show(text, step string, elapsed time.Duration) {
	p.mu.Lock()
	p.text = text
	p.mu.Unlock()
	if p.remove == nil && (step != p.last || elapsed-p.said >= silence) {
		say(p.stderr, p.name+": "+text)
		p.said = elapsed
	}
	p.last = step
}

// newFleetProgress shows what a fleet's execution does, in the same way.
func newFleetProgress(stderr io.Writer, terminal bool, f fleetJob) *tuneProgress {
	return newTuneProgress(stderr, terminal, job{label: f.label})
}

// reportFleet takes over what a fleet's execution has done.
func (p *tuneProgress) reportFleet(done execution.FleetProgress) {
	text := map[string]string{"": "starting", "List": "listing what is to be tuned", "Any?": "listing what is to be tuned", "Tune": "tuning", "Rank": "ranking"}[done.State]
	if done.Total > 0 {
		text += fmt.Sprintf(", %d of %s done", done.Done+done.Failed, guard.Plural(done.Total, "function"))
		if done.Failed > 0 {
			text += fmt.Sprintf(", %d of them failed", done.Failed)
		}
	}
	p.show(text+fmt.Sprintf("; %s", done.Elapsed.Round(time.Second)), fmt.Sprint(done.State, done.Done, done.Failed), done.Elapsed)
}

// stop removes the line.
func (p *tuneProgress) stop() {
	if p.remove != nil {
		p.remove()
	}
}

// newWaiting shows on a terminal how long it is until a time.
func newWaiting(stderr io.Writer, terminal bool, latest time.Time) *tuneProgress {
	p := &tuneProgress{}
	if terminal {
		p.remove = showLine(stderr, func() string {
			return fmt.Sprintf("waiting until the functions are put back; %s left", max(0, time.Until(latest)).Round(time.Second))
		})
	}
	return p
}

// doing are the states of the state machine in words.
var doing = map[string]string{
	"": "starting", "Plan": "planning", "Prepare": "publishing versions", "Measure": "measuring", "Restore": "putting the functions back",
	"RestoreAfterFailure": "putting the functions back after a failure", "RestoreBeforeApply": "putting the function back",
	"Verdict": "judging", "Apply": "applying", "Publish": "keeping the verdict", "Unpublished": "ending", "Heal": "putting back what another run left",
}

// tuneProgressText says what an execution has done, of the configurations that it may measure.
func tuneProgressText(done execution.Progress, sizes int) string {
	text := doing[done.State]
	if text == "" {
		text = "under way"
	}
	if done.Round > 0 {
		text += fmt.Sprintf(", round %d", done.Round)
		if done.Confirming {
			text += " to confirm"
		}
		text += fmt.Sprintf("; %d of %s measured by %s, %s USD", done.Sizes, guard.Plural(max(sizes, done.Sizes), "configuration"), guard.Plural(done.Invocations, "invocation"), money(done.Cost))
	}
	return text + fmt.Sprintf("; %s", done.Elapsed.Round(time.Second))
}
