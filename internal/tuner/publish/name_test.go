package publish

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

func TestName(t *testing.T) {
	for target, want := range map[string]string{
		"Prime":        "Prime",
		"my_func-2.1":  "my_func-2.1",
		"Shop/Orders":  "Shop!2fOrders",
		"Größe\n":      "Gr!c3!b6!c3!9fe!0a",
		"..":           "!2e.",
		"a!2fb":        "a!212fb",
		"\x1b[31m\xff": "!1b!5b31m!ff",
	} {
		require.Equal(t, want, Name(target))
	}
	long := strings.Repeat("x", 300)
	require.Len(t, Name(long), longestName)
	require.NotEqual(t, Name(long), Name(long+"y"))
}

func FuzzName(f *testing.F) {
	f.Add("Shop/Orders", "Shop!2fOrders")
	f.Add("é", "e")
	f.Fuzz(func(t *testing.T, a, b string) {
		name := Name(a)
		require.Regexp(t, `^[A-Za-z0-9_.!-]*$`, name)
		require.LessOrEqual(t, len(name), longestName)
		require.Equal(t, a == b, name == Name(b))
	})
}

func TestKeysSortByTime(t *testing.T) {
	at := time.Date(2026, 11, 29, 3, 0, 5, 700e6, time.FixedZone("CET", 3600))
	r := input.Results{Bucket: "results", Prefix: "tuned/"}
	require.Equal(t, "tuned/Prime/2026-11-29T02-00-05Z-a!20run.json", key(r, "Prime", run.Execution{Name: "a run", StartTime: at}))
	require.Equal(t, "tuned/Prime/latest.json", latestKey(r, "Prime"))
	require.Equal(t, "s3://results/tuned/Prime/latest.json", location(r, latestKey(r, "Prime")))
}
