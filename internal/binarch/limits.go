package binarch

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
)

// Limits bound one Scan. What lies behind a limit is not looked at and stands in
// the inventory as a Problem. The zero value of a field means its default.
type Limits struct {
	// Files and archive entries. Default: 1,000,000; Lambda images have up to 300,000.
	Files int64
	// Bytes that may come out of compressed or nested archives. Default: 12 GiB, of
	// which an image, at most 10 GiB on Lambda, needs each once.
	Expanded int64
	// Bytes that may come out of xz and bzip2 files, which take minutes a gigabyte. Default:
	// 2 GiB.
	Slow int64
	// Depth of archives in archives. Default: 5; a zip with a jar with a jar is 2.
	Depth int
	// Native files kept. Default: 100,000.
	Native int
}

func (l Limits) withDefaults() Limits {
	if l.Files == 0 {
		l.Files = 1_000_000
	}
	if l.Expanded == 0 {
		l.Expanded = 12 << 30
	}
	if l.Slow == 0 {
		l.Slow = 2 << 30
	}
	if l.Depth == 0 {
		l.Depth = 5
	}
	if l.Native == 0 {
		l.Native = 100_000
	}
	return l
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
