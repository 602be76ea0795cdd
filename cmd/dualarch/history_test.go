package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHistory(t *testing.T) {
	two := goldenOutput(t, "prime")
	kept := strings.Replace(two, "\"change\",\n    \"architecture\": \"arm64\",\n    \"power\": 1024", `"keep", "architecture": "x86_64", "power": 512`, 1)
	newStub(t, &stub{past: []map[string]any{
		pastRun("c", "2026-11-20", "FAILED", ""), pastRun("b", "2026-11-13", "SUCCEEDED", two), pastRun("a", "2026-11-06", "SUCCEEDED", kept),
	}})
	inFolder(t, nil)
	status, stdout, stderr := dualarch(t, "history", "--stack", "Shop", "--report", "history.html")
	require.Zero(t, status, stderr)
	require.Equal(t, `Orders
  WHEN              ADVISED                                       CHEAPER THAN TODAY  CONFIRMED  CHANGED
  2026-11-06 00:01  x86_64 at 512 MB                              26 % (15 to 35)     yes
  2026-11-13 00:01  arm64 at 1024 MB                              26 % (15 to 35)     yes        yes
  2026-11-20 00:01  no verdict: the execution's status is FAILED
`, stdout)
	require.Regexp(t, `^wrote history\.html: 1 function, `, stderr)

	status, stdout, stderr = dualarch(t, "history", "--state-machine", shopMachine, "--most", "2", "--json")
	require.Zero(t, status, stderr)
	found, err := readVerdicts([]string{"-"}, strings.NewReader(stdout))
	require.NoError(t, err)
	require.Len(t, found[0].Verdicts, 2, "the newest")

	// What was started with {} is the only construct's, though it has no verdict.
	bare := pastRun("d", "2026-11-21", "FAILED", "")
	bare["input"] = "{}"
	newStub(t, &stub{past: []map[string]any{bare, pastRun("b", "2026-11-13", "SUCCEEDED", two), pastRun("a", "2026-11-06", "SUCCEEDED", `{"targets": 7}`)}})
	_, stdout, _ = dualarch(t, "history", "--stack", "Shop")
	require.Regexp(t, `^Orders\n  WHEN .*\n  2026-11-06 00:01  no verdict: its output cannot be read: .*\n  2026-11-13 00:01  arm64 at 1024 MB .*\n  2026-11-21 00:01  no verdict: .*\n$`, stdout)

	newStub(t, &stub{})
	_, stdout, _ = dualarch(t, "history")
	require.Equal(t, "no execution has ended\n", stdout)
	status, _, stderr = dualarch(t, "history", "--most", "0")
	require.Equal(t, exitUsage, status)
	require.Equal(t, "dualarch: --most 0: give at least 1\n", stderr)
}
