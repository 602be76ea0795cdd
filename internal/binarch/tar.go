package binarch

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
)

// tar looks at the entries of a tar that can only be read from its beginning.
func (s *scan) tar(p place, r io.Reader) error {
	return s.tarEntries(p, r, func(header *tar.Header, entry io.Reader) error {
		name, inside := entryName(header.Name)
		at := p.entry(name, header.FileInfo().Mode())
		if !inside {
			s.found.problem(at.name, "its name leaves the archive; nothing unpacks it there")
		}
		switch header.Typeflag {
		case tar.TypeDir:
			return nil
		case tar.TypeReg:
			return s.streamed(at, entry, header.Size)
		}
		s.found.name(p.tree, name)
		return nil
	})
}

// tarEntries calls each for everything in a tar.
func (s *scan) tarEntries(p place, r io.Reader, each func(*tar.Header, io.Reader) error) error {
	entries := tar.NewReader(r)
	for {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			return fmt.Errorf("tar: %w", err)
		}
		if err := s.count(min(header.Size, 1<<40)); err != nil {
			return err
		}
		if s.refusesName(p, header.Name) {
			continue
		}
		if err := each(header, entries); err != nil {
			return err
		}
	}
}
