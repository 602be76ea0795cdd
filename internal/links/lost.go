package links

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Lost is a symbolic link in a folder that does not lead to a file of the folder.
type Lost struct {
	// Link is its path in the folder, with "/".
	Link string
	// Target is what it leads to, as it says itself.
	Target string
	// Out is true if something is there, out of the folder, and false if nothing is.
	Out bool
}

// String is "node_modules/shared -> ../../shared, out of the folder".
func (l Lost) String() string {
	where := "where nothing is"
	if l.Out {
		where = "out of the folder"
	}
	return fmt.Sprintf("%s -> %s, %s", l.Link, l.Target, where)
}

// FindLost finds the links of a folder that lead out of it or to nowhere, sorted by path.
// What a link leads to is not entered. A file has none.
func FindLost(root string) ([]Lost, error) {
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	if root, err = filepath.Abs(root); err != nil {
		return nil, err
	}
	var all []Lost
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Type() != fs.ModeSymlink {
			return err
		}
		target, err := os.Readlink(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if lost, out := isLost(root, name, target); lost {
			all = append(all, Lost{Link: filepath.ToSlash(rel), Target: target, Out: out})
		}
		return nil
	})
	slices.SortFunc(all, func(a, b Lost) int { return strings.Compare(a.Link, b.Link) })
	return all, err
}

func isLost(root, name, target string) (lost, out bool) {
	reached, err := filepath.EvalSymlinks(name)
	there := err == nil
	switch {
	case filepath.IsAbs(target):
		// What is here, too, is copied from here.
		return there || !onLambda(target), there
	case !Within(root, filepath.Join(filepath.Dir(name), target)):
		return true, there
	case there && !Within(root, reached): // by another link on the way
		return true, true
	}
	return !there, false
}

// onLambda reports whether an absolute path is one that a function finds on Lambda: the
// code, layers, a mounted file system, or a file that it writes.
func onLambda(target string) bool {
	return slices.ContainsFunc([]string{"/var/task", "/opt", "/mnt", "/dev", "/proc", "/tmp"}, func(folder string) bool {
		return Within(folder, filepath.Clean(target))
	})
}
