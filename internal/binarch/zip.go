package binarch

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync/atomic"
)

// maxDirectoryBytes bounds a zip's directory: 16 MiB hold 150,000 entries with
// usual names. archive/zip keeps all of it in memory.
const maxDirectoryBytes = 16 << 20

// zip looks at every entry of a zip. The outermost one's entries are spread over
// the processors, those of nested ones stay with the worker that met them.
func (s *scan) zip(p place, c *content) error {
	if err := c.fetch(); err != nil {
		return err
	}
	source := &directoryReader{r: c.disk}
	source.left.Store(maxDirectoryBytes)
	archive, err := zip.NewReader(source, c.size)
	switch {
	case source.exhausted.Load():
		return fmt.Errorf("zip: its directory is larger than %d MiB", maxDirectoryBytes>>20)
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return err
	}
	source.open.Store(true)
	each := func(f *zip.File) error { return s.zipEntry(p, f) }
	if p.depth > 0 || p.name != "" {
		for _, f := range archive.File {
			if err := each(f); err != nil {
				return err
			}
		}
		return nil
	}
	return spread(s, func(emit func(*zip.File) error) error {
		for _, f := range archive.File {
			if err := emit(f); err != nil {
				return err
			}
		}
		return nil
	}, each)
}

func (s *scan) zipEntry(p place, f *zip.File) error {
	mode := f.Mode()
	if mode.IsDir() {
		return nil
	}
	if s.refusesName(p, f.Name) {
		return nil
	}
	name, inside := entryName(f.Name)
	p = p.entry(name, mode)
	if strings.Contains(f.Name, `\`) && p.name == name {
		s.found.near(p.tree, f.Name) // as Windows packs it
	}
	size := int64(min(f.UncompressedSize64, 1<<40))
	if err := s.count(size); err != nil {
		return err
	}
	if !inside {
		s.found.problem(p.name, "its name leaves the archive; nothing unpacks it there")
	}
	if mode&fs.ModeSymlink != 0 {
		s.found.name(p.tree, name)
		return nil
	}
	const encrypted = 1
	if f.Flags&encrypted != 0 {
		return s.readOrNote(p, errors.New("zip: the entry is encrypted"))
	}
	r, err := f.Open()
	if err != nil {
		return s.readOrNote(p, err)
	}
	defer r.Close() //nolint:errcheck // it was only read
	return s.streamed(p, s.metered(r), size)
}

// streamed looks at an archive's entry.
func (s *scan) streamed(p place, r io.Reader, size int64) error {
	head := s.heads.Get().(*[headSize]byte)
	defer s.heads.Put(head)
	c, err := streamContent(r, size, head[:])
	if err != nil {
		return s.readOrNote(p, err)
	}
	c.budget = p.budget
	return errors.Join(s.look(p, c), c.close())
}

// maxNameBytes is the longest path that Linux takes. Names are kept, so that they have
// to be bounded.
const maxNameBytes = 4096

// refusesName notes the problem where an entry's name is too long.
func (s *scan) refusesName(p place, name string) bool {
	if len(name) <= maxNameBytes {
		return false
	}
	beginning := strings.ToValidUTF8(name[:60], "") + "…"
	s.found.problem(p.entry(beginning, 0).name, fmt.Sprintf("its name has more than %d bytes; nothing unpacks it", maxNameBytes))
	return true
}

// entryName is an entry's name without the ways out of the archive.
func entryName(name string) (clean string, inside bool) {
	name = strings.ReplaceAll(name, "\\", "/")
	clean = strings.TrimPrefix(path.Clean("/"+name), "/")
	return clean, path.Clean(name) != ".." && !strings.HasPrefix(path.Clean(name), "../")
}

// directoryReader lets archive/zip read only so much until its directory is read.
type directoryReader struct {
	r         io.ReaderAt
	left      atomic.Int64
	open      atomic.Bool
	exhausted atomic.Bool
}

func (d *directoryReader) ReadAt(b []byte, at int64) (int, error) {
	if !d.open.Load() && d.left.Add(-int64(len(b))) < 0 {
		d.exhausted.Store(true)
		return 0, errors.New("zip: its directory is too large")
	}
	return d.r.ReadAt(b, at)
}
