package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/dualarch/dualarch/test/demostack"
)

// callSiblings shows each sibling's answer for each function, and fails if one does not
// answer.
func callSiblings(ctx context.Context, out io.Writer, stack *demostack.Stack) error {
	calls := []struct{ function, method, query, body string }{
		{"Number", http.MethodPost, "", `{"number":5,"type":"trivia"}`},
		{"Prime", http.MethodGet, "?max=1000", ""},
	}
	for _, call := range calls {
		for _, architecture := range demostack.Architectures {
			url := stack.Outputs.URL(call.function, architecture) + call.query
			status, answer, err := stack.Emulator.Call(ctx, call.method, url, call.body)
			if err != nil {
				return err
			}
			if status != http.StatusOK {
				return fmt.Errorf("%s %s answered %d: %s", call.method, url, status, answer)
			}
			if _, err := fmt.Fprintf(out, "  %-4s %-7s %-6s -> %s\n", call.method, call.function, architecture, answer); err != nil {
				return err
			}
		}
	}
	return nil
}
