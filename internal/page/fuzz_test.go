package page

import (
	"io"
	"testing"
	"time"

	"github.com/dualarch/dualarch/internal/verdicts"
)

// Whatever is read can be written, in one function's page and in that of many.
func FuzzWrite(f *testing.F) {
	for _, seed := range []string{golden(f, "prime"), golden(f, "foreign"), orders(f, 1) + orders(f, 2) + golden(f, "foreign"), peerTwo,
		`{"executionArn": "e", "status": "FAILED", "error": "Plan", "cause": "no permission", "input": "{\"target\": \"Broken\"}"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := verdicts.Read("file", data)
		if err != nil {
			return
		}
		if err := Write(io.Discard, verdicts.ByFunction(all), Options{Written: time.Unix(0, 0)}); err != nil {
			t.Fatal(err)
		}
	})
}
