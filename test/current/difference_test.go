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
	found := states.compare("state", theirs)
	require.Equal(t, []difference{
		{"state Deleting", "in botocore 1.44.8 and lambda v1.114.4, not in internal/lambdaapi"},
		{"state Idle", "in lambda v1.114.4, not in internal/lambdaapi"},
		{"state Pausing", "only in internal/lambdaapi"},
	}, found)
	require.Equal(t, []string{"", "a", "a and b", "a, b and c"}, []string{list(nil), list([]string{"a"}), list([]string{"a", "b"}), list([]string{"a", "b", "c"})})
	require.Equal(t, "state Idle: in lambda v1.114.4, not in internal/lambdaapi", found[1].String())
}
