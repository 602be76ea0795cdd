package binarch

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// folderBatch is how many of a folder's entries are held at a time, so that a
// folder with a million files needs no more memory than one with a thousand.
const folderBatch = 1024

// folder walks a folder. Symbolic links are not followed: what they point to is read
// where it is in the folder. The CDK CLI packs what they point to outside of it too; that
// nobody looks at is one of the limits in docs/check.md.
func (s *scan) folder(t *Tree, root string) error {
	type job struct {
		name string
		mode fs.FileMode
	}
	walk := func(emit func(job) error) error {
		var enter func(name string) error
		enter = func(name string) error {
			return s.entries(t, root, name, func(child string, mode fs.FileMode) error {
				if mode.IsDir() {
					return enter(child)
				}
				return emit(job{child, mode})
			})
		}
		return enter("")
	}
	return spread(s, walk, func(j job) error {
		return s.folderFile(place{tree: t, name: j.name, mode: j.mode}, filepath.Join(root, filepath.FromSlash(j.name)))
	})
}

// entries calls each for the folders and regular files in one folder.
func (s *scan) entries(t *Tree, root, name string, each func(child string, mode fs.FileMode) error) error {
	here := place{tree: t, name: name}
	folder, err := os.Open(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return s.readOrNote(here, bare(err))
	}
	defer folder.Close() //nolint:errcheck // it was only read
	for {
		batch, err := folder.ReadDir(folderBatch)
		for _, entry := range batch {
			child := entry.Name()
			if name != "" {
				child = name + "/" + child
			}
			if s.ignore(child, entry.IsDir()) {
				continue
			}
			s.found.name(t, child)
			if !entry.IsDir() && !entry.Type().IsRegular() {
				continue // a link, a socket, a device
			}
			if err := each(child, entry.Type()); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return s.readOrNote(here, bare(err))
		}
	}
}

func (s *scan) folderFile(p place, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return s.readOrNote(p, bare(err))
	}
	defer file.Close() //nolint:errcheck // it was only read
	info, err := file.Stat()
	if err != nil {
		return s.readOrNote(p, bare(err))
	}
	if err := s.count(info.Size()); err != nil {
		return err
	}
	p.mode = info.Mode()
	head := s.heads.Get().(*[headSize]byte)
	defer s.heads.Put(head)
	c, err := diskContent(file, info.Size(), head[:])
	if err != nil {
		return s.readOrNote(p, bare(err))
	}
	return s.look(p, c)
}

// bare is the error without the path, which stands in front of it in every report.
func bare(err error) error {
	var wrapped *fs.PathError
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
