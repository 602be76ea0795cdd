package binarch

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// Limits bound one Scan. What lies behind a limit is not looked at and stands in
// the inventory as a Problem. The zero value of a field means its default, which
// is lower for a zip or a tar that is no image: Lambda unpacks at most 250 MB of
// packages and layers (Lambda quotas, read on 2026-11-20), and images of 10 GiB.
type Limits struct {
	// Files and archive entries. Default: 1,000,000; Lambda images have up to 300,000.
	// Package: 300,000.
	Files int64
	// Bytes that may come out of compressed or nested archives. Default: 12 GiB, of
	// which an image needs each once. Package: 2 GiB, eight times what Lambda unpacks,
	// because jars in it are opened, too.
	Expanded int64
	// Bytes that may come out of xz and bzip2 files, which take minutes a gigabyte. Default:
	// 2 GiB. Package: 512 MiB.
	Slow int64
	// Bytes that one file on disk may need there once more, for nested archives and
	// what else is read at random. It is never more than a hundred times its size, or
	// 16 MiB. Default: 12 GiB. Package: 2 GiB.
	Spooled int64
	// Depth of archives in archives. Default: 5; a zip with a jar with a jar is 2.
	Depth int
	// Native files kept. Default: 100,000. Package: 50,000.
	Native int
	// Bytes of the paths kept: of native files, wheels and their files, npm packages.
	// Default: 256 MiB. Package: 64 MiB.
	Paths int64
	// Time that a scan takes. Default: 30 minutes. Package: 5 minutes.
	Time time.Duration
}

var (
	imageLimits = Limits{
		Files: 1_000_000, Expanded: 12 << 30, Slow: 2 << 30, Spooled: 12 << 30, Depth: 5, Native: 100_000, Paths: 256 << 20, Time: 30 * time.Minute,
	}
	packageLimits = Limits{
		Files: 300_000, Expanded: 2 << 30, Slow: 512 << 20, Spooled: 2 << 30, Depth: 5, Native: 50_000, Paths: 64 << 20, Time: 5 * time.Minute,
	}
)

func (l Limits) withDefaults(defaults Limits) Limits {
	return Limits{
		Files: cmp.Or(l.Files, defaults.Files), Expanded: cmp.Or(l.Expanded, defaults.Expanded), Slow: cmp.Or(l.Slow, defaults.Slow),
		Spooled: cmp.Or(l.Spooled, defaults.Spooled), Depth: cmp.Or(l.Depth, defaults.Depth), Native: cmp.Or(l.Native, defaults.Native),
		Paths: cmp.Or(l.Paths, defaults.Paths), Time: cmp.Or(l.Time, defaults.Time),
	}
}

// Progress counts what a running Scan has looked at; another goroutine may read it.
type Progress struct {
	// Files and archive entries seen.
	Files atomic.Int64
	// Bytes of the files seen, uncompressed.
	Bytes atomic.Int64
}

// limitError ends a scan early; what was found until then counts.
type limitError struct{ text string }

func (e *limitError) Error() string { return e.text }

// meter is the reader through which everything uncompressed flows: the one place
// that knows how much that is, and where a scan notices that it was cancelled.
type meter struct {
	ctx      context.Context
	r        io.Reader
	expanded *atomic.Int64
	limit    int64
	// what it comes out of, for the message.
	what string
}

func (m *meter) Read(b []byte) (int, error) {
	if err := m.ctx.Err(); err != nil {
		return 0, context.Cause(m.ctx)
	}
	n, err := m.r.Read(b)
	if m.expanded.Add(int64(n)) > m.limit {
		return n, &limitError{fmt.Sprintf("more than %d MiB come out of its %s; the rest was not looked at", m.limit>>20, m.what)}
	}
	return n, err
}
