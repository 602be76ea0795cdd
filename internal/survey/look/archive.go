package look

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"slices"

	"github.com/dualarch/dualarch/internal/binarch"
)

// zipFile is a zip that Lambda has: a function's package, or a layer.
type zipFile struct {
	name string
	sum  string // SHA-256 in Base64, "" if it is not known
	size int64
	// locate returns a URL, a new one if it is asked again.
	locate func(again bool) (string, error)
}

const (
	// A zip is read by blocks: their size, and how many of one zip are held.
	blockSize  = 1 << 20
	heldBlocks = 4
	// What may be read of a zip by blocks: twice its size, or that much. One whose entries are in no order is read whole.
	freeBytes = 16 << 20
)

// archive reads a zip, by ranges if the server has them.
func (l *look) archive(z zipFile) (*binarch.Inventory, error) {
	r := &ranges{zipFile: z, look: l, fetcher: l.fetcher(l.cfg)}
	if err := r.renew(false); err != nil {
		return nil, err
	}
	options := binarch.Options{Limits: l.options.Limits, Workers: 1}
	inventory, err := binarch.ScanReaderAt(l.ctx, z.name, r, z.size, options)
	switch {
	case errors.Is(r.err, errWhole):
		return r.whole(options)
	case r.err != nil:
		return nil, r.err
	}
	return inventory, err
}

// errWhole says that a zip has to be read from its beginning to its end.
var errWhole = errors.New("read it whole")

// ranges reads a zip at random. It is not safe for concurrent use.
type ranges struct {
	zipFile
	fetcher
	look    *look
	url     string
	renewed bool
	version string // the ETag
	blocks  []block
	fetched int64
	// err is why no byte can be read any more.
	err error
}

type block struct {
	at   int64
	data []byte
}

// ReadAt reads from blocks, the last of which are held.
func (r *ranges) ReadAt(b []byte, at int64) (int, error) {
	done := 0
	for done < len(b) {
		from := at + int64(done)
		if from >= r.size {
			return done, io.EOF
		}
		data, err := r.block(from - from%blockSize)
		if err != nil {
			return done, err
		}
		done += copy(b[done:], data[from%blockSize:])
	}
	return done, nil
}

// block returns the block that begins there.
func (r *ranges) block(at int64) ([]byte, error) {
	for i, held := range r.blocks {
		if held.at == at {
			r.blocks = append(slices.Delete(r.blocks, i, i+1), held)
			return held.data, nil
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	if r.fetched > max(2*r.size, freeBytes) {
		r.err = errWhole
		return nil, r.err
	}
	var memory []byte
	if len(r.blocks) == heldBlocks {
		memory = r.blocks[0].data[:0]
		r.blocks = slices.Delete(r.blocks, 0, 1)
	}
	length := min(blockSize, r.size-at)
	data := slices.Grow(memory, int(length))[:length]
	if r.err = r.fetch(data, at); r.err != nil {
		return nil, r.err
	}
	r.blocks = append(r.blocks, block{at, data})
	return data, nil
}

// fetch fills into from a range of the zip.
func (r *ranges) fetch(into []byte, at int64) error {
	done := 0
	return persist(r.look.ctx, func() (progress bool, err error) {
		from, last := at+int64(done), at+int64(len(into))-1
		header := http.Header{"Range": {fmt.Sprintf("bytes=%d-%d", from, last)}}
		if r.version != "" {
			header.Set("If-Match", r.version)
		}
		response, err := r.ask(header)
		if err != nil {
			return false, err
		}
		defer response.Body.Close() //nolint:errcheck // it was only read
		if response.StatusCode == http.StatusOK {
			return false, errWhole
		}
		if err := r.isRange(response, from, last); err != nil {
			return false, err
		}
		n, err := io.ReadFull(response.Body, into[done:])
		done += n
		r.count(n)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = &failure{text: fmt.Sprintf("the body ended %d bytes before its end", len(into)-done), passes: true}
		}
		return n >= leastProgress, err
	})
}

// isRange refuses a server's answer that is another range, or one of another file.
func (r *ranges) isRange(response *http.Response, from, last int64) error {
	var is, to, size int64
	given := response.Header.Get("Content-Range")
	if n, _ := fmt.Sscanf(given, "bytes %d-%d/%d", &is, &to, &size); n != 3 || is != from || to != last {
		return fmt.Errorf("the server sent another range than bytes %d to %d", from, last)
	}
	if size != r.size {
		return fmt.Errorf("the server has %d bytes of it, and Lambda says that it has %d", size, r.size)
	}
	if tag := response.Header.Get("ETag"); r.version == "" && len(tag) > 2 && tag[0] == '"' {
		r.version = tag
	}
	return nil
}

// ask asks for the zip, with a new URL if the first has expired.
func (r *ranges) ask(header http.Header) (*http.Response, error) {
	response, err := r.get(r.look.ctx, r.url, header)
	if !isForbidden(err) {
		return response, err
	}
	if r.renewed {
		return nil, fmt.Errorf("%w, of a new URL, too", err)
	}
	if err := r.renew(true); err != nil {
		return nil, err
	}
	if response, err = r.get(r.look.ctx, r.url, header); isForbidden(err) {
		return nil, fmt.Errorf("%w, of a new URL, too", err)
	}
	return response, err
}

func (r *ranges) renew(again bool) (err error) {
	r.renewed = again
	r.url, err = r.locate(again)
	return err
}

func (r *ranges) count(n int) {
	r.fetched += int64(n)
	r.look.read += int64(n)
}

// whole reads the zip from its beginning to its end, and compares its hash.
func (r *ranges) whole(options binarch.Options) (inventory *binarch.Inventory, err error) {
	r.blocks = nil
	err = persist(r.look.ctx, func() (progress bool, err error) {
		response, err := r.ask(http.Header{})
		if err != nil {
			return false, err
		}
		defer response.Body.Close() //nolint:errcheck // it was only read
		if given := response.ContentLength; given >= 0 && given != r.size {
			return false, fmt.Errorf("the server sends %d bytes of it, and Lambda says that it has %d", given, r.size)
		}
		body := &counted{r: io.LimitReader(response.Body, r.size+1), sum: sha256.New(), count: r.count}
		inventory, err = binarch.ScanReader(r.look.ctx, r.name, body, r.size, options)
		switch {
		case body.err != nil:
			return false, body.err
		case err != nil:
			return false, err
		case body.n != r.size:
			return false, &failure{text: fmt.Sprintf("the body has %d bytes, and Lambda says that it has %d", body.n, r.size), passes: true}
		case r.sum != "" && base64.StdEncoding.EncodeToString(body.sum.Sum(nil)) != r.sum:
			return false, errors.New("what the server sends has another hash than Lambda says")
		}
		return true, nil
	})
	if err != nil {
		return nil, err
	}
	return inventory, nil
}

// counted counts and sums what is read, and remembers what was wrong with it.
type counted struct {
	r     io.Reader
	sum   hash.Hash
	n     int64
	count func(int)
	err   error
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	c.count(n)
	c.sum.Write(b[:n])
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

var _ io.ReaderAt = (*ranges)(nil)
