package publish

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dualarch/dualarch/internal/tuner/input"
	"github.com/dualarch/dualarch/internal/tuner/run"
)

func TestKeysSortByTime(t *testing.T) {
	at := time.Date(2026, 11, 29, 3, 0, 5, 700e6, time.FixedZone("CET", 3600))
	r := input.Results{Bucket: "results", Prefix: "tuned/"}
	require.Equal(t, "tuned/Prime/2026-11-29T02-00-05Z-a!20run.json", key(r, "Prime", run.Execution{Name: "a run", StartTime: at}))
	require.Equal(t, "tuned/Prime/latest.json", latestKey(r, "Prime"))
	require.Equal(t, "s3://results/tuned/Prime/latest.json", location(r, latestKey(r, "Prime")))
}
