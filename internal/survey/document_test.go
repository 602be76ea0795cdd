package survey

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDocument(t *testing.T) {
	empty, err := (&Report{Format: Format, Started: time.Date(2026, 11, 28, 3, 0, 0, 0, time.UTC)}).Encode()
	require.NoError(t, err)
	require.Equal(t, `{
  "format": 1,
  "account": "",
  "regions": [],
  "started": "2026-11-28T03:00:00Z",
  "ended": "0001-01-01T00:00:00Z",
  "days": 0,
  "functions": [],
  "problems": [],
  "interrupted": false,
  "priceUsd": 0,
  "bytesRead": 0,
  "cachedBytes": 0
}
`, string(empty))
	require.True(t, IsDocument(empty))

	given := &Report{Format: Format, Account: "123456789012", Regions: []string{"eu-west-1"}, Problems: []Problem{},
		Functions: []Function{{ARN: "a<b>", Name: "orders", Estimate: &Estimate{Today: 3, Saving: 1}}}}
	text, err := given.Encode()
	require.NoError(t, err)
	require.Contains(t, string(text), `"a<b>"`)
	back, err := Decode(text)
	require.NoError(t, err)
	require.Equal(t, given, back)
}

func TestWhatIsNoDocument(t *testing.T) {
	for _, other := range []string{``, `[]`, `null`, `{"functions": []}`, `{"power": 128, "stateMachine": {}}`, `https://lambda-power-tuning.show/#a;b;c`} {
		require.False(t, IsDocument([]byte(other)), other)
	}
	for given, want := range map[string]string{
		`{"format": 2, "regions": [], "functions": []}`:                     "$.format: given 2; this version reads 1: use the version of dualarch that wrote it, or a newer one",
		`{"format": 1, "regions": [], "functions": {}}`:                     `$.functions: given a JSON object; want what "dualarch survey --json" writes`,
		`{"format": 1, "regions": [], "functions": []} {}`:                  "something follows the survey; give one survey a file",
		`{"format": 1, "regions": [], "functions": [{"timeout": "three"}]}`: `$.functions.timeout: given a JSON string; want what "dualarch survey --json" writes`,
		`{"format": 1, "regions": [], "functions": [{}, {"estimate": {"todayUsd": 1e300, "savingUsd": -2e12}}]}`: "$.functions[1].estimate.todayUsd: given 1e+300; want at most 1e+12\n" +
			"$.functions[1].estimate.savingUsd: given -2e+12; want at most 1e+12",
	} {
		require.True(t, IsDocument([]byte(given)), given)
		_, err := Decode([]byte(given))
		require.EqualError(t, err, want)
	}
}
