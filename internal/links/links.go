// Package links says where symbolic links in a folder lead to, as CDK sees them when
// it copies the folder into an asset: in place of a link that leads out of the folder
// it copies what is there, and a link within the folder stays a link.
package links

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Out is what the symbolic link at rel in root leads to, nil where that is in root or
// is not there. Root is absolute. As in CDK, the link's text alone decides what is in
// root, whatever other links are on the way.
func Out(root, rel string) (fs.FileInfo, error) {
	name := filepath.Join(root, rel)
	target, err := os.Readlink(name)
	if err != nil {
		return nil, err
	}
	if !filepath.IsAbs(target) {
		target = filepath.Join(filepath.Dir(name), target)
	}
	if within, err := filepath.Rel(root, target); err == nil && filepath.IsLocal(within) {
		return nil, nil
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, nil // it leads to nowhere
	}
	return info, nil
}
