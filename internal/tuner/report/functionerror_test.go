package report

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFunctionError(t *testing.T) {
	tests := map[string]struct {
		body   string
		report Report
		want   string
	}{
		"killed":                  {`{"errorType":"Runtime.ExitError","errorMessage":"Error: signal: killed"}`, Report{MaxMemoryUsed: 128}, "out of memory (Runtime.ExitError: Error: signal: killed)"},
		"killed without a report": {`{"errorType":"Runtime.ExitError","errorMessage":"Error: signal: killed"}`, Report{}, "out of memory (Runtime.ExitError: Error: signal: killed)"},
		"killed by itself":        {`{"errorType":"Runtime.ExitError","errorMessage":"Error: signal: killed"}`, Report{MaxMemoryUsed: 40}, "the function failed (Runtime.ExitError: Error: signal: killed)"},
		"the report knows":        {`{}`, Report{ErrorType: "Runtime.OutOfMemory"}, "out of memory (Runtime.OutOfMemory)"},
		"timed out, by the text":  {`{"errorMessage":"2026-11-22T21:00:00Z id Task timed out after 3.00 seconds"}`, Report{}, "timed out (2026-11-22T21:00:00Z id Task timed out after 3.00 seconds)"},
		"timed out, by status":    {`{"errorType":"Sandbox.Timedout"}`, Report{Status: "timeout"}, "timed out (Sandbox.Timedout)"},
		"a string":                {`"oops"`, Report{}, "the function failed without saying why"},
	}
	for name, test := range tests {
		require.Equal(t, test.want, ParseError([]byte(test.body), test.report, 128).Reason(), name)
	}
}
