package treebuild

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/dualarch/dualarch/internal/links"
)

// Hash returns the SHA-256, in hexadecimal, of a file or of a folder's names,
// contents, execute permissions and symbolic links; of the target, if a link leaves
// the folder. Times, owners and the folder's place do not count. Exclude is as in
// Spec.
func Hash(root string, exclude []string) (string, error) {
	sum := sha256.New()
	if err := hashTree(sum, root, exclude); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func hashTree(sum hash.Hash, root string, exclude []string) error {
	return walk(root, exclude, func(rel string, info fs.FileInfo) error {
		name := filepath.Join(root, rel)
		switch kind := info.Mode().Type(); {
		case kind == fs.ModeSymlink:
			target, err := os.Readlink(name)
			record(sum, "link", rel, target)
			return err
		case kind.IsDir():
			record(sum, "folder", rel)
			return nil
		case kind.IsRegular():
			record(sum, "file", rel, fmt.Sprint(info.Mode()&0o111 != 0, info.Size()))
			return hashFile(sum, name)
		}
		return fmt.Errorf("%s is neither a file, a folder nor a symbolic link", name)
	})
}

// record adds strings so that no two lists of them hash alike.
func record(sum hash.Hash, parts ...string) {
	for _, part := range parts {
		_, _ = fmt.Fprintf(sum, "%d:%s", len(part), part) // a hash never fails
	}
}

func hashFile(sum io.Writer, name string) (err error) {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.Copy(sum, file)
	return err
}

// walk visits a file, or everything in a folder in the order of names. As when CDK
// copies a folder, a symbolic link that leaves it is followed, and a link within it
// stays a link.
func walk(root string, exclude []string, visit func(rel string, info fs.FileInfo) error) error {
	info, err := os.Stat(root)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return visit("", info)
	}
	absolute, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	return walkFolder(absolute, ".", exclude, visit)
}

func walkFolder(root, folder string, exclude []string, visit func(rel string, info fs.FileInfo) error) error {
	entries, err := os.ReadDir(filepath.Join(root, folder))
	if err != nil {
		return err
	}
	for _, entry := range entries {
		rel := path.Join(folder, entry.Name())
		if excluded(rel, exclude) {
			continue
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if info.Mode().Type() == fs.ModeSymlink {
			led, err := links.Out(root, rel)
			if err != nil {
				return err
			}
			if led != nil {
				info = led
			}
		}
		if err := visit(rel, info); err != nil {
			return err
		}
		if info.IsDir() {
			if err := walkFolder(root, rel, exclude, visit); err != nil {
				return err
			}
		}
	}
	return nil
}

// excluded matches a pattern with a slash against the whole path, and any other
// against its last part.
func excluded(rel string, exclude []string) bool {
	return slices.ContainsFunc(exclude, func(pattern string) bool {
		whole, _ := path.Match(pattern, rel)
		last, _ := path.Match(pattern, path.Base(rel))
		return whole || last
	})
}
