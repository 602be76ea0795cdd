package lambdaruntime

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The runtimes that never ran on arm64, each with the one to use instead.
func TestNearestRuntime(t *testing.T) {
	today := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for name, want := range map[string]string{
		"go1.x": "provided.al2023", "provided": "provided.al2023", "nodejs10.x": "nodejs22.x", "python2.7": "python3.11",
		"python3.7": "python3.11", "java8": "java8.al2", "dotnetcore2.1": "dotnet10", "ruby2.5": "ruby3.3",
	} {
		is, nearest, known := Find(name, today)
		require.True(t, known, name)
		require.True(t, is.X86Only, name)
		require.Equal(t, want, nearest, name)
	}
	_, nearest, _ := Find("ruby2.5", today.AddDate(10, 0, 0))
	require.Equal(t, "ruby4.0", nearest, "the newest where the table is too old to know better")
	_, _, known := Find("nodejs99.x", today)
	require.False(t, known)
}
