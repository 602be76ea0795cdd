package binarch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/dualarch/dualarch/internal/links"
)

// folderBatch is how many of a folder's entries are held at a time, so that a
// folder with a million files needs no more memory than one with a thousand.
const folderBatch = 1024

// folder walks a folder. Where a symbolic link leads out of it, what is there is part
// of the package: CDK copies it into the asset, and its CLI into the zip. What a link
// within the folder points to is read where it lies.
func (s *scan) folder(t *Tree, root string) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	w := folderWalk{scan: s, tree: t, root: root}
	return spread(s, func(emit func(place) error) error {
		w.emit = emit
		return w.enter("", nil)
	}, func(p place) error {
		return s.folderFile(p, w.path(p.name))
	})
}

// folderWalk emits the files in a folder.
type folderWalk struct {
	*scan
	tree *Tree
	root string
	emit func(place) error
	// followed is how many links to folders there were.
	followed int64
}

func (w *folderWalk) path(name string) string {
	if name == "" {
		return w.root
	}
	// The name is clean, so filepath.Join would only look at each byte once more.
	return w.root + string(filepath.Separator) + filepath.FromSlash(name)
}

// enter walks the folder called name. Through are the real paths of the folders that
// links on the way there have led to.
func (w *folderWalk) enter(name string, through []string) error {
	here := place{tree: w.tree, name: name}
	folder, err := os.Open(w.path(name))
	if err != nil {
		return w.readOrNote(here, bare(err))
	}
	defer folder.Close() //nolint:errcheck // it was only read
	for {
		batch, err := folder.ReadDir(folderBatch)
		for _, entry := range batch {
			child := entry.Name()
			if name != "" {
				child = name + "/" + child
			}
			if err := w.visit(child, entry.Type(), through); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return w.readOrNote(here, bare(err))
		}
	}
}

func (w *folderWalk) visit(name string, mode fs.FileMode, through []string) error {
	p := place{tree: w.tree, name: name, mode: mode}
	link := mode.Type() == fs.ModeSymlink
	if link {
		info, err := links.Out(w.root, name)
		if err != nil {
			return w.readOrNote(p, bare(err))
		}
		if info != nil {
			p.mode = info.Mode()
		}
	}
	if w.ignore(name, p.mode.IsDir()) {
		return nil
	}
	if !p.mode.IsDir() && !p.mode.IsRegular() {
		w.found.name(w.tree, name) // of files, whoever looks at them does
	}
	switch {
	case p.mode.IsDir() && link:
		return w.follow(p, through)
	case p.mode.IsDir():
		return w.enter(name, through)
	case p.mode.IsRegular():
		return w.emit(p)
	}
	return nil // a link within the folder, a socket, a device
}

// follow enters a folder that a link leads to, unless that is around the link.
func (w *folderWalk) follow(p place, through []string) error {
	if err := w.ctx.Err(); err != nil {
		return context.Cause(w.ctx)
	}
	// Links can fan out without any file.
	if w.followed++; w.followed > w.limits.Files {
		return &limitError{fmt.Sprintf("there are more than %d links to folders; the rest was not looked at", w.limits.Files)}
	}
	here, err := filepath.EvalSymlinks(filepath.Dir(w.path(p.name)))
	if err != nil {
		return w.readOrNote(p, bare(err))
	}
	target, err := filepath.EvalSymlinks(w.path(p.name))
	if err != nil {
		return w.readOrNote(p, bare(err))
	}
	through = slices.Clip(through)
	for _, around := range append(through, here) {
		if links.Within(target, around) {
			return w.readOrNote(p, errLeadsBack)
		}
	}
	return w.enter(p.name, append(through, target))
}

var errLeadsBack = errors.New("the link leads to a folder around it, which was not looked at again")

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
	p.mode, p.budget = info.Mode(), newDiskBudget(info.Size(), s.limits.Spooled)
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
	if wrapped, is := errors.AsType[*fs.PathError](err); is {
		return wrapped.Err
	}
	return err
}
