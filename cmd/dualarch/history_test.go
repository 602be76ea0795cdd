package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/publish/keyname"
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
  WHEN              ADVISED           CHEAPER THAN TODAY  CONFIRMED  CHANGED
  2026-11-06 00:01  x86_64 at 512 MB  26 % (15 to 35)     yes
  2026-11-13 00:01  arm64 at 1024 MB  26 % (15 to 35)     yes        yes
  2026-11-20 00:01  no verdict: the execution's status is FAILED
`, stdout)
	require.Regexp(t, `^wrote history\.html: 1 function, `, stderr)

	status, stdout, stderr = dualarch(t, "history", "--state-machine", shopMachine, "--most", "2", "--json")
	require.Zero(t, status, stderr)
	found, _, err := readShown([]string{"-"}, strings.NewReader(stdout))
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

// What Step Functions has forgotten is read from Results, and what it still knows is not read again.
func TestHistoryOfResults(t *testing.T) {
	output := goldenOutput(t, "prime")
	s := newStub(t, &stub{past: []map[string]any{
		pastRun("weekly", "2026-11-13", "SUCCEEDED", output), pastRun("b", "2026-11-06", "FAILED", ""),
	}})
	known := s.keep(t, "Orders", shopMachine, "weekly", "2026-11-13", output)
	again := s.keep(t, "Orders", shopMachine, "weekly", "2026-05-01", output) // Step Functions lets names be used again
	s.keep(t, "Orders", shopMachine, "old", "2026-03-01", output)
	s.keep(t, "prime-x86", shopMachine, "single", "2026-02-01", output)
	s.keep(t, "Orders", strings.Replace(shopMachine, "Tuner", "Before", 1), "replaced", "2026-01-01", output)
	s.keep(t, "Orders", healMachine, "foreign", "2026-04-01", strings.ReplaceAll(output, ":function:", ":function:foreign-"))
	s.results["dualarch/Orders/2025-12-01T00-00-00Z-broken.json"] = `{"targets": 7}`
	s.results["dualarch/notes/readme.txt"], s.results["elsewhere/Orders/2026-04-02T00-00-00Z-x.json"] = "not ours", "not ours"

	status, stdout, stderr := dualarch(t, "history", "--stack", "Shop")
	require.Zero(t, status, stderr)
	require.Equal(t, `Orders
  WHEN              ADVISED           CHEAPER THAN TODAY  CONFIRMED  CHANGED
  2025-12-01 00:00  no verdict: its output cannot be read: s3://shop-results/dualarch/Orders/2025-12-01T00-00-00Z-broken.json: $.targets: given a JSON number; want a list
  2026-01-01 00:01  arm64 at 1024 MB  26 % (15 to 35)     yes
  2026-02-01 00:01  arm64 at 1024 MB  26 % (15 to 35)     yes
  2026-03-01 00:01  arm64 at 1024 MB  26 % (15 to 35)     yes
  2026-05-01 00:01  arm64 at 1024 MB  26 % (15 to 35)     yes
  2026-11-06 00:01  no verdict: the execution's status is FAILED
  2026-11-13 00:01  arm64 at 1024 MB  26 % (15 to 35)     yes
`, stdout)
	require.Equal(t, []string{"dualarch/", "dualarch/Orders/", "dualarch/notes/", "dualarch/prime-x86/"}, s.listed)
	require.False(t, s.called("GET /shop-results/"+known))
	require.True(t, s.called("GET /shop-results/"+again))

	// The newest are read and no others: of Results, only what Step Functions cannot give.
	s.calls, s.listed = nil, nil
	_, stdout, _ = dualarch(t, "history", "--stack", "Shop", "--most", "2", "--json")
	require.NotContains(t, stdout, ":old\"")
	require.Empty(t, s.listed)
	_, stdout, _ = dualarch(t, "history", "--stack", "Shop", "--most", "3", "--json")
	require.NotContains(t, stdout, ":old\"")
	require.Equal(t, 2, strings.Count(stdout, `:weekly"`))
	require.False(t, s.called("GET /shop-results/"+keyname.Result("dualarch/", "Orders", "old", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))))

	// Two machines of one bucket: each verdict once.
	s.second = true
	_, stdout, _ = dualarch(t, "history", "--json")
	require.Equal(t, 1, strings.Count(stdout, `:replaced"`))
}
