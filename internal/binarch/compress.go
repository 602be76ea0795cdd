package binarch

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/dsnet/compress/brotli"
	"github.com/mikelolasagasti/xz"

	"github.com/dualarch/dualarch/internal/zstd"
)

// The bounds on one compressed file, beside the scan's Limits.
const (
	// maxWindow is the most memory that a decompressor may ask for, half of it in a
	// compressed file within a compressed one, and so on: what "xz -9" needs.
	maxWindow = 64 << 20
	// maxRatio is how many times its own size a file may grow once more than
	// freeBytes have come out of it. Programs compress to a third, and text to a tenth.
	maxRatio  = 1000
	freeBytes = 256 << 20
)

// decompression is how files of one compressed format are opened.
type decompression struct {
	open func(r io.Reader, window uint32) (io.Reader, error)
	// wide is true if the file decides how much memory its reader needs. One chain of
	// such files is open at a time, in all scans together.
	wide bool
	// slow is true if decompressing takes about ten times as long as gzip does.
	slow bool
}

// wide is held while a file is open that decides how much memory its reader needs.
var wide sync.Mutex

var decompressions = map[Format]decompression{
	gzipFile:   {open: func(r io.Reader, _ uint32) (io.Reader, error) { return gzip.NewReader(r) }},
	bzip2File:  {open: func(r io.Reader, _ uint32) (io.Reader, error) { return bzip2.NewReader(r), nil }, slow: true},
	brotliFile: {open: func(r io.Reader, _ uint32) (io.Reader, error) { return brotli.NewReader(r, nil) }},
	xzFile:     {open: func(r io.Reader, window uint32) (io.Reader, error) { return xz.NewReader(r, window) }, wide: true, slow: true},
	zstdFile:   {open: func(r io.Reader, window uint32) (io.Reader, error) { return zstd.NewReader(r, uint64(window)), nil }, wide: true},
}

// formatOf returns a file's format. Brotli has no magic number: the file's name decides,
// if what comes out confirms it.
func formatOf(p place, c *content) Format {
	if !p.unpacked && isBrotliName(p.name) && decodesAsBrotli(c.head, c.size) {
		return brotliFile
	}
	return sniff(c.head)
}

func isBrotliName(name string) bool { return strings.EqualFold(path.Ext(name), ".br") }

// decodesAsBrotli reports whether the beginning of a file is Brotli; that it ends before
// the stream does is no contradiction.
func decodesAsBrotli(head []byte, size int64) bool {
	r, err := brotli.NewReader(bytes.NewReader(head), nil)
	if err == nil {
		_, err = io.Copy(io.Discard, io.LimitReader(r, headSize))
	}
	return err == nil || size > int64(len(head)) && errors.Is(err, io.ErrUnexpectedEOF)
}

// isText reports whether a file begins as text.
func isText(head []byte) bool {
	if len(head) == headSize {
		head = whole(head)
	}
	return utf8.Valid(head) && bytes.IndexByte(head, 0) < 0
}

// compressed looks at the entries of a compressed tar, or at the one compressed file.
func (s *scan) compressed(p place, format Format, c *content) error {
	inside, unpacked, err := s.decompress(p, format, c.stream())
	if err != nil {
		return err
	}
	inside.depth++
	return errors.Join(s.look(inside, unpacked), unpacked.close())
}

// decompress opens a compressed file. The content has to be closed, and the place is the
// one for what is in it.
func (s *scan) decompress(p place, format Format, source io.Reader) (inside place, unpacked *content, err error) {
	inside, r, end, err := s.decompressor(p, format, source)
	if err != nil {
		return p, nil, err
	}
	// The size is known when the last byte is; until then it is taken for large.
	unpacked, err = streamContent(r, unknownSize, make([]byte, headSize))
	if err != nil {
		end()
		return p, nil, named(format, err)
	}
	unpacked.end, unpacked.budget = end, p.budget
	inside.unpacked = true
	return inside, unpacked, nil
}

// decompressor reads what comes out of a compressed file, within the scan's limits. end
// gives back what it holds.
func (s *scan) decompressor(p place, format Format, source io.Reader) (inside place, r io.Reader, end func(), err error) {
	how := decompressions[format]
	var locked *sync.Mutex
	if how.wide && !p.wide {
		locked = &wide
		locked.Lock()
		p.wide = true
	}
	var opened io.Reader
	end = func() {
		if closer, is := opened.(io.Closer); is {
			_ = closer.Close() // it was only read
		}
		if locked != nil {
			locked.Unlock()
		}
	}
	ratio := &ratioMeter{source: source}
	made, err := how.open(ratio, maxWindow>>min(p.nested, 8))
	if err != nil {
		end()
		return p, nil, nil, named(format, err)
	}
	p.nested++
	opened, ratio.unpacked = made, made
	bounded := ratio.out()
	if how.slow {
		bounded = &meter{s.ctx, bounded, &s.slow, s.limits.Slow, "xz and bzip2 files"}
	}
	return p, s.metered(bounded), end, nil
}

// ratioMeter refuses a file that grows too much.
type ratioMeter struct {
	source   io.Reader
	unpacked io.Reader
	in, made int64
}

// Read is what the decompressor reads.
func (m *ratioMeter) Read(b []byte) (int, error) {
	n, err := m.source.Read(b)
	m.in += int64(n)
	return n, err
}

// out is what comes out of the decompressor.
func (m *ratioMeter) out() io.Reader {
	return readerFunc(func(b []byte) (int, error) {
		n, err := m.unpacked.Read(b)
		m.made += int64(n)
		if m.made > freeBytes && m.made/maxRatio > m.in {
			return n, fmt.Errorf("it grows to more than %d times its size; the rest was not looked at", maxRatio)
		}
		return n, err
	})
}

// named puts the format in front of an error that does not name it.
func named(format Format, err error) error {
	if strings.HasPrefix(err.Error(), string(format)) {
		return err
	}
	return fmt.Errorf("%s: %w", format, err)
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }
