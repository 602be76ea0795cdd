package treebuild

import (
	"os"

	"github.com/dualarch/dualarch/internal/cachedir"
)

// A finished tree is in the folder <key>, and an empty file <key>.<hash> says that a build made a tree of that hash. Two
// processes that build the same at once, with different bytes, leave two such files and the tree of one of them.

// recordOf returns the name of the file that vouches for a tree in dir.
func recordOf(dir, hash string) string { return dir + "." + hash }

// isAsMade reports whether a folder has a tree that a build made, as it made it.
func isAsMade(dir string) bool {
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
		return false
	}
	hash, err := Hash(dir, nil)
	if err != nil {
		return false
	}
	_, err = os.Lstat(recordOf(dir, hash))
	return err == nil
}

// keep moves a tree to its place. What is there and not as a build made it gives way: it was emptied or changed by
// somebody, or kept by a release that recorded no hashes.
func keep(made, dir string) error {
	hash, err := Hash(made, nil)
	if err != nil {
		return err
	}
	if err := os.WriteFile(recordOf(dir, hash), nil, 0o600); err != nil {
		return err
	}
	if err := os.Chmod(made, 0o755); err != nil {
		return err
	}
	return cachedir.Place(made, dir, func() bool { return isAsMade(dir) })
}
