package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExplanations(t *testing.T) {
	page := filepath.Join(t.TempDir(), "current.md")
	write := func(text string) {
		require.NoError(t, os.WriteFile(page, []byte(text), 0o600))
	}
	write("# Current\n\n| Item | Why |\n|---|---|\n| `region us-west-9` | Announced, see [AWS](https://aws.amazon.com). |\n" +
		"| `runtime nodejs4.3-edge` | Lambda@Edge's. |\n\n| Something `else` | is |\n")
	explained, err := readExplanations(page)
	require.NoError(t, err)
	require.Equal(t, explanations{
		"region us-west-9":       "Announced, see [AWS](https://aws.amazon.com).",
		"runtime nodejs4.3-edge": "Lambda@Edge's.",
	}, explained)

	news := difference{"runtime nodejs28.x", "botocore 1.45.0; not in internal/lambdaruntime"}
	unexplained, stale := explained.judge([]difference{{"region us-west-9", "botocore 1.45.0; not in tuning"}, news})
	require.Equal(t, []difference{news}, unexplained)
	require.Equal(t, []string{"runtime nodejs4.3-edge"}, stale)

	write("| `region a` | one |\n| `region a` | two |\n| `region b` |\n| `region c` |  |\n| `region d` | three | four |\n")
	_, err = readExplanations(page)
	require.EqualError(t, err, page+":2: \"region a\" is explained a second time; leave one row\n"+
		page+":3: | `region b` |; give | `item` | why it is explained |\n"+
		page+":4: | `region c` |  |; give | `item` | why it is explained |\n"+
		page+":5: | `region d` | three | four |; give | `item` | why it is explained |")
	_, err = readExplanations(page + "x")
	require.ErrorIs(t, err, os.ErrNotExist)
}
