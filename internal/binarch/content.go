package binarch

import (
	"bytes"
	"errors"
	"io"
)

const (
	// headSize is what is read of every file: a page, which holds an ELF file's
	// program headers and interpreter and costs as much as its first byte.
	headSize = 4 << 10
	// spoolMemory is how much of an archive's entry is kept in memory when it has to
	// be read at random; what is larger goes to a temporary file.
	spoolMemory = 8 << 20
	// unknownSize stands for a size that is known when the last byte is.
	unknownSize = 1 << 62
)

// content is one file's bytes: a file on disk, or an archive's entry, of which only
// the beginning is read unless somebody asks for more. It is an io.ReaderAt.
type content struct {
	head []byte
	// size is the declared size; an archive's entry may lie about it.
	size int64
	disk io.ReaderAt
	rest io.Reader
	temp *spool
	// budget is for what has to be on disk.
	budget *diskBudget
	err    error
	// end gives back what a decompressor holds, nil if there is none.
	end func()
}

// diskContent is a file that can be read at random.
func diskContent(r io.ReaderAt, size int64, head []byte) (*content, error) {
	n, err := r.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return &content{head: head[:n], size: size, disk: r}, nil
}

// streamContent is an archive's entry that can be read once from its beginning.
func streamContent(r io.Reader, size int64, head []byte) (*content, error) {
	n := 0
	// Not io.ReadFull: it gives a short file and a broken one the same error.
	for n < len(head) {
		read, err := r.Read(head[n:])
		n += read
		switch {
		case errors.Is(err, io.EOF):
			return &content{head: head[:n], size: int64(n), disk: bytes.NewReader(head[:n])}, nil
		case err != nil:
			return nil, err
		}
	}
	return &content{head: head, size: size, rest: r}, nil
}

// ReadAt serves the head without reading on, and fetches the rest when it is first
// asked for.
func (c *content) ReadAt(b []byte, at int64) (int, error) {
	if at >= 0 && at+int64(len(b)) <= int64(len(c.head)) {
		return copy(b, c.head[at:]), nil
	}
	if err := c.fetch(); err != nil {
		return 0, err
	}
	return c.disk.ReadAt(b, at)
}

// fetch makes a stream's bytes readable at random.
func (c *content) fetch() error {
	if c.disk != nil || c.err != nil {
		return c.err
	}
	var memory bytes.Buffer
	memory.Write(c.head)
	_, err := io.Copy(&memory, io.LimitReader(c.rest, spoolMemory-int64(len(c.head))))
	if err == nil && memory.Len() == spoolMemory {
		err = c.fetchToDisk(memory.Bytes())
	} else {
		c.disk, c.size = bytes.NewReader(memory.Bytes()), int64(memory.Len())
	}
	if c.end != nil { // the last byte was read
		c.end()
		c.end = nil
	}
	c.err = err
	return err
}

func (c *content) fetchToDisk(beginning []byte) error {
	temp, err := newSpool(c.budget)
	if err != nil {
		return err
	}
	c.temp, c.disk = temp, temp
	c.size, err = temp.fill(io.MultiReader(bytes.NewReader(beginning), c.rest))
	return err
}

// stream is the content from its beginning; a stream's can be had once.
func (c *content) stream() io.Reader {
	if c.disk != nil {
		return io.NewSectionReader(c.disk, 0, c.size)
	}
	return io.MultiReader(bytes.NewReader(c.head), c.rest)
}

// whole is a small file's text, nil where it is larger than maxMetadataBytes.
func (c *content) whole() ([]byte, error) {
	if c.size <= int64(len(c.head)) {
		return c.head, nil
	}
	b, err := io.ReadAll(io.LimitReader(c.stream(), maxMetadataBytes+1))
	if len(b) > maxMetadataBytes {
		return nil, nil
	}
	return b, err
}

func (c *content) close() error {
	if c.end != nil {
		c.end()
		c.end = nil
	}
	if c.temp == nil {
		return nil
	}
	return c.temp.close()
}
