package main

import (
	"bytes"
	"fmt"
	"io"
)

// cliOutput shows what the CDK CLI prints, line by line below the step that it belongs to, without the
// empty ones.
type cliOutput struct {
	out  io.Writer
	rest []byte // a line that has not ended
}

func (c *cliOutput) Write(text []byte) (int, error) {
	c.rest = append(c.rest, text...)
	for {
		line, rest, ended := bytes.Cut(c.rest, []byte("\n"))
		if !ended {
			return len(text), nil
		}
		c.rest = rest
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(c.out, "    %s\n", line); err != nil {
			return 0, err
		}
	}
}
