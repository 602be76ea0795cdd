package main

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"time"
)

// cliOutput shows the CDK CLI's output line by line below its step, without empty lines. The emulator makes a
// hundred resource events in a moment; it shows one per second, so that they do not push the verdict off the
// screen.
type cliOutput struct {
	out   io.Writer
	now   func() time.Time
	rest  []byte    // a line that has not ended
	event time.Time // when one was shown last
}

func newCLIOutput(out io.Writer) *cliOutput { return &cliOutput{out: out, now: time.Now} }

// resourceEvent is such as "DualArchDemo |  1/43 | 2:04:56 PM | CREATE_COMPLETE | AWS::IAM::Role | Prime/Role".
var resourceEvent = regexp.MustCompile(`^\S+ \| +\d+(/\d+)? \| `)

func (c *cliOutput) Write(text []byte) (int, error) {
	c.rest = append(c.rest, text...)
	for {
		line, rest, ended := bytes.Cut(c.rest, []byte("\n"))
		if !ended {
			return len(text), nil
		}
		c.rest = rest
		if line = bytes.TrimSpace(line); len(line) == 0 || !c.shows(line) {
			continue
		}
		if _, err := fmt.Fprintf(c.out, "    %s\n", line); err != nil {
			return 0, err
		}
	}
}

func (c *cliOutput) shows(line []byte) bool {
	if !resourceEvent.Match(line) {
		return true
	}
	if c.now().Sub(c.event) < time.Second {
		return false
	}
	c.event = c.now()
	return true
}
