package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTableCompare(t *testing.T) {
	theirs := facts{}
	theirs.add("botocore 1.44.8", "Active", "Deleting")
	theirs.add("lambda v1.114.4", "Active", "Deleting", "Deleting", "Idle")
	states := table{home: "internal/lambdaapi", facts: []string{"Active", "Pausing"}}
	found := states.compare("state", theirs, "botocore 1.44.8", "lambda v1.114.4", "cfn-lint 1.58.0")
	require.Equal(t, []difference{
		{"state Deleting", "in botocore 1.44.8 and lambda v1.114.4, not in internal/lambdaapi"},
		{"state Idle", "in lambda v1.114.4, not in internal/lambdaapi"},
		{"state Pausing", "in internal/lambdaapi, not in botocore 1.44.8, lambda v1.114.4 and cfn-lint 1.58.0"},
	}, found)
	require.Equal(t, "state Idle: in lambda v1.114.4, not in internal/lambdaapi", found[1].String())
}
