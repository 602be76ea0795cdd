package change

import (
	"time"

	"github.com/dualarch/dualarch/internal/tuner/cloud"
	"github.com/dualarch/dualarch/internal/tuner/mark"
	"github.com/dualarch/dualarch/internal/tuner/run"
	"github.com/dualarch/dualarch/tuning"
)

// served is what $LATEST is seen to serve its callers with while the run changes it.
type served struct {
	size   int // the test size that it has; 0 if it has none
	since  time.Time
	totals []run.Served
}

// observe notes the size of $LATEST when no update of it is in progress, unless its callers use an alias. A test size that an earlier invocation has left
// has been there since that was written.
func (s *Function) observe(c cloud.FunctionConfiguration) {
	v := &s.served
	if !s.target.Exposed || v.size == c.MemorySize {
		return
	}
	now := time.Now()
	if c.LastUpdateStatus == "InProgress" {
		now = now.Add(s.updateTime) // until then callers are served as before
	}
	if v.size != 0 {
		v.totals = append(v.totals, run.Served{
			Configuration: tuning.Configuration{Architecture: s.target.Architecture, MemorySize: v.size}, Seconds: now.Sub(v.since).Round(time.Millisecond).Seconds(),
		})
		v.size = 0
	}
	m, marked := mark.Parse(c.Description)
	if !marked || !m.By(s.execution, s.target) || c.MemorySize == s.target.MemorySize {
		return
	}
	v.size, v.since = c.MemorySize, now
	if written, err := time.Parse(lastModifiedLayout, c.LastModified); err == nil && c.Description != s.mark {
		v.since = written
	}
}
