package binarch

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
)

// ScanReaderAt is Scan of a file of size bytes that is not on disk. name stands for its
// path. Only what the judgement needs is read, an archive's entries in the archive's order
// if Options.Workers is 1.
func ScanReaderAt(ctx context.Context, name string, r io.ReaderAt, size int64, options Options) (*Inventory, error) {
	return run(ctx, name, options, func(s *scan) error {
		c, err := diskContent(r, size, make([]byte, headSize))
		if err != nil {
			return err
		}
		return s.topFile(s.outermost(name, 0, size), c)
	})
}

// ScanReader is ScanReaderAt of what can be read once, from its beginning. What has to be
// read at random goes to memory, or to a temporary file without a name if it is large.
func ScanReader(ctx context.Context, name string, r io.Reader, size int64, options Options) (*Inventory, error) {
	return run(ctx, name, options, func(s *scan) error {
		c, err := streamContent(r, size, make([]byte, headSize))
		if err != nil {
			return err
		}
		p := s.outermost(name, 0, size)
		c.budget = p.budget
		if err := c.fetch(); err != nil {
			return errors.Join(err, c.close())
		}
		return errors.Join(s.topFile(p, c), c.close())
	})
}

// ScanImages is Scan of the images of an OCI layout that is not on disk. Layers are read
// one by one, the highest first, each from its beginning.
func ScanImages(ctx context.Context, name string, layout Blobs, options Options) (*Inventory, error) {
	return run(ctx, name, options, func(s *scan) error { return s.images(layout) })
}

// outermost is the place of the file that is scanned.
func (s *scan) outermost(name string, mode fs.FileMode, size int64) place {
	return place{name: filepath.Base(name), mode: mode, budget: newDiskBudget(size, s.limits.Spooled)}
}
