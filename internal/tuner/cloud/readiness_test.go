package cloud

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/stretchr/testify/require"
)

// An upgrade of the SDK that brings a state which nobody has thought about fails here.
func TestEveryStateOfTheSDK(t *testing.T) {
	for _, s := range types.State("").Values() {
		require.Contains(t, states, string(s), "say what it means")
	}
	for _, s := range types.LastUpdateStatus("").Values() {
		require.Contains(t, updates, string(s), "say what it means")
	}
}

func TestReadiness(t *testing.T) {
	for _, test := range []struct {
		state, update string
		waits         [2]bool // at first, and after minutes
		unusable      string
	}{
		{"Active", "Successful", [2]bool{}, ""},
		{"Active", "", [2]bool{}, ""},
		{"", "", [2]bool{}, ""},
		{"Inactive", "Successful", [2]bool{}, ""},
		{"Active", "Failed", [2]bool{}, ""},
		{"Active", "InProgress", [2]bool{true, true}, ""},
		{"Pending", "Successful", [2]bool{true, true}, ""},
		{"Pending", "InProgress", [2]bool{true, true}, ""},
		{"Failed", "Successful", [2]bool{}, "it is in a failed state (why)"},
		{"Deactivating", "Successful", [2]bool{}, "its state is Deactivating, in which it cannot be invoked (why)"},
		{"Deactivated", "InProgress", [2]bool{}, "its state is Deactivated, in which it cannot be invoked (why)"},
		{"ActiveNonInvocable", "Successful", [2]bool{}, "its state is ActiveNonInvocable, in which it cannot be invoked (why)"},
		{"Deleting", "Successful", [2]bool{}, "it is being deleted (why)"},
		{"Suspended", "Successful", [2]bool{true, false}, "its state is Suspended and that of its last update Successful, which this version of the tuner does not know (why)"},
		{"Active", "RolledBack", [2]bool{true, false}, "its state is Active and that of its last update RolledBack, which this version of the tuner does not know (why)"},
	} {
		c := FunctionConfiguration{State: test.state, LastUpdateStatus: test.update, StateReason: "why"}
		waits := [2]bool{c.WaitsFor(0), c.WaitsFor(3 * time.Minute)}
		require.Equal(t, test.waits, waits, "%s, %s", test.state, test.update)
		require.Equal(t, test.unusable, c.Unusable(), "%s, %s", test.state, test.update)
	}
	require.Equal(t, "it is being deleted", FunctionConfiguration{State: "Deleting"}.Unusable())
}
