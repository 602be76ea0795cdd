package main

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/dualarch/dualarch/internal/guard"
	"github.com/dualarch/dualarch/internal/survey"
)

// surveyProgress shows how far a survey is: on a terminal as one line that moves, else as a line whenever the step
// changes, and once a minute.
type surveyProgress struct {
	stderr   io.Writer
	terminal bool

	mu     sync.Mutex
	text   string
	remove func() // nil while there is no line that moves
	last   string // the step and region of the last line, and when it was printed
	said   time.Time
}

func newSurveyProgress(stderr io.Writer, terminal bool) *surveyProgress {
	return &surveyProgress{stderr: stderr, terminal: terminal, said: time.Now()}
}

// announce says what the survey costs.
func (p *surveyProgress) announce(usd float64) {
	p.say(fmt.Sprintf("This survey costs at most %s USD, for reading CloudWatch's metrics (GetMetricData, ListMetrics).", money(usd)))
}

// report takes over what is being done.
func (p *surveyProgress) report(done survey.Progress) {
	text := surveyProgressText(done)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = text
	if p.terminal {
		if p.remove == nil {
			p.remove = showLine(p.stderr, p.line)
		}
		return
	}
	if step := string(done.Step) + " " + done.Region; step != p.last || time.Since(p.said) >= silence {
		say(p.stderr, text)
		p.last, p.said = step, time.Now()
	}
}

func (p *surveyProgress) line() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return guard.Printable(p.text)
}

// say prints a line above the one that moves.
func (p *surveyProgress) say(text string) {
	p.stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	say(p.stderr, text)
}

// stop removes the line that moves.
func (p *surveyProgress) stop() {
	p.mu.Lock()
	remove := p.remove
	p.remove = nil
	p.mu.Unlock()
	if remove != nil {
		remove() // the line's last text is asked for meanwhile
	}
}

// surveying are the steps in words.
var surveying = map[survey.Step]string{
	survey.StepListing: "listing functions", survey.StepVersions: "reading aliases and versions", survey.StepUsage: "reading usage", survey.StepAdvice: "reading AWS Compute Optimizer's advice",
	survey.StepVerdicts: "reading verdicts", survey.StepCode: "looking into code",
}

// regional are the steps that go from region to region.
var regional = []survey.Step{survey.StepListing, survey.StepAdvice, survey.StepVerdicts}

func surveyProgressText(done survey.Progress) string {
	text := surveying[done.Step]
	if text == "" {
		text = string(done.Step)
	}
	if done.Region != "" {
		text = done.Region + ": " + text
	}
	if done.Of > 0 {
		of := "function"
		if slices.Contains(regional, done.Step) {
			of = "region"
		}
		text += fmt.Sprintf(", %d of %s", done.Done, guard.Plural(done.Of, of))
	}
	return text
}
