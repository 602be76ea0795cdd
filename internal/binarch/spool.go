package binarch

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
)

// What is read at random and does not fit into memory goes to disk. A file may have as much there as an honest one
// needs: programs compress to a third of their size, and text to a tenth.
const (
	// spoolRatio is how many times its own size a file may take on disk, and freeSpool what every file may.
	spoolRatio = 100
	freeSpool  = 16 << 20
)

// diskBudget is what a file, with everything in it, may take on disk.
type diskBudget struct {
	size  int64 // the file's
	limit int64
	taken atomic.Int64
}

func newDiskBudget(size, limit int64) *diskBudget {
	if size < limit/spoolRatio { // else it would overflow
		limit = min(limit, max(freeSpool, size*spoolRatio))
	}
	return &diskBudget{size: size, limit: limit}
}

// take refuses what is over the budget. That ends the look at one file, not the scan.
func (b *diskBudget) take(n int) error {
	if b == nil || b.taken.Add(int64(n)) <= b.limit {
		return nil
	}
	return &diskError{fmt.Sprintf("more than %d MiB of it would be on disk, out of a file of %d KiB; it was not looked at", b.limit>>20, (b.size+1023)>>10)}
}

// diskError says that a file would take too much of the disk.
type diskError struct{ text string }

func (e *diskError) Error() string { return e.text }

// spool is a temporary file without a name, so that nothing is left of it however this process ends.
type spool struct {
	*os.File
	budget *diskBudget
	named  bool // Windows removes no open file
}

func newSpool(budget *diskBudget) (*spool, error) {
	temp, err := os.CreateTemp("", "dualarch-check-*")
	if err != nil {
		return nil, fmt.Errorf("a temporary file for a large entry: %w", err)
	}
	return &spool{File: temp, budget: budget, named: os.Remove(temp.Name()) != nil}, nil
}

// fill writes all of r, within the budget.
func (s *spool) fill(r io.Reader) (int64, error) {
	return io.Copy(writerFunc(func(b []byte) (int, error) {
		if err := s.budget.take(len(b)); err != nil {
			return 0, err
		}
		return s.Write(b)
	}), r)
}

func (s *spool) close() error {
	err := s.Close()
	if s.named {
		err = errors.Join(err, os.Remove(s.Name()))
	}
	return err
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
