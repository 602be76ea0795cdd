package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/dualarch/dualarch/test/demostack"
	"github.com/dualarch/dualarch/tuning"
)

// tunePrime runs one execution with no input at all, which tunes the demo's own siblings, and
// prints its verdict.
func tunePrime(ctx context.Context, out io.Writer, stack *demostack.Stack) error {
	execution, err := stack.Tune(ctx, "{}", progressLine(out))
	if err != nil {
		return err
	}
	if execution.Status != types.ExecutionStatusSucceeded {
		return fmt.Errorf("the execution ended %s: %s: %s", execution.Status, execution.Error, execution.Cause)
	}
	var verdict tuning.Output
	if err := json.Unmarshal([]byte(execution.Output), &verdict); err != nil {
		return fmt.Errorf("reading the verdict: %w\n%s", err, execution.Output)
	}
	if len(verdict.Targets) == 0 {
		return fmt.Errorf("the execution's output holds no verdict: %s", execution.Output)
	}
	_, err = fmt.Fprintf(out, "  done in %.1f s and %d state transitions\n\n", execution.Elapsed.Seconds(), len(execution.Transitions))
	if err != nil {
		return err
	}
	return printVerdict(out, verdict)
}

// progressLine shows the state an execution is in: on a terminal on one line that it rewrites,
// elsewhere as a line for each new state.
func progressLine(out io.Writer) func(string, time.Duration) {
	previous := ""
	terminal := isTerminal(out)
	return func(state string, elapsed time.Duration) {
		switch {
		case terminal:
			_, _ = fmt.Fprintf(out, "\r\x1b[K  %s … %.0f s\r", state, elapsed.Seconds())
		case state != previous:
			_, _ = fmt.Fprintf(out, "  %s …\n", state)
		}
		previous = state
	}
}

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
