// Package links resolves symbolic links in a folder as CDK does when it copies the
// folder into an asset: it copies the target of a link that leaves the folder, and
// keeps links within it.
package links

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Out returns the target of the symbolic link at rel in root, or nil if that is in
// root or does not exist. Root is absolute. As in CDK, the link's text alone decides
// what is in root, whatever other links are on the way.
func Out(root, rel string) (fs.FileInfo, error) {
	name := filepath.Join(root, rel)
	target, err := os.Readlink(name)
	if err != nil {
		return nil, err
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(name), target)
	}
	if Within(root, target) {
		return nil, nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil // it leads to nowhere
	}
	return info, nil
}

// Within reports whether a path is a folder or lies in it, by its text alone.
func Within(folder, name string) bool {
	relative, err := filepath.Rel(folder, name)
	return err == nil && filepath.IsLocal(relative)
}
