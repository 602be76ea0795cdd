package keyname

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseResult(t *testing.T) {
	start := time.Date(2026, 11, 29, 4, 12, 40, 700e6, time.FixedZone("CET", 3600))
	key := Result("tuning/", "Shop/Orders", "weekly 1", start)
	require.Equal(t, "tuning/Shop!2fOrders/2026-11-29T03-12-40Z-weekly!201.json", key)
	began, execution, ok := ParseResult(key)
	require.True(t, ok)
	require.Equal(t, time.Date(2026, 11, 29, 3, 12, 40, 0, time.UTC), began)
	require.Equal(t, "weekly!201", execution)

	require.Equal(t, "Orders/latest.json", Latest("", "Orders"))
	for _, other := range []string{
		Latest("tuning/", "Shop/Orders"), "", "tuning/", "tuning/x.json", "2026-11-29T03-12-40Z-.json", "2026-11-29T03-12-40Z.json",
		"2026-11-29T03-12-40Z-weekly", "2026-13-29T03-12-40Z-weekly.json", "2026-11-29T03-12-40Zxweekly.json",
	} {
		_, _, ok := ParseResult(other)
		require.False(t, ok, other)
	}
}
