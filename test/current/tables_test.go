package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStringsOf(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "a.go")
	require.NoError(t, os.WriteFile(file, []byte(`package a

const other = "x"

var (
	limit  = 3
	states = map[string]int{"Active": 1, "": 2}
)

var fields = []string{"Role", "SnapStart.ApplyOn"}

var named = []string{other}
`), 0o600))
	for variable, want := range map[string][]string{
		"states": {"Active", ""}, "fields": {"Role", "SnapStart.ApplyOn"},
	} {
		found, err := stringsOf(folder, variable)
		require.NoError(t, err)
		require.Equal(t, want, found)
	}
	_, err := stringsOf(folder, "named")
	require.EqualError(t, err, file+": named holds other things than strings that are written out, which is what test/current/known.go looks for")
	for _, variable := range []string{"limit", "gone"} {
		_, err = stringsOf(folder, variable)
		require.EqualError(t, err, folder+" has no variable "+variable+" that is a map or a slice; test/current/known.go looks for it")
	}
}
